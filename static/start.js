// Starts the page: the first script that runs, and the only one before the page itself is wanted. It is a
// classic script, which also runs from a disk and in a frame without an origin, so that it can say why the
// page does not start there.

(() => {
  const { script, wasm, size } = document.currentScript.dataset;
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  // The view and the rest of a link.
  const parts = (link) => link.replace(/^#/, '').split(/\?(.*)/s);
  const setTheme = (theme) => {
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  // A link that went through an editor may have its "&" escaped more than once.
  const plain = (text) => text.replace(/&(amp;)+/g, '&');

  // --- The address ------------------------------------------------------------------------------
  const { pathname, protocol } = location;
  // The page in one file (script/single) has no other document beside it, and may bring a link.
  const isSingle = 'single' in root.dataset;
  const parameters = new URLSearchParams(plain(location.search));
  let hash = plain(location.hash || (root.dataset.single && `#${root.dataset.single}`) || '');
  // What is asked of a frame may stand behind the "#" by mistake.
  const [view, settings] = parts(hash);
  if (settings) {
    const kept = settings.split('&').filter((part) => {
      const [name, value = ''] = part.split('=');
      const isOurs = /^(embed|reveal|theme)$/.test(name);
      if (isOurs && !parameters.has(name)) parameters.set(name, value);
      return !isOurs;
    });
    hash = `#${view}${kept.length ? '?' : ''}${kept.join('&')}`;
  }
  const isNo = (name) => /^(0|false|no)$/.test(parameters.get(name));
  const asksForEmbedding = parameters.has('embed') && !isNo('embed');
  parameters.delete('embed');
  const search = [...parameters].length ? `?${parameters}` : '';
  if (asksForEmbedding && isSingle) root.dataset.embed = '';
  const isEmbedded = 'embed' in root.dataset;
  if (asksForEmbedding && !isEmbedded) {
    location.replace(`${pathname.replace(/[^/]*$/, '')}embed.html${search}${hash}`);
    return;
  }
  if (hash !== location.hash) {
    // A document without an address of its own can only change what is behind the "#".
    if (isSingle) location.hash = hash;
    else history.replaceState(null, '', hash);
  }
  root.dataset.started = '';
  setTheme(parameters.get('theme'));

  // --- Failures ---------------------------------------------------------------------------------
  let blocked;
  addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
    blocked ??= `${effectiveDirective} blocks ${blockedURI}`;
  });

  async function cause(error) {
    if (typeof WebAssembly !== 'object') {
      return 'This browser has no WebAssembly, or it is blocked. A current Firefox, Chrome, Edge or Safari has it.';
    }
    if (isSingle) {
      return 'This browser is too old for a page in one file, or a content security policy forbids it.';
    }
    if (protocol === 'file:') {
      return 'The page was opened from a disk, and browsers load its code only from a server. Serve the folder, for instance with "python3 -m http.server", and open the address that it prints; or open fusebox.html.';
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
    say('');
    byId('app').hidden = true;
    byId('failure').hidden = false;
    byId('failure-reason').textContent = reason;
    byId('failure-details').textContent = String(error);
    window.fusebox?.tellHost('error', { message: reason });
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
  // In a page that is built in parts, what a link needs is requested beside the first part.
  function preload() {
    // A host may have changed the address.
    const [view, settings] = parts(location.hash);
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
      const [{ default: init }] = await Promise.all([code, styles, window.fusebox?.before]);
      const detail = { wasm: await init({ module_or_path: answer }) };
      clearInterval(watch);
      byId('poster').remove();
      dispatchEvent(new CustomEvent('TrunkApplicationStarted', { detail }));
    } catch (error) {
      await fail(error);
    }
  }

  if (isEmbedded) {
    // static/embed.js takes over: see there.
    window.fusebox = { start, parameters, isNo, root, byId, parts, setTheme, tellHost: () => {} };
  } else {
    start();
  }
})();
