// Starts the page: the first script that runs, and the only one before the page itself is wanted. It is a
// classic script, which also runs from a disk and in a frame without an origin, so that it can say why the
// page does not start there.

(() => {
  const { script, wasm, size } = document.currentScript.dataset;
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  // A link that went through an editor may have its "&" escaped more than once.
  const plain = (text) => text.replace(/&(amp;)+/g, '&');

  // --- The address ------------------------------------------------------------------------------
  const { pathname, protocol } = location;
  const isEmbedded = 'embed' in root.dataset;
  const parameters = new URLSearchParams(plain(location.search));
  let hash = plain(location.hash);
  // What is asked of a frame may stand behind the "#" by mistake.
  const [view, settings] = hash.slice(1).split(/\?(.*)/s);
  if (settings) {
    const kept = settings.split('&').filter((part) => {
      const [name, value = ''] = part.split('=');
      const isOurs = /^(embed|reveal|theme)$/.test(name);
      if (isOurs && !parameters.has(name)) parameters.set(name, value);
      return !isOurs;
    });
    hash = `#${view}${kept.length ? '?' : ''}${kept.join('&')}`;
  }
  const asksForEmbedding = parameters.has('embed') && !/^(0|false|no)$/.test(parameters.get('embed'));
  parameters.delete('embed');
  const search = [...parameters].length ? `?${parameters}` : '';
  // Without the folder's slash every relative address would be of the folder above. A host that takes the
  // slash away again is left alone.
  const came = document.referrer && new URL(document.referrer).pathname;
  const lacksSlash = !/(\/|\.html?|\/index|\/embed)$/.test(pathname) && came !== pathname;
  if (asksForEmbedding && !isEmbedded) {
    const folder = lacksSlash ? `${pathname}/` : pathname.replace(/[^/]*$/, '');
    location.replace(`${folder}embed.html${search}${hash}`);
    return;
  }
  if (lacksSlash && protocol !== 'file:') {
    location.replace(`${pathname}/${search}${hash}`);
    return;
  }
  if (hash !== location.hash) history.replaceState(null, '', hash);
  root.dataset.started = '';
  const theme = parameters.get('theme');
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;

  // --- Failures ---------------------------------------------------------------------------------
  let blocked;
  addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
    blocked ??= `${effectiveDirective} blocks ${blockedURI}`;
  });

  async function cause(error) {
    if (typeof WebAssembly !== 'object') {
      return 'This browser has no WebAssembly, or it is blocked. A current Firefox, Chrome, Edge or Safari has it.';
    }
    if (protocol === 'file:') {
      return 'The page was opened from a disk, and browsers load its code only from a server. Serve the folder, for instance with "python3 -m http.server", and open the address that it prints.';
    }
    if (blocked || /security policy|blocked by CSP|unsafe-eval/i.test(String(error))) {
      return `A content security policy of this page is too strict${blocked ? `: ${blocked}` : ''}. It has to allow script-src 'self' 'wasm-unsafe-eval', and style-src, img-src and connect-src 'self'.`;
    }
    for (const [file, type] of [[script, /javascript/], [wasm, /./]]) {
      let answer;
      try {
        answer = await fetch(file, { cache: 'no-store' });
        answer.body?.cancel();
      } catch {
        return self.origin === 'null'
          ? 'This frame is sandboxed without "allow-same-origin", and the server does not allow it to load code: the server has to send "Access-Control-Allow-Origin: *", or the sandbox attribute has to contain "allow-same-origin".'
          : `${file} could not be loaded. The network may be down, or something may block it.`;
      }
      if (!answer.ok) return `The server has no ${file} (status ${answer.status}). The whole folder has to be uploaded.`;
      const sent = answer.headers.get('Content-Type') ?? 'no type';
      if (!type.test(sent)) return `The server sends ${file} as "${sent}", and browsers run scripts only as "text/javascript".`;
    }
    if (/CompileError|LinkError/.test(error?.name)) {
      return `${wasm} arrived cut off or damaged. Reload the page; if that does not help, upload the folder again.`;
    }
    return 'The playground could not be started.';
  }

  async function fail(error) {
    const reason = await cause(error);
    clearInterval(watch);
    byId('app').hidden = true;
    byId('failure').hidden = false;
    byId('failure-reason').textContent = reason;
    byId('failure-details').textContent = String(error);
    tellHost('error', { message: reason });
  }
  // A plain link would leave out what is behind the "#".
  byId('reload').addEventListener('click', (event) => {
    event.preventDefault();
    location.reload();
  });

  // --- Progress ---------------------------------------------------------------------------------
  const PATIENCE = 4_000;
  let watch;
  let loaded = 0;
  let movedAt;
  function say(text) {
    const progress = byId('progress');
    if (progress) progress.textContent = text;
  }
  function tell() {
    const share = size ? `${Math.min(99, Math.floor((100 * loaded) / size))} %` : `${Math.round(loaded / 1_000)} KB`;
    const isStalled = performance.now() - movedAt > PATIENCE;
    say(isStalled ? `Nothing has arrived for some seconds (${share} is here). The network may be slow or down.` : `Loading: ${share}`);
  }
  async function count(response) {
    const reader = response.body?.getReader();
    for (let part; reader && !(part = await reader.read()).done; ) {
      loaded += part.value.byteLength;
      movedAt = performance.now();
      tell();
    }
  }

  // --- The start --------------------------------------------------------------------------------
  // The view and the rest of the link in the address, which a host may have changed.
  const asked = () => location.hash.slice(1).split(/\?(.*)/s);

  // In a page that is built in parts, what a link needs is requested beside the first part.
  function preload() {
    const [view, settings] = asked();
    const needs = (part) => root.dataset[part]?.split(' ') ?? [];
    const files = [...(settings ? needs('details') : []), ...needs(view)];
    for (const href of new Set(files)) {
      const link = document.createElement('link');
      link.rel = 'preload';
      link.href = href;
      const isStyle = href.endsWith('.css');
      link.as = isStyle ? 'style' : 'fetch';
      if (!isStyle) link.crossOrigin = '';
      document.head.append(link);
    }
  }

  // The page's own styles, which an embedded page fetches only now.
  function styled() {
    const link = document.querySelector('link.page-style[disabled]');
    if (!link) return undefined;
    const loaded = new Promise((resolve, reject) => {
      link.onload = resolve;
      link.onerror = () => reject(new Error(`${link.href} could not be loaded`));
    });
    link.disabled = false;
    return loaded;
  }

  // What nobody sees computes nothing: see src/frames.rs.
  function observe() {
    new IntersectionObserver(([entry]) => root.toggleAttribute('data-unseen', !entry.isIntersecting)).observe(root);
  }

  async function start() {
    movedAt = performance.now();
    watch = setInterval(tell, 500);
    tell();
    try {
      const address = (file) => new URL(file, document.baseURI).href;
      const styles = styled();
      const code = import(address(script));
      const answer = fetch(address(wasm)).then((response) => {
        if (!response.ok) throw new Error(`${wasm}: status ${response.status}`);
        // The copy is only counted, so that the browser may keep what it has compiled of the original.
        count(response.clone()).catch(() => {});
        return response;
      });
      answer.catch(() => {});
      preload();
      const [{ default: init }] = await Promise.all([code, styles]);
      const detail = { wasm: await init({ module_or_path: answer }) };
      clearInterval(watch);
      byId('poster')?.remove();
      if (isEmbedded) observe();
      tellHost('ready');
      dispatchEvent(new CustomEvent('TrunkApplicationStarted', { detail }));
    } catch (error) {
      await fail(error);
    }
  }

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
      const [view, settings] = asked();
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
      if (theme === 'auto') delete root.dataset.theme;
      else root.dataset.theme = theme;
    },
  };
  let tellHost = () => {};

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
      tellHost = (event, detail = {}) => port.postMessage({ event, detail });
      new ResizeObserver(() => tellHost('resize', { height: root.scrollHeight })).observe(document.body);
      if (!byId('poster')) tellHost('ready');
    });
    // The page keeps its link in its address.
    const replace = history.replaceState.bind(history);
    history.replaceState = (...state) => {
      replace(...state);
      tellHost('change', { link: location.hash.slice(1) });
    };
  }

  if (isEmbedded) {
    speak();
    show(byId('poster'));
  } else {
    start();
  }
})();
