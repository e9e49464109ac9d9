// The examples for authors, opened as they are: your.host is the server of the tests.

const { test, expect } = require('./page');
const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '../../examples/embed');
const dist = path.resolve(__dirname, '../../dist');
const reveal = path.resolve(__dirname, 'node_modules/reveal.js/dist');
const HOST = 'https://your.host/fusebox/';

const types = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json', '.svg': 'image/svg+xml', '.wasm': 'application/wasm' };

// Answers the addresses below one from a folder.
async function serve(page, address, folder) {
  await page.route(`${address}**`, (route) => {
    const name = new URL(route.request().url()).pathname.slice(new URL(address).pathname.length) || 'index.html';
    const file = path.join(folder, name);
    if (!fs.existsSync(file)) return route.fulfill({ status: 404, headers: { 'Access-Control-Allow-Origin': '*' } });
    const headers = { 'Content-Type': types[path.extname(file)] ?? 'application/octet-stream', 'Access-Control-Allow-Origin': '*' };
    return route.fulfill({ body: fs.readFileSync(file), headers });
  });
}

// Opens an example; nothing else may be requested.
async function open(page, name) {
  const others = [];
  page.on('request', (request) => {
    if (!/^https:\/\/(your\.host|course\.example|cdn\.jsdelivr\.net\/npm\/reveal\.js)/.test(request.url()) && /^http/.test(request.url())) others.push(request.url());
  });
  await serve(page, HOST, dist);
  await serve(page, 'https://course.example/', root);
  await serve(page, 'https://cdn.jsdelivr.net/npm/reveal.js@6/dist/', reveal);
  await page.goto(`https://course.example/${name}`);
  return others;
}

test('a frame', async ({ page }) => {
  const others = await open(page, 'frame.html');
  const frame = page.frameLocator('iframe');
  await frame.getByRole('button', { name: 'Run it here' }).click();
  await expect(frame.locator('.breaker__state')).toHaveText(/closed/i);
  expect(others).toEqual([]);
});

test('an element that a button of the page breaks', async ({ page }) => {
  await open(page, 'element.html');
  await page.getByRole('button', { name: 'Kill the database' }).click();
  await expect(page.locator('#told')).toContainText(/breaker/i, { timeout: 20_000 });
});

test('two that break together', async ({ page }) => {
  await open(page, 'group.html');
  const frame = (n) => page.frameLocator('fusebox-sim >> iframe').nth(n);
  for (const n of [0, 1]) await frame(n).getByRole('button', { name: 'Run it here' }).click();
  for (const n of [0, 1]) await expect(frame(n).locator('.stage')).toBeVisible();
  await frame(0).getByRole('button', { name: 'Kill' }).first().click();
  await expect(frame(1).getByRole('button', { name: 'Heal the database' }).first()).toBeVisible();
});

test('answers as statements', async ({ page }) => {
  await open(page, 'xapi.html');
  const frame = page.frameLocator('fusebox-sim >> iframe');
  await frame.getByRole('button', { name: 'Run it here' }).click();
  await frame.getByRole('spinbutton', { name: 'You predict' }).fill('15');
  await frame.getByRole('button', { name: 'Answer', exact: true }).click();
  await expect(page.getByLabel('Statements')).toContainText('verbs/answered', { timeout: 30_000 });
  await expect(page.getByLabel('Statements')).toContainText('verbs/progressed');
});

test('a slide stands still while it is not shown', async ({ page }) => {
  await open(page, 'slides.html');
  await expect(page.locator('.reveal .slides .present h2')).toHaveText('Circuit breakers');
  await page.keyboard.press('ArrowRight');
  const frame = page.frameLocator('iframe');
  await expect(frame.locator('.breaker__state')).toHaveText(/closed/i, { timeout: 20_000 });
  await page.evaluate(() => window.Reveal.next());
  await expect(frame.locator('html')).toHaveAttribute('data-held', '');
  await page.evaluate(() => window.Reveal.prev());
  await expect(frame.locator('html')).not.toHaveAttribute('data-held', '');
});

test('every address in an example is one of the page, and its link has no problem', async ({ page }) => {
  const files = fs.readdirSync(root, { recursive: true }).filter((name) => fs.statSync(path.join(root, name)).isFile());
  const addresses = new Set(files.flatMap((name) => fs.readFileSync(path.join(root, name), 'utf8').match(/https:\/\/your\.host\/fusebox\/[^"'`\s]+/g) ?? []));
  expect(addresses.size).toBeGreaterThan(3);
  await serve(page, HOST, dist);
  for (const address of addresses) {
    const name = new URL(address).pathname.slice('/fusebox/'.length) || 'index.html';
    if (name.startsWith('check/')) continue;
    expect(fs.existsSync(path.join(dist, name)), address).toBe(true);
    if (!address.includes('#')) continue;
    await page.goto('about:blank');
    await page.goto(address.replace(/embed\.html(?=#)/, 'embed.html?reveal=auto'));
    await expect(page.locator('.stage')).toBeVisible();
    await expect(page.getByRole('status', { name: 'About this link' })).toHaveCount(0);
  }
});
