// The element <fusebox-sim>: a frame with an experiment of Fusebox in it, for pages that can load a script.
//
//   <fusebox-sim link="playground?preset=slow-database-breaker" label="A slow database">
//     <a href="https://your.host/fusebox/#playground?preset=slow-database-breaker">A slow database</a>
//   </fusebox-sim>
//
// Attributes: link (what Share gives, after the "#"), or view, preset and seed; src (the folder of Fusebox;
// that of this script unless given); label (the title of the frame); height (CSS, or auto for what the page
// needs); group (elements with the same group play, seek and change together); and what is asked of a frame:
// reveal, theme, controls, panels, hide, lock, motion, autoplay, speed, transparent. Its children are shown
// where this script does not run.
//
// Methods, each with a promise: start(), play(), pause(), reset(), seek(at), speed(times), set(key, value),
// act(action), getState(), setState(link), theme(name), describe(), poster(). Events, which bubble:
// fusebox-ready, fusebox-change with the link, fusebox-state, fusebox-transition, fusebox-fault, fusebox-goal,
// fusebox-answer, fusebox-progress, fusebox-interaction, fusebox-resize, fusebox-error. api.json beside this
// script describes all of them.

(() => {
  const folder = new URL('./', document.currentScript.src).href;
  const LOOK = ':host { display: block; height: 450px } iframe { display: block; width: 100%; height: 100%; border: 0 }';
  // How long a call waits for its answer, also while the experiment is being fetched.
  const PATIENCE = 60_000;

  const OF_LINK = ['view', 'preset', 'seed'];
  const OF_FRAME = ['reveal', 'theme', 'controls', 'panels', 'hide', 'lock', 'motion', 'autoplay', 'speed', 'transparent'];
  // The calls, with the names of their arguments.
  const CALLS = {
    start: [], play: [], pause: [], reset: [], seek: ['at'], speed: ['speed'], set: ['key', 'value'], act: ['action'],
    getState: [], setState: ['link'], theme: ['theme'], describe: [], poster: [],
  };

  class FuseboxSim extends HTMLElement {
    static observedAttributes = ['link', ...OF_LINK, 'src', 'label', 'height', ...OF_FRAME];

    #frame;
    #port;
    #open;
    #waiting = new Map();
    #calls = 0;
    #link;
    #listener = (event) => this.#hear(event);

    connectedCallback() {
      // A document that was moved has lost its frame; it goes on with its last link.
      const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(LOOK);
      root.adoptedStyleSheets = [sheet];
      this.#frame = document.createElement('iframe');
      this.#frame.setAttribute('part', 'frame');
      this.#frame.setAttribute('loading', 'lazy');
      this.#frame.setAttribute('allow', 'clipboard-write; fullscreen');
      root.replaceChildren(this.#frame);
      addEventListener('message', this.#listener);
      this.#load();
    }

    disconnectedCallback() {
      removeEventListener('message', this.#listener);
      this.#close('The frame has been removed.');
      this.#frame.remove();
    }

    attributeChangedCallback(name, before, now) {
      if (!this.#frame || before === now) return;
      if (name === 'link' || OF_LINK.includes(name)) this.#link = undefined;
      if (name === 'label') this.#frame.title = now ?? '';
      else if (name === 'height') this.#fit();
      else if (name === 'theme' && this.#port) this.theme(now ?? 'auto').catch(() => {});
      else if (name === 'link' && this.#port) this.setState(now ?? '').catch(() => {});
      else if (!OF_LINK.includes(name) || !this.#port) this.#load();
      else this.setState(this.#asked()).catch(() => {});
    }

    // The link that the attributes name.
    #asked() {
      const settings = ['preset', 'seed'].filter((name) => this.hasAttribute(name));
      const named = settings.map((name) => `${name}=${encodeURIComponent(this.getAttribute(name))}`).join('&');
      const link = `${this.getAttribute('view') ?? 'playground'}${named && '?'}${named}`;
      return (this.getAttribute('link') ?? link).replace(/^#/, '');
    }

    #load() {
      this.#close('The frame has been loaded again.');
      const parameters = new URLSearchParams({ origin: location.origin });
      for (const name of OF_FRAME) if (this.hasAttribute(name)) parameters.set(name, this.getAttribute(name));
      // A page from a disk has no origin that a message could name.
      if (location.origin === 'null') parameters.delete('origin');
      this.#frame.title = this.getAttribute('label') ?? 'Fusebox';
      this.#fit();
      this.#open = new Promise((resolve, reject) => (this.#waiting.set(0, { resolve, reject })));
      this.#open.catch(() => {});
      const base = new URL(this.getAttribute('src') ?? folder, document.baseURI);
      this.#frame.src = new URL(`embed.html?${parameters}#${this.#link ?? this.#asked()}`, base).href;
    }

    #fit(height) {
      const asked = this.getAttribute('height') ?? '';
      if (asked !== 'auto') this.style.height = /^\d+$/.test(asked) ? `${asked}px` : asked;
      else if (height > 0) this.style.height = `${Math.min(Math.ceil(height), 4_000)}px`;
    }

    #close(reason) {
      this.#port?.close();
      this.#port = undefined;
      for (const { reject } of this.#waiting.values()) reject(new Error(reason));
      this.#waiting.clear();
    }

    // The frame says hello until it is answered; from then on everything goes through a channel.
    #hear({ source, data }) {
      if (source !== this.#frame.contentWindow || data?.fusebox !== 1 || data.type !== 'hello' || this.#port) return;
      const { port1, port2 } = new MessageChannel();
      this.#port = port1;
      port1.onmessage = ({ data: message }) => this.#answer(message);
      // A sandboxed frame has no origin that could be named; nothing in this message is secret.
      source.postMessage({ fusebox: 1, type: 'connect' }, '*', [port2]);
      this.#waiting.get(0)?.resolve();
      this.#waiting.delete(0);
    }

    #answer(message) {
      const { id, ok, error, event, detail } = message ?? {};
      if (event === undefined) {
        const waiting = this.#waiting.get(id);
        this.#waiting.delete(id);
        if (error) waiting?.reject(Object.assign(new Error(error.message), { code: error.code }));
        else waiting?.resolve(ok);
        return;
      }
      if (event === 'resize') this.#fit(detail.height);
      if (event === 'change') this.#link = detail.link;
      if (event === 'state') this.#playing = detail.playing;
      this.#share(event, detail);
      this.dispatchEvent(new CustomEvent(`fusebox-${event}`, { detail, bubbles: true }));
    }

    // Has the others of the group do the same. What they tell of it in turn changes nothing any more.
    #share(event, detail) {
      const group = this.getAttribute('group');
      if (!group) return;
      const others = [...document.querySelectorAll('fusebox-sim')].filter((it) => it !== this && it.getAttribute('group') === group);
      for (const other of others) other.#join(event, detail, this.#link).catch(() => {});
    }

    #playing;
    async #join(event, { playing, at }, link) {
      if (event === 'state' && playing !== this.#playing) {
        this.#playing = playing;
        await this.seek(at);
        await (playing ? this.play() : this.pause());
      }
      if (event === 'change' && link) {
        const mine = await this.getState();
        const next = withPartsOf(mine, link);
        if (next !== mine) await this.setState(next);
      }
    }

    // Any call of api.json, by its name; the methods are these calls.
    async call(call, args = {}) {
      await Promise.race([
        this.#open ?? Promise.reject(new Error('The element is not on a page.')),
        new Promise((_, reject) => setTimeout(() => reject(new Error('The frame does not answer.')), PATIENCE)),
      ]);
      const id = ++this.#calls;
      return new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        setTimeout(() => this.#waiting.delete(id) && reject(new Error('The frame does not answer.')), PATIENCE);
        this.#port.postMessage({ id, call, args });
      });
    }
  }

  for (const [call, names] of Object.entries(CALLS)) {
    FuseboxSim.prototype[call] = function (...given) {
      return this.call(call, Object.fromEntries(names.map((name, n) => [name, given[n]])));
    };
  }

  // A link with the seed and the actions of another one.
  function withPartsOf(link, other) {
    const [view, settings] = link.split(/\?(.*)/s);
    const isShared = (part) => /^(seed|actions)=/.test(part);
    const partsOf = (text = '') => text.split('&').filter(Boolean);
    const parts = [...partsOf(settings).filter((it) => !isShared(it)), ...partsOf(other.split(/\?(.*)/s)[1]).filter(isShared)];
    return `${view}${parts.length ? '?' : ''}${parts.join('&')}`;
  }

  if (!customElements.get('fusebox-sim')) customElements.define('fusebox-sim', FuseboxSim);
})();
