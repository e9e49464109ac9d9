// What an embedded page has besides its poster: it does what its address asks of a frame, and speaks with
// the page around it. static/api.json describes both.

(() => {
  const { fusebox } = window;
  // The page in one file has this script also where it is not embedded.
  if (!fusebox) return;
  const { parameters, isNo, root, byId, parts, setTheme } = fusebox;
  const words = (name) => (parameters.get(name) ?? '').split(/[ ,]+/).filter(Boolean);

  // --- What the address asks of a frame -----------------------------------------------------------
  // What of the page an author can leave out, by name.
  const PANELS = {
    bar: '.bar, .head',
    breaker: '.breaker',
    layers: '.stack',
    time: '.time, .transport',
    tracks: '.tracks',
    explanation: '.why',
    charts: '.charts',
    run: '.run',
    log: '.log',
    legend: '.legend',
    acts: '.node__acts, .time__kill',
    settings: '.herd__common, .try__fields',
    actions: '.herd__actions',
    contention: '.contention',
  };
  const MINIMAL = ['bar', 'layers', 'tracks', 'explanation', 'charts', 'run', 'log', 'settings', 'actions', 'contention'];
  const CONTROLS = { full: [], min: MINIMAL, none: [...MINIMAL, 'time', 'acts'] };
  // What an author can lock, and the calls that are locked with it.
  const LOCKS = {
    settings: { of: '.stack, .lane__editor, .herd__common, .try__fields, .bar__changes, .home__bring', calls: ['set', 'setState'] },
    faults: { of: '.node__acts, .time__kill', calls: ['act', 'setState'] },
    preset: { of: '.bar__preset', calls: ['setState'] },
    time: { of: '.time, .transport, .run', calls: ['play', 'pause', 'seek', 'speed', 'reset', 'setState'] },
  };
  const locks = Object.entries(LOCKS).filter(([name]) => words('lock').some((it) => it === name || it === 'all'));

  function dress() {
    const shown = words('panels');
    const isShown = (name) => !shown.length || shown.includes(name);
    const hidden = new Set([...(CONTROLS[parameters.get('controls')] ?? []), ...words('hide')]);
    const away = Object.keys(PANELS).filter((name) => hidden.has(name) || !isShown(name));
    const rules = away.map((name) => `${PANELS[name]} { display: none !important }`);
    if (/^(1|true|yes)$/.test(parameters.get('transparent'))) rules.push(':root, body { background: transparent !important }');
    if (parameters.get('motion') === 'reduce') {
      root.dataset.motion = 'reduce';
      rules.push('* { animation: none !important; transition: none !important; scroll-behavior: auto !important }');
    }
    const sheet = new CSSStyleSheet();
    sheet.replaceSync([PRINT, ...rules].join('\n'));
    document.adoptedStyleSheets.push(sheet);
    const [view, settings = ''] = parts(location.hash);
    if (isNo('autoplay') && !/(^|&)at=/.test(settings)) {
      // A link to a moment opens paused there.
      history.replaceState(null, '', `#${view || 'playground'}?${settings ? `${settings}&` : ''}at=0s`);
    }
    if (locks.length) lock();
  }

  function lock() {
    const all = locks.map(([, { of }]) => of).join(', ');
    const close = () => document.querySelectorAll(all).forEach((it) => (it.inert = true));
    new MutationObserver(close).observe(document.body, { childList: true, subtree: true });
    const [faults, time] = ['faults', 'time'].map((name) => locks.some(([it]) => it === name));
    // The keys that act wherever the focus is.
    const stop = (event) => {
      const isTyped = event.target.closest?.('input:not([type=range]), select, textarea');
      if (isTyped || event.ctrlKey || event.metaKey) return;
      if ((event.key === ' ' && time) || (event.key.length === 1 && event.key !== ' ' && faults)) event.stopImmediatePropagation();
    };
    addEventListener('keydown', stop, true);
  }

  // --- The page around this one -------------------------------------------------------------------
  const LONGEST = 64_000;
  const CALLS_A_SECOND = 20;
  // How long a call waits for a view that can do it, as the view may still be on its way.
  const PATIENCE = 2_000;

  class Refusal extends Error {
    constructor(code, message) {
      super(message);
      this.code = code;
    }
  }
  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

  // Has the view that is shown do something: see src/host.rs.
  async function ask(call, args) {
    if (!isStarted()) throw new Refusal('not_started', 'The experiment has not been started: call start first.');
    await ready;
    for (const end = performance.now() + PATIENCE; ; await pause(100)) {
      const detail = { call, args };
      const isTaken = !dispatchEvent(new CustomEvent('fusebox-ask', { detail, cancelable: true }));
      if (detail.problem) throw new Refusal('invalid', detail.problem);
      if (isTaken) return undefined;
      if (performance.now() > end) throw new Refusal('unsupported', `The view that is shown has no ${call}.`);
    }
  }
  const isStarted = () => !byId('poster') || byId('poster').querySelector('button').disabled;
  const asking = (call) => (args) => ask(call, args);

  const calls = {
    start() {
      byId('poster')?.querySelector('button').click();
      return ready;
    },
    async play(args) {
      await calls.start();
      return ask('play', args);
    },
    pause: asking('pause'),
    seek: asking('seek'),
    reset: asking('reset'),
    speed: asking('speed'),
    set: asking('set'),
    act: asking('act'),
    getState: () => location.hash.slice(1),
    setState({ link }) {
      if (typeof link !== 'string') throw new Refusal('invalid', 'link has to be a text.');
      location.hash = link;
    },
    theme({ theme }) {
      if (!/^(auto|light|dark)$/.test(theme)) throw new Refusal('invalid', 'theme has to be auto, light or dark.');
      setTheme(theme);
    },
    describe: () => (byId('main') ?? byId('poster')).innerText.slice(0, LONGEST / 2),
    async poster() {
      const { picture } = await fusebox.poster();
      if (!picture) throw new Refusal('unsupported', 'The view that is shown has no poster.');
      return (await fetch(picture)).text();
    },
  };

  async function answer(message) {
    const { call, args } = message ?? {};
    const size = JSON.stringify(message).length;
    if (size > LONGEST) throw new Refusal('too_long', `A message has at most ${LONGEST} letters.`);
    if (!Object.hasOwn(calls, call)) throw new Refusal('unsupported', `There is no call ${String(call).slice(0, 50)}.`);
    const lock = locks.find(([, it]) => it.calls.includes(call));
    if (lock) throw new Refusal('locked', `The author of this page has locked ${call}, as ${lock[0]} is locked.`);
    return calls[call](typeof args === 'object' && args ? args : {});
  }

  // Answers the calls of a host: { id, call, args } with { id, ok } or { id, error: { code, message } }.
  function listen(port) {
    let recent = [];
    port.onmessage = async ({ data: message }) => {
      const id = message?.id;
      try {
        recent = recent.filter((at) => at > performance.now() - 1_000);
        if (recent.length >= CALLS_A_SECOND) throw new Refusal('busy', `At most ${CALLS_A_SECOND} calls a second are answered.`);
        recent.push(performance.now());
        port.postMessage({ id, ok: await answer(message) });
      } catch (error) {
        port.postMessage({ id, error: { code: error instanceof Refusal ? error.code : 'invalid', message: error.message } });
      }
    };
  }

  // Fulfilled once the experiment can be asked.
  let beReady;
  let fail;
  const ready = new Promise((resolve, reject) => ([beReady, fail] = [() => resolve(), reject]));
  ready.catch(() => {});
  // The newest of the events that say how things stand, for a host that comes later.
  const standing = new Map();
  fusebox.tellHost = (event, detail = {}) => {
    if (event === 'ready') beReady();
    if (event === 'error') fail(new Refusal('failed', detail.message));
    if (/^(ready|progress|state|error)$/.test(event)) standing.set(event, detail);
    fusebox.port?.postMessage({ event, detail });
  };
  fusebox.connect = () => {
    listen(fusebox.port);
    standing.forEach((detail, event) => fusebox.tellHost(event, detail));
    let height;
    new ResizeObserver(() => {
      if (height === root.scrollHeight) return;
      height = root.scrollHeight;
      fusebox.tellHost('resize', { height });
    }).observe(document.body);
    for (const kind of ['pointerdown', 'keydown']) {
      addEventListener(kind, () => fusebox.tellHost('interaction', { kind }), { once: true, capture: true });
    }
    // The page keeps its link in its address.
    const replace = history.replaceState.bind(history);
    history.replaceState = (...state) => {
      replace(...state);
      fusebox.tellHost('change', { link: location.hash.slice(1) });
    };
  };

  // A learning system that resizes its frames needs no handshake.
  function announceHeight() {
    let told = 0;
    new ResizeObserver(() => {
      const height = Math.ceil(document.body.getBoundingClientRect().height);
      // It does not shrink under a pointer or a focus.
      if (height === told || (height < told && document.hasFocus())) return;
      told = height;
      parent.postMessage({ subject: 'lti.frameResize', height }, '*');
      fusebox.say?.({ fusebox: 1, type: 'height', height });
    }).observe(document.body);
  }

  // --- On paper -----------------------------------------------------------------------------------
  // A frame cannot be turned over pages, so it prints the picture of its preset, in the light, and its link.
  // Lessons have a handout of their own.
  const PRINT = `.on-paper { display: none }
    @media print { .on-paper { display: block } .on-paper img { width: 100% } .on-paper ~ #app { display: none } }`;
  async function prepare() {
    const { title, about, picture } = await fusebox.poster();
    document.querySelector('.on-paper')?.remove();
    if (!picture) return;
    const paper = document.createElement('section');
    paper.className = 'on-paper';
    const add = (name, facts) => paper.appendChild(Object.assign(document.createElement(name), facts));
    add('h1', { textContent: title });
    add('p', { textContent: about });
    add('img', { src: picture.replace(/-dark(?=\.svg$)/, '-light'), alt: '' });
    add('p', {});
    byId('app').before(paper);
  }
  addEventListener('beforeprint', () => {
    const link = document.querySelector('.on-paper p:last-child');
    if (link) link.textContent = location.href.replace(/embed\.html[^#]*/, '');
  });

  // Whoever goes through the page around this one by keys can go past it.
  function offerSkip() {
    const end = Object.assign(document.createElement('span'), { tabIndex: -1 });
    const skip = Object.assign(document.createElement('button'), { type: 'button', className: 'button skip', textContent: 'Skip this experiment' });
    // From an element that is no stop itself, the next one would be the first again.
    skip.addEventListener('click', () => {
      end.tabIndex = 0;
      end.focus({ preventScroll: true });
    });
    end.addEventListener('blur', () => (end.tabIndex = -1));
    byId('app').before(skip);
    byId('app').after(end);
  }

  dress();
  if (parameters.get('height') === 'auto' && parent !== self) announceHeight();
  addEventListener('TrunkApplicationStarted', () => {
    offerSkip();
    const onPaper = () => prepare().catch(() => {});
    addEventListener('hashchange', onPaper);
    onPaper();
    const speed = Number(parameters.get('speed'));
    if (speed > 0) ask('speed', { speed }).catch(() => {});
  });
})();
