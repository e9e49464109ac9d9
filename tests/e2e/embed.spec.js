// The page in a frame of another page: its poster, what it fetches and when, and what it says where it
// cannot start.

const { test, expect, course } = require('./page');
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { gzipSync } = require('node:zlib');
// A page that cannot start has errors on the console, which the page object's test does not allow.
const base = require('@playwright/test').test;

const LINK = '#playground?preset=slow-database-breaker&postgres.breaker.cooldown=7s';
const WASM = /\.wasm$/;
const CODE = /\/playground-[0-9a-f]+\.js$/;

const run = (page) => page.getByRole('button', { name: 'Run it here' });

// Has the server send what has such an address with another header.
async function withHeader(page, address, name, value) {
  await page.route(address, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), [name]: value } });
  });
}

// The addresses of what is fetched from now on.
function asked(page) {
  const addresses = [];
  page.on('request', (request) => addresses.push(request.url()));
  return addresses;
}

test('an embedded page is a poster until it is started, and then opens its link', async ({ page }) => {
  const addresses = asked(page);
  await page.goto(`./embed.html${LINK}`);
  await expect(page.getByRole('heading', { name: 'A slow database with timeouts' })).toBeVisible();
  const picture = page.locator('.poster img');
  await expect(picture).toBeVisible();
  expect(await picture.evaluate((image) => image.naturalWidth)).toBeGreaterThan(300);
  expect(addresses.filter((it) => WASM.test(it) || CODE.test(it))).toEqual([]);
  await run(page).press('Enter');
  await expect(page.getByRole('textbox', { name: 'Cooldown' })).toHaveValue('7 s');
  await expect(page.locator('.poster')).toHaveCount(0);
  await expect(page.getByRole('banner')).toHaveCount(0);
});

test('every preset of the lists has a poster with its title, light and dark', async ({ page }) => {
  for (const view of ['playground', 'herd']) {
    const texts = JSON.parse(fs.readFileSync(path.resolve(__dirname, `../../dist/posters/${view}.json`)));
    expect(texts.length).toBeGreaterThan(5);
    for (const { name: preset, title } of texts) {
      for (const theme of ['light', 'dark']) {
        await page.goto('about:blank');
        await page.goto(`./embed.html?theme=${theme}#${view}?preset=${preset}`);
        await expect(page.getByRole('heading')).toHaveText(title);
        await expect(page.locator('.poster img')).toHaveAttribute('src', `posters/${view}-${preset}-${theme}.svg`);
        await expect(page.locator('.poster img')).toBeVisible();
      }
    }
  }
});

test('fifty frames weigh less than a megabyte even without a cache, and none computes before it is wanted', async ({ page }) => {
  let bytes = 0;
  const addresses = asked(page);
  const counted = [];
  page.on('response', (response) => counted.push(response.body().then((body) => (bytes += gzipSync(body).length), () => {})));
  const frame = (n) => `<iframe title="Run ${n}" width="700" height="450" src="embed.html?n=${n}${LINK}"></iframe>`;
  await course(page, Array.from({ length: 50 }, (_, n) => frame(n)).join('\n'));
  await expect(page.frameLocator('iframe').last().getByRole('heading')).toHaveText(/slow database/);
  await Promise.all(counted);
  expect(bytes).toBeLessThan(1_000_000);
  expect(addresses.filter((it) => WASM.test(it) || CODE.test(it))).toEqual([]);
  expect(page.workers()).toEqual([]);
  await run(page.frameLocator('iframe').nth(1)).click();
  await expect(page.frameLocator('iframe').nth(1).locator('.breaker__state')).not.toBeEmpty({ timeout: 20_000 });
  expect(await page.locator('iframe').count()).toBe(50);
  expect(page.frames().length).toBe(51);
});

test('a frame that reveals itself waits until it is seen', async ({ page }) => {
  const addresses = asked(page);
  const far = '<p style="height: 4000px"></p>';
  await course(page, `${far}<iframe title="Run" width="700" height="450" src="embed.html?reveal=auto${LINK}"></iframe>`);
  await expect(page.frameLocator('iframe').getByRole('heading')).toHaveText(/slow database/);
  expect(addresses.filter((it) => WASM.test(it))).toEqual([]);
  await page.locator('iframe').scrollIntoViewIfNeeded();
  await expect(page.frameLocator('iframe').locator('.breaker__state')).not.toBeEmpty({ timeout: 20_000 });
});

for (const [name, link] of [
  ['an old address', `?embed=1${LINK}`],
  ['another value', `?embed=true${LINK}`],
  ['a place behind the #', LINK.replace('?', '?embed=1&')],
  ['ampersands escaped twice', `?utm_source=x&amp;amp;embed=1${LINK.replace('&', '&amp;amp;')}`],
  ['the name of the document', `index.html?embed${LINK}`],
]) {
  test(`an embedded page may be asked for by ${name}`, async ({ page }) => {
    await page.goto(`./${link}`);
    await expect(page.getByRole('heading', { name: 'A slow database with timeouts' })).toBeVisible();
    expect(new URL(page.url()).pathname).toBe('/embed.html');
    expect(new URL(page.url()).hash).toBe(LINK);
    await run(page).click();
    await expect(page.getByRole('textbox', { name: 'Cooldown' })).toHaveValue('7 s');
  });
}

test('an author can pin the theme', async ({ page }) => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body.parentElement).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`./embed.html?theme=dark${LINK}`);
  const dark = await ground();
  await page.goto(`./embed.html?theme=light${LINK}`);
  expect(await ground()).not.toBe(dark);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await ground()).not.toBe(dark);
  await page.goto(`./embed.html?theme=auto${LINK}`);
  expect(await ground()).toBe(dark);
});

test.describe('the element', () => {
  const element = (attributes) => `<script src="fusebox-sim.js"></script>
    <fusebox-sim label="A slow database" ${attributes}><a href="./${LINK}">A slow database</a></fusebox-sim>`;
  const sim = (page) => page.locator('fusebox-sim');
  const link = LINK.slice(1).replaceAll('&', '&amp;');

  test('starts, tells and takes its link, and follows its attributes', async ({ page }) => {
    await course(page, element(`link="${link}"`));
    const frame = page.frameLocator('fusebox-sim >> iframe');
    await expect(frame.getByRole('heading', { name: 'A slow database with timeouts' })).toBeVisible();
    await expect(page.locator('fusebox-sim > a')).not.toBeVisible();
    await expect(page.locator('fusebox-sim >> iframe')).toHaveAttribute('title', 'A slow database');
    await sim(page).evaluate((it) => {
      window.heard = [];
      for (const name of ['ready', 'change']) {
        document.addEventListener(`fusebox-${name}`, ({ detail }) => window.heard.push([name, detail.link]));
      }
      return it.start();
    });
    await expect(frame.getByRole('textbox', { name: 'Cooldown' })).toHaveValue('7 s');
    expect(await page.evaluate(() => window.heard[0][0])).toBe('ready');
    await frame.getByRole('button', { name: 'Kill' }).first().click();
    await expect.poll(() => page.evaluate(() => window.heard.at(-1)[1])).toContain('postgres:down');
    expect(await sim(page).evaluate((it) => it.getState())).toContain('postgres:down');
    await sim(page).evaluate((it) => it.setState('playground?preset=slow-database-breaker&postgres.breaker.cooldown=9s'));
    await expect(frame.getByRole('textbox', { name: 'Cooldown' })).toHaveValue('9 s');
    const ground = () => frame.locator('html').evaluate((root) => getComputedStyle(root).backgroundColor);
    const light = await ground();
    await sim(page).evaluate((it) => it.setAttribute('theme', 'dark'));
    await expect.poll(ground).not.toBe(light);
    await sim(page).evaluate((it) => it.setAttribute('link', 'herd?clients=50'));
    await expect(frame.locator('.lane').first()).toBeVisible();
  });

  test('two of them on a page are apart, and one that is moved goes on with its link', async ({ page }) => {
    await course(page, `${element(`link="${link}"`)}${element('view="herd" preset="lesson"')}<div id="other"></div>`);
    const heading = (n) => page.frameLocator(`fusebox-sim:nth-of-type(${n}) >> iframe`).getByRole('heading');
    await expect(page.locator('fusebox-sim')).toHaveCount(2);
    await expect(heading(1)).toHaveText(/slow database/);
    await expect(heading(2)).toHaveText(/lesson/i);
    await sim(page).first().evaluate((it) => document.getElementById('other').append(it));
    await expect(page.frameLocator('#other fusebox-sim >> iframe').getByRole('heading')).toHaveText(/slow database/);
  });

  test('what it cannot do is an error with a reason, and so is what is not a call', async ({ page }) => {
    await course(page, `<iframe title="Run" width="700" height="450" src="embed.html${LINK}"></iframe>`);
    const answers = await page.evaluate(async () => {
      const frame = document.querySelector('iframe');
      const { data } = await new Promise((heard) => addEventListener('message', heard, { once: true }));
      const { port1, port2 } = new MessageChannel();
      frame.contentWindow.postMessage({ fusebox: 1, type: 'connect' }, '*', [port2]);
      const answer = (message) =>
        new Promise((heard) => {
          port1.onmessage = ({ data }) => data.event === undefined && heard(data.error?.code ?? data.ok ?? 'done');
          port1.postMessage(message);
        });
      const cyclic = {};
      cyclic.self = cyclic;
      const messages = [
        { id: 1, call: 'getState' },
        { id: 2, call: 'fly' },
        { id: 3, call: 'constructor' },
        { id: 4, call: 'setState', args: { link: 7 } },
        { id: 5, call: 'theme', args: { theme: 'pink' } },
        { id: 6, call: 'setState', args: { link: 'x'.repeat(70_000) } },
        null,
        'text',
        cyclic,
      ];
      const codes = [data.type];
      for (const message of messages) codes.push(await answer(message));
      for (let n = 0; n < 30; n++) codes.push(await answer({ id: 9, call: 'getState' }));
      return codes;
    });
    expect(answers[0]).toBe('hello');
    const state = LINK.slice(1);
    const codes = [state, 'unsupported', 'unsupported', 'invalid', 'invalid', 'too_long', 'unsupported', 'unsupported', 'invalid'];
    expect(answers.slice(1, 10)).toEqual(codes);
    expect(answers.at(-1)).toBe('busy');
  });

  test('a frame that names its host speaks with no other', async ({ page }) => {
    await course(page, `<script>heard = 0; addEventListener('message', () => heard++)</script>
      <iframe title="Run" src="embed.html?origin=https://other.example${LINK}"></iframe>`);
    await expect(page.frameLocator('iframe').getByRole('heading')).toHaveText(/slow database/);
    await page.waitForTimeout(600);
    expect(await page.evaluate(() => window.heard)).toBe(0);
  });
});

test.describe('where it cannot start, the page says the likely cause within five seconds', () => {
  const reason = (page) => page.getByRole('alert');
  const soon = { timeout: 5_000 };

  base('its code is missing', async ({ page }) => {
    await page.route(CODE, (route) => route.fulfill({ status: 404 }));
    await page.goto(`./${LINK}`);
    await expect(reason(page)).toContainText(/The server has no .*\.js \(status 404\)/, soon);
    await page.unroute(CODE);
    await page.getByRole('link', { name: 'Reload' }).click();
    await expect(page.getByRole('textbox', { name: 'Cooldown' })).toHaveValue('7 s');
  });

  base('its code has another type', async ({ page }) => {
    await withHeader(page, CODE, 'content-type', 'text/plain');
    await page.goto('./');
    await expect(reason(page)).toContainText('as "text/plain"', soon);
  });

  base('its module is missing', async ({ page }) => {
    await page.route(WASM, (route) => route.fulfill({ status: 404 }));
    await page.goto('./');
    await expect(reason(page)).toContainText(/The server has no .*\.wasm \(status 404\)/, soon);
  });

  base('its module is cut off', async ({ page }) => {
    await page.route(/_bg\.wasm$/, async (route) => {
      const response = await route.fetch();
      const body = await response.body();
      await route.fulfill({ response, body: body.subarray(0, 100_000) });
    });
    await page.goto('./');
    await expect(reason(page)).toContainText('arrived cut off or damaged', soon);
  });

  base('its module stalls', async ({ page }) => {
    await page.route(/_bg\.wasm$/, () => {});
    await page.goto('./');
    await expect(page.getByRole('status')).toContainText('Nothing has arrived for some seconds', { timeout: 5_000 });
  });

  base('a policy blocks WebAssembly', async ({ page }) => {
    await withHeader(page, /\/$/, 'content-security-policy', "default-src 'self'");
    await page.goto('./');
    await expect(reason(page)).toContainText("script-src 'self' 'wasm-unsafe-eval'", soon);
  });

  base('a policy blocks its first script', async ({ page }) => {
    await withHeader(page, /\/$/, 'content-security-policy', "script-src 'none'");
    await page.goto('./');
    await expect(page.getByText('its script start.js did not run')).toBeVisible({ timeout: 5_000 });
  });

  base('a sandbox without an origin, and a server that allows none', async ({ page }) => {
    const frame = `<iframe title="Run" sandbox="allow-scripts" width="700" height="450" src="own/embed.html${LINK}"></iframe>`;
    await course(page, frame);
    await run(page.frameLocator('iframe')).click();
    await expect(reason(page.frameLocator('iframe'))).toContainText('sandboxed without "allow-same-origin"', soon);
  });

  base('it is opened from a disk', async ({ page }) => {
    await page.goto(pathToFileURL(path.resolve(__dirname, '../../dist/index.html')).href);
    await expect(reason(page)).toContainText('opened from a disk', soon);
  });

  base('without JavaScript', async ({ browser, baseURL }) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(baseURL);
    await expect(page.getByText('JavaScript may be switched off')).toBeVisible(soon);
    await context.close();
  });
});

for (const [width, height] of [[320, 300], [360, 450], [480, 360], [600, 600], [700, 450]]) {
  test(`a frame of ${width} by ${height} has its state and Kill in sight, and in the Herd its lanes`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.goto(`./embed.html?reveal=auto${LINK}`);
    const seen = (locator) => expect(locator).toBeInViewport({ ratio: 1 });
    const kill = page.locator('.time__kill');
    await expect(kill).toContainText('Kill');
    await seen(kill);
    await seen(page.locator('.time__state'));
    const edges = await page.locator('.time > *, .time__controls > *').evaluateAll((all) => all.map((it) => it.getBoundingClientRect()).filter((it) => it.width).map((it) => it.right));
    expect(Math.max(...edges)).toBeLessThanOrEqual(width);
    const [state, now] = await Promise.all([page.locator('.time__state').boundingBox(), page.locator('.time__now').boundingBox()]);
    if (now) expect(state.x + state.width).toBeLessThanOrEqual(now.x);
    await kill.click();
    await expect(page.locator('.time__state')).toContainText('open', { timeout: 30_000 });
    if (width < 700) return;
    await page.goto('about:blank');
    await page.goto('./embed.html?reveal=auto#herd?clients=100');
    for (const lane of await page.locator('.lane').all()) await seen(lane.locator('canvas').first());
  });
}
