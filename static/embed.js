// The part of static/start.js that only an embedded page has: its poster, and the channel to the page around
// it.

(() => {
  const { fusebox } = window;
  // The starter may have left for another address.
  if (!fusebox) return;
  const { start, parameters, root, byId, parts, setTheme } = fusebox;

  // --- The poster -------------------------------------------------------------------------------
  function show(poster) {
    const button = poster.querySelector('button');
    const begin = () => {
      button.disabled = true;
      start();
    };
    button.addEventListener('click', begin, { once: true });
    if (parameters.get('reveal') === 'auto') {
      new IntersectionObserver((entries, observer) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        if (!button.disabled) begin();
      }).observe(poster);
    }
    const picture = poster.querySelector('img');
    picture.onload = () => (picture.hidden = false);
    const isDark = matchMedia('(prefers-color-scheme: dark)');
    async function draw() {
      const [view, settings] = parts(location.hash);
      poster.querySelector('a').href = `./${location.hash}`;
      const of = /^(learn|herd|breaker|check)$/.test(view) ? view : 'playground';
      const presets = await (await fetch(`posters/${of}.json`)).json();
      const preset = new URLSearchParams(settings).get('preset');
      const { name, title, about } = presets.find((it) => it.name === preset) ?? presets[0];
      poster.querySelector('h1').textContent = title;
      poster.querySelector('p').textContent = about;
      const theme = root.dataset.theme ?? (isDark.matches ? 'dark' : 'light');
      // A view without presets has no picture.
      if (name) picture.src = `posters/${of}-${name}-${theme}.svg`;
      else picture.hidden = true;
    }
    // Without its texts a poster is a button.
    const redraw = () => draw().catch(() => {});
    isDark.addEventListener('change', redraw);
    addEventListener('hashchange', redraw);
    new MutationObserver(redraw).observe(root, { attributeFilter: ['data-theme'] });
    redraw();
  }

  // --- The page around an embedded one ----------------------------------------------------------
  // A frame says hello until its host answers with a port; everything else goes through that: calls
  // { id, call, args } with answers { id, ok } or { id, error: { code, message } }, and events { event, detail }.
  const LONGEST = 64_000;
  const CALLS_A_SECOND = 20;
  const calls = {
    start: () => byId('poster')?.querySelector('button').click(),
    getState: () => location.hash.slice(1),
    setState({ link }) {
      if (typeof link !== 'string') throw new TypeError('link has to be a text.');
      location.hash = link;
    },
    theme({ theme }) {
      if (!/^(auto|light|dark)$/.test(theme)) throw new TypeError('theme has to be auto, light or dark.');
      setTheme(theme);
    },
  };
  function speak() {
    if (parent === self) return;
    const origin = parameters.get('origin');
    // Who names a host that cannot be one gets no messages.
    if (origin && !URL.canParse(origin)) return;
    const say = (message) => parent.postMessage({ fusebox: 1, ...message }, origin ?? '*');
    const greet = () => say({ type: 'hello', version: 1, calls: Object.keys(calls) });
    const greeting = setInterval(greet, 250);
    setTimeout(() => clearInterval(greeting), 5_000);
    greet();
    let recent = [];
    function answer(port, message) {
      const { id, call, args } = message ?? {};
      const refuse = (code, why) => port.postMessage({ id, error: { code, message: why } });
      recent = recent.filter((at) => at > performance.now() - 1_000);
      if (recent.length >= CALLS_A_SECOND) return refuse('busy', `At most ${CALLS_A_SECOND} calls a second are answered.`);
      recent.push(performance.now());
      try {
        if (JSON.stringify(message).length > LONGEST) return refuse('too_long', `A message has at most ${LONGEST} letters.`);
        if (!Object.hasOwn(calls, call)) return refuse('unsupported', `There is no call ${String(call).slice(0, 50)}.`);
        port.postMessage({ id, ok: calls[call](args ?? {}) });
      } catch (error) {
        refuse('invalid', error.message);
      }
    }
    let isConnected = false;
    addEventListener('message', ({ source, origin: from, data, ports }) => {
      if (source !== parent || (origin && from !== origin)) return;
      // The slides of reveal.js: one that is not shown stands still.
      if (data === 'slide:start' || data === 'slide:stop') root.toggleAttribute('data-held', data === 'slide:stop');
      if (isConnected || data?.fusebox !== 1 || data.type !== 'connect' || !ports[0]) return;
      isConnected = true;
      clearInterval(greeting);
      const [port] = ports;
      port.onmessage = ({ data: message }) => answer(port, message);
      fusebox.tellHost = (event, detail = {}) => port.postMessage({ event, detail });
      new ResizeObserver(() => fusebox.tellHost('resize', { height: root.scrollHeight })).observe(document.body);
      if (!byId('poster')) fusebox.tellHost('ready');
    });
    // The page keeps its link in its address.
    const replace = history.replaceState.bind(history);
    history.replaceState = (...state) => {
      replace(...state);
      fusebox.tellHost('change', { link: location.hash.slice(1) });
    };
  }

  speak();
  show(byId('poster'));
  addEventListener('TrunkApplicationStarted', () => {
    // What nobody sees computes nothing: see src/frames.rs.
    new IntersectionObserver(([entry]) => root.toggleAttribute('data-unseen', !entry.isIntersecting)).observe(root);
    fusebox.tellHost('ready');
  });
})();
