// The page in the other browsers that students have: a breaker trips and closes, the Herd has the same
// numbers, and the page works in frames.

const { test: base, expect } = require('@playwright/test');
const { BROWSERS } = require('./browsers');
const http = require('node:http');

const STATE = '.breaker__state';
const HERD = '#herd?clients=2000&duration=20s&lanes=immediate,full&at=30s';
const COMPUTED = '.contention__state';

// What the Herd says of each lane: its peak after the repair, and when it has recovered.
const glance = () => [...document.querySelectorAll('.tiles__value')].map((it) => it.textContent);

// Whether workers have computed what is shown; if the page has, another number is chosen.
const chooseInWorkers = (state) => {
  const shown = document.querySelector(state)?.textContent ?? '';
  if (/on the page\.$/.test(shown)) {
    const writers = document.querySelector('.contention input');
    writers.value = String(110 - (Number(writers.value) % 100));
    writers.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
  return /in (a worker|\d workers)\.$/.test(shown);
};

// A page of a course at another origin than Fusebox.
function course(body) {
  const page = `<!doctype html><title>A course</title>${body}`;
  const server = http.createServer((_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end(page));
  return new Promise((then) => server.listen(0, '127.0.0.1', () => then(server)));
}

for (const Browser of BROWSERS) {
  base.describe(Browser.name, () => {
    base.skip(Browser.missing, `${Browser.name} is not installed`);
    base.setTimeout(180_000);
    let window;
    base.beforeEach(async () => (window = await Browser.open()));
    base.afterEach(() => window?.close());

    base('a click kills the database, and the breaker opens and closes', async ({ baseURL }) => {
      await window.goto(`${baseURL}#playground?postgres.breaker.cooldown=2s`);
      await window.shows(STATE, /^Closed/);
      await window.click('.node__act');
      await window.shows('.node__fault', /^down for/);
      await window.shows(STATE, /^Open/);
      await window.click('.node__act');
      await window.until(() => !document.querySelector('.node__fault'));
      await window.shows(STATE, /^Half-open/);
      await window.shows(STATE, /^Closed/);
    });

    base('the keys of the view work, and the tab key begins at the skip link', async ({ baseURL }) => {
      await window.goto(baseURL);
      await window.shows(STATE, /^Closed/);
      await window.press('Tab');
      await window.until(() => /^Skip/.test(document.activeElement.textContent));
      await window.press('k');
      await window.shows('.node__fault', /^down for/);
      await window.press('k');
      await window.until(() => !document.querySelector('.node__fault'));
    });

    base('a herd has the numbers of Chromium, computed in workers or on the page', async ({ page, baseURL }) => {
      await page.goto(`./${HERD}`);
      await expect(page.locator('.lane__numbers')).toHaveCount(2, { timeout: 30_000 });
      const expected = await page.evaluate(glance);
      expect(expected).toHaveLength(4);
      // Else its replications would slow the other browser down.
      await page.goto('about:blank');

      await window.goto(baseURL + HERD);
      // Until its workers are ready, the page stands in for them, so it is computed anew now and then.
      await window.until(chooseInWorkers, COMPUTED);
      expect(await window.run(glance)).toEqual(expected);

      // A sandboxed frame has no workers, and to WebKit no 'self'.
      const host = await course(`<iframe sandbox="allow-scripts" width="1200" height="900" src="${baseURL}named/embed.html?reveal=auto${HERD}"></iframe>`);
      await window.goto(`http://127.0.0.1:${host.address().port}/`);
      await window.enter(() => document.querySelector('iframe'));
      await window.shows(COMPUTED, /computed on the page\.$/);
      expect(await window.run(glance)).toEqual(expected);
      host.close();
    });

    base('an element in a page of a course is a poster until it is started', async ({ baseURL }) => {
      const host = await course(`<script src="${baseURL}fusebox-sim.js"></script><fusebox-sim view="playground" height="640"></fusebox-sim>`);
      await window.goto(`http://127.0.0.1:${host.address().port}/`);
      await window.enter(() => document.querySelector('fusebox-sim').shadowRoot?.querySelector('iframe'));
      await window.shows('.poster button', /Run it here/);
      await window.click('.poster button');
      await window.shows(STATE, /^Closed/);
      await window.click('.node__act');
      await window.shows(STATE, /^Open/);
      host.close();
    });
  });
}
