// The part of static/start.js that only an embedded page has: its poster. What is wanted only with the
// experiment, or by a page around this one that speaks with it, is in static/host.js.

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
      // What it says while it loads is seen here.
      button.after(document.querySelector('.loading'));
      fusebox.before = help().catch(() => {});
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
    // The title, the text and the picture of what the address names; a view without presets has no picture.
    fusebox.poster = async () => {
      const [view, settings] = parts(location.hash);
      const of = /^(learn|herd|breaker|check)$/.test(view) ? view : 'playground';
      const presets = await (await fetch(`posters/${of}.json`)).json();
      const preset = new URLSearchParams(settings).get('preset');
      const { name, title, about } = presets.find((it) => it.name === preset) ?? presets[0];
      const theme = root.dataset.theme ?? (isDark.matches ? 'dark' : 'light');
      return { title, about, picture: name && `posters/${of}-${name}-${theme}.svg` };
    };
    async function draw() {
      poster.querySelector('a').href = `./${location.hash}`;
      const { title, about, picture: address } = await fusebox.poster();
      poster.querySelector('h1').textContent = title;
      poster.querySelector('p').textContent = about;
      if (address) picture.src = address;
      else picture.hidden = true;
    }
    // Without its texts a poster is a button.
    const redraw = () => draw().catch(() => {});
    isDark.addEventListener('change', redraw);
    addEventListener('hashchange', redraw);
    new MutationObserver(redraw).observe(root, { attributeFilter: ['data-theme'] });
    redraw();
  }

  // --- The page around this one -----------------------------------------------------------------
  // A page in one file has it already.
  let helped;
  const help = async () =>
    fusebox.connect ||
    (helped ??= new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement('script'), { src: './host.js', onload: resolve, onerror: reject });
      document.head.append(script);
    }));
  // A frame says hello until its host answers with a port, through which everything else goes.
  function greet() {
    const origin = parameters.get('origin');
    // Who names a host that cannot be one gets no messages.
    if (parent === self || (origin && !URL.canParse(origin))) return;
    fusebox.say = (message) => parent.postMessage(message, origin ?? '*');
    const hello = () => fusebox.say({ fusebox: 1, type: 'hello', version: 1 });
    const greeting = setInterval(hello, 250);
    setTimeout(() => clearInterval(greeting), 5_000);
    hello();
    addEventListener('message', ({ source, origin: from, data, ports }) => {
      if (source !== parent || (origin && from !== origin)) return;
      // The slides of reveal.js: one that is not shown stands still.
      if (data === 'slide:start' || data === 'slide:stop') root.toggleAttribute('data-held', data === 'slide:stop');
      if (fusebox.port || data?.fusebox !== 1 || data.type !== 'connect' || !ports[0]) return;
      clearInterval(greeting);
      fusebox.port = ports[0];
      help().then(() => fusebox.connect(), () => {});
    });
  }

  // What belongs into a link may be asked of a frame too, for authors who can only write parameters.
  function gather() {
    const isOfLink = ([name]) => /^(preset|seed|at|on|actions|step|lesson|tape|every|lanes)$|^[a-z_0-9]+\.[a-z_0-9.]+$/.test(name);
    const asked = [...parameters].filter(isOfLink).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    const [view, settings] = parts(location.hash);
    const of = view || parameters.get('view') || '';
    if (!asked.length && of === view) return;
    history.replaceState(null, '', `#${of || 'playground'}${asked.length || settings ? '?' : ''}${[settings, ...asked].filter(Boolean).join('&')}`);
  }

  gather();
  greet();
  show(byId('poster'));
  addEventListener('TrunkApplicationStarted', () => {
    // What nobody sees computes nothing: see src/frames.rs.
    new IntersectionObserver(([entry]) => root.toggleAttribute('data-unseen', !entry.isIntersecting)).observe(root);
  });
})();
