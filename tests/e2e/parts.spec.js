// The parts of the page after its first picture: when they are fetched, their placeholders, and the
// sentence and the button after a failure.

const { test, expect, Playground } = require('./page');
// A part that cannot be fetched is an error on the console, which the page object's test does not
// allow.
const base = require('@playwright/test').test;

const PART = /parts-[0-9a-f]+\/\w+\.wasm$/;
const CHANGED = '#playground?preset=slow-database-breaker&postgres.breaker.cooldown=7s';

const again = (page) => page.getByRole('button', { name: 'Try again' });

// Holds the parts back; returns a function that releases them.
async function hold(page) {
  let release;
  const released = new Promise((done) => (release = done));
  await page.route(PART, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

test('the first view is whole without the parts: it plays, breaks and heals', async ({ page }) => {
  const playground = new Playground(page);
  const release = await hold(page);
  await playground.begin();
  await playground.kill.click();
  await expect(playground.state).toHaveText(/^Open/);
  await playground.heal.click();
  await expect(page.getByText('The rest of the page is loading …')).toBeVisible();
  await expect(playground.charts).toHaveCount(0);
  const elements = ['.stage canvas', '.breaker', '.time', '.bar select', '.bar .button--strong'];
  const handles = await Promise.all(elements.map((element) => page.locator(element).first().elementHandle()));
  const before = await playground.seconds();
  release();
  await expect(playground.charts).toBeVisible();
  await expect(playground.stack).toBeVisible();
  await expect(playground.lines.last()).toContainText('down');
  // The run goes on, in the same elements.
  expect(await playground.seconds()).toBeGreaterThan(before);
  for (const handle of handles) expect(await handle.evaluate((element) => element.isConnected)).toBe(true);
});

test('each part is fetched once, and the Herd only when the page is idle', async ({ page }) => {
  const asked = [];
  page.on('request', (request) => PART.test(request.url()) && asked.push(request.url().split('/').pop()));
  const playground = new Playground(page);
  await playground.begin();
  await expect(playground.charts).toBeVisible();
  expect(asked).not.toContain('split_herd.wasm');
  await expect.poll(() => asked).toContain('split_herd.wasm');
  expect(asked).toHaveLength(new Set(asked).size);
  await page.getByRole('link', { name: 'Herd' }).click();
  await expect(page.locator('.lane__numbers').first()).toBeVisible({ timeout: 30_000 });
});

test('a link to the Herd has its parts requested beside the first one, each once', async ({ page }) => {
  const asked = [];
  let release;
  const released = new Promise((done) => (release = done));
  await page.route(/playground-[0-9a-f]+_bg\.wasm$/, async (route) => {
    await released;
    await route.continue();
  });
  page.on('request', (request) => /\.(wasm|css)$/.test(request.url()) && asked.push(request.url().split('/').pop()));
  await page.goto('./#herd?clients=500', { waitUntil: 'commit' });
  for (const part of [/^split_herd/, /^split_details/, /^chunk_/, /^herd-/]) {
    await expect.poll(() => asked.filter((name) => part.test(name)).length, String(part)).toBeGreaterThan(0);
  }
  expect(asked).toHaveLength(new Set(asked).size);
  expect(await page.locator('.lane').count()).toBe(0);
  release();
  await expect(page.locator('.lane__numbers').first()).toBeVisible({ timeout: 30_000 });
  // The workers fetch theirs besides.
  const ofPage = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  const parts = ofPage.filter((name) => /split_|chunk_|herd-.*css/.test(name));
  expect(parts).toHaveLength(new Set(parts).size);
});

test('a link with settings opens correctly, whenever the parts arrive', async ({ page }) => {
  const release = await hold(page);
  await page.goto(`./${CHANGED}`);
  await expect(page.getByText('The rest of the page is loading …')).toBeVisible();
  release();
  await expect(page.getByRole('textbox', { name: 'Cooldown' })).toHaveValue('7 s');
});

test('a link opened before the parts arrive leaves the run unchanged until it can be read', async ({ page }) => {
  const playground = new Playground(page);
  const release = await hold(page);
  await playground.begin();
  await playground.kill.click();
  await expect(playground.state).toHaveText(/^Open/);
  await page.evaluate((link) => (location.hash = link), CHANGED);
  await expect(playground.state).toHaveText(/^Open/);
  release();
  await expect(page.getByRole('textbox', { name: 'Cooldown' })).toHaveValue('7 s');
  await playground.button('Undo').click();
  await expect(page.getByRole('textbox', { name: 'Cooldown' })).toHaveValue('10 s');
});

base('a link whose parts cannot be fetched says so, and is opened by another try', async ({ page }) => {
  await page.route(PART, (route) => route.fulfill({ status: 404 }));
  await page.goto(`./${CHANGED}`);
  await expect(page.getByRole('alert')).toContainText('The rest of the page could not be loaded');
  await again(page).press('Enter');
  await expect(page.getByRole('alert')).toContainText('could not be loaded');
  await expect(again(page)).toBeFocused();
  await page.unroute(PART);
  await again(page).press('Enter');
  await expect(page.getByRole('textbox', { name: 'Cooldown' })).toHaveValue('7 s');
});

base('without a network the Herd says so, and comes once there is one', async ({ page, context }) => {
  const playground = new Playground(page);
  await playground.begin();
  await expect(playground.charts).toBeVisible();
  await context.setOffline(true);
  await page.getByRole('link', { name: 'Herd' }).click();
  await expect(page.getByRole('alert')).toContainText('The Herd could not be loaded');
  await context.setOffline(false);
  await again(page).press('Enter');
  await expect(page.locator('.lane__numbers').first()).toBeVisible({ timeout: 30_000 });
});

test('it opens from a folder, with its parts and its link', async ({ page }) => {
  await page.goto(`./course/fusebox/?utm_source=course${CHANGED}`);
  await expect(page.getByRole('textbox', { name: 'Cooldown' })).toHaveValue('7 s');
  expect(page.url()).toContain(`?utm_source=course${CHANGED}`);
});

// Without the slash, the browser looks for all files in the parent folder.
base('where the host adds no slash to the address, the page says that one is missing', async ({ page }) => {
  await page.goto('./course/fusebox');
  await expect(page.getByText('the address may lack the slash at its end')).toBeVisible({ timeout: 5_000 });
});
