// Firefox and WebKit, where they are installed, behind the few functions that the tests of both need.
// Playwright drives only builds of its own, which would have to be downloaded; these are the system's.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');

// The full path of the first of these programs on the PATH or in these folders.
function program(names, folders = []) {
  const all = [...(process.env.PATH ?? '').split(path.delimiter), ...folders];
  return all.flatMap((folder) => names.map((name) => path.join(folder, name))).find((it) => fs.existsSync(it));
}

// Debian keeps WebKit's browser away from the PATH.
const libraries = ['x86_64', 'aarch64'].flatMap((machine) =>
  ['4.1', '4.0'].map((version) => `/usr/lib/${machine}-linux-gnu/webkit2gtk-${version}`),
);
const firefox = process.env.FIREFOX ?? program(['firefox-esr', 'firefox']);
const webkit = { browser: program(['MiniBrowser'], libraries), driver: program(['WebKitWebDriver']), display: program(['Xvfb']) };

const late = 60_000;

async function until(what, ask) {
  const end = Date.now() + late;
  for (;;) {
    const found = await ask();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${late / 1000} s: ${what}`);
    await new Promise((then) => setTimeout(then, 50));
  }
}

// What both have: "run" calls a function with arguments in the page, and "click" and "press" act as a
// user would. "enter" goes into the frame that a function of the page finds, in which they act from then on.
class Window {
  // Waits until a function of the page returns something true.
  until(ask, ...given) {
    return until(`${ask} of ${JSON.stringify(given)}`, () => this.run(ask, ...given));
  }

  // Waits for an element.
  has(selector) {
    return this.until((at) => document.querySelector(at) !== null, selector);
  }

  text(selector) {
    return this.run((at) => document.querySelector(at)?.textContent ?? '', selector);
  }

  // Waits for an element with a text that matches.
  async shows(selector, pattern) {
    const ask = (at, source) => new RegExp(source).test(document.querySelector(at)?.textContent ?? '');
    try {
      await this.until(ask, selector, pattern.source);
    } catch {
      throw new Error(`${selector} shows "${await this.text(selector)}", and not ${pattern}`);
    }
  }
}

class Firefox extends Window {
  static name = 'Firefox';
  static missing = !firefox;

  static async open() {
    const { default: puppeteer } = await import('puppeteer-core');
    const options = { browser: 'firefox', executablePath: firefox, headless: true };
    const self = new Firefox();
    self.browser = await puppeteer.launch({ ...options, defaultViewport: { width: 1440, height: 900 } });
    self.page = await self.browser.newPage();
    self.frame = self.page.mainFrame();
    return self;
  }

  async goto(address) {
    await this.page.goto(address);
    this.frame = this.page.mainFrame();
  }

  run(act, ...given) {
    return this.frame.evaluate(act, ...given);
  }

  async click(selector) {
    await this.has(selector);
    await this.frame.click(selector);
  }

  press(key) {
    return this.page.keyboard.press(key);
  }

  async enter(find) {
    const found = await until(`the frame of ${find}`, async () => (await this.frame.evaluateHandle(find)).asElement());
    this.frame = await found.contentFrame();
  }

  close() {
    return this.browser.close();
  }
}

// The keys of WebDriver that have no letter.
const KEYS = { Tab: '\uE004', Enter: '\uE007', Escape: '\uE00C' };
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

// Safari's engine, by the protocol of WebDriver.
class WebKit extends Window {
  static name = 'WebKit';
  static missing = !(webkit.browser && webkit.driver && webkit.display);

  static async open() {
    const self = new WebKit();
    self.display = spawn(webkit.display, ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const number = await new Promise((then) => self.display.stdio[3].once('data', then));
    const port = await freePort();
    self.driver = spawn(webkit.driver, [`--port=${port}`], {
      stdio: 'ignore',
      env: { ...process.env, DISPLAY: `:${String(number).trim()}`, GDK_BACKEND: 'x11' },
    });
    self.address = `http://127.0.0.1:${port}/session`;
    const wanted = { 'webkitgtk:browserOptions': { binary: webkit.browser, args: ['--automation'] } };
    const { sessionId } = await until('WebKit opens', () =>
      self.ask('POST', '', { capabilities: { alwaysMatch: wanted } }).catch((error) => {
        if (error.cause?.code !== 'ECONNREFUSED') throw error;
      }),
    );
    self.address += `/${sessionId}`;
    await self.ask('POST', '/window/rect', { x: 0, y: 0, width: 1440, height: 990 });
    return self;
  }

  async ask(method, command, body) {
    const answer = await fetch(this.address + command, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${command}: ${value.message}`);
    return value;
  }

  async goto(address) {
    await this.ask('POST', '/frame', { id: null });
    await this.ask('POST', '/url', { url: address });
  }

  run(act, ...args) {
    return this.ask('POST', '/execute/async', {
      script: 'const then = [...arguments].at(-1); Promise.resolve((' + act + ')(...[...arguments].slice(0, -1))).then(then)',
      args,
    });
  }

  async click(selector) {
    await this.has(selector);
    const { [ELEMENT]: id } = await this.ask('POST', '/element', { using: 'css selector', value: selector });
    await this.ask('POST', `/element/${id}/click`, {});
  }

  async press(key) {
    const value = KEYS[key] ?? key;
    const actions = ['keyDown', 'keyUp'].map((type) => ({ type, value }));
    // GTK takes a key that comes again at once for one that is held down.
    actions.push({ type: 'pause', duration: 50 });
    await this.ask('POST', '/actions', { actions: [{ type: 'key', id: 'keys', actions }] });
  }

  async enter(find) {
    await this.ask('POST', '/frame', { id: await this.until(find) });
  }

  async close() {
    await this.ask('DELETE', '').catch(() => {});
    this.driver.kill();
    this.display.kill();
  }
}

function freePort() {
  return new Promise((then) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => then(port));
    });
  });
}

module.exports = { BROWSERS: [Firefox, WebKit] };
