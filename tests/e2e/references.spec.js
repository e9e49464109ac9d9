// The look of the page in its main states: its layout, its shapes and its colours, without text, as
// fonts differ between machines. playwright.config.js explains how to renew the references.

const path = require('node:path');
const { test, expect, Playground } = require('./page');

const OUTAGE = 'actions=5s:postgres:down,20s:postgres:heal';

// A run that is paused at a moment looks the same every time. The page's own policy forbids styles such
// as the one that hides the text.
test.use({
  viewport: { width: 1440, height: 1280 },
  contextOptions: { reducedMotion: 'reduce' },
  bypassCSP: true,
});

let playground;

test.beforeEach(({ page }) => {
  playground = new Playground(page);
});

async function looksLike(page, name) {
  // The baseline follows a little later, and the charts are drawn in turn.
  const dashed = playground.readings('Calls per second').last();
  await expect(dashed).not.toContainText('–');
  await expect(page).toHaveScreenshot(`${name}.png`, { stylePath: path.join(__dirname, 'references.css') });
}

test('healthy', async ({ page }) => {
  await playground.openAt(4, OUTAGE);
  await looksLike(page, 'healthy');
});

test('healthy in the dark', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await playground.openAt(4, OUTAGE);
  await looksLike(page, 'dark');
});

test('open in an outage', async ({ page }) => {
  await playground.openAt(12, OUTAGE);
  await looksLike(page, 'outage');
});

test('with an explanation', async ({ page }) => {
  await playground.openAt(12, OUTAGE);
  await playground.history.first().click();
  await expect(playground.closeExplanation).toBeVisible();
  await page.mouse.move(0, 0);
  await looksLike(page, 'explanation');
});

for (const [name, scheme, width] of [['herd', 'light', 1440], ['herd-dark', 'dark', 1440], ['herd-phone', 'light', 390]]) {
  test(`lanes beside each other: ${name}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 1280 });
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto('./#herd?preset=two-seconds&at=13s');
    await expect(page.locator('.lane__numbers')).toHaveCount(4);
    // The contention below the lanes is computed after them.
    await expect(page.locator('.contention')).not.toContainText('…');
    await expect(page).toHaveScreenshot(`${name}.png`, { stylePath: path.join(__dirname, 'references.css') });
  });
}

// Each number of a run is the same on every machine, no matter how long it takes and where it is
// computed.
test('bands over a few seeds', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('./#herd?preset=two-seconds&clients=200&lanes=exponential,full&bands=8');
  await expect(page.locator('.bands__state p')).toHaveText(/^16 of 16 runs, .+ computed/);
  await expect(page.locator('.herd__progress')).toBeEmpty();
  await expect(page).toHaveScreenshot('bands.png', { stylePath: path.join(__dirname, 'references.css') });
});

test('a small sweep in the dark', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await page.goto('./#herd?preset=two-seconds&clients=200&sweep=lanes&sweep.lane=1&sweep.x=outage:1s..32s:6:log&sweep.y=capacity:100,150,200,300,400,600');
  const sweep = page.getByRole('region', { name: 'Sweep', exact: true });
  await sweep.getByRole('button', { name: 'Run' }).click();
  await expect(sweep.locator('.sweep__progress')).toHaveText(/^36 runs in/);
  await page.mouse.move(0, 0);
  await expect(page.locator('.herd__progress')).toBeEmpty();
  // A click may scroll or not, depending on what is computed by then.
  await sweep.locator('.sweep__map').evaluate((map) => map.scrollIntoView({ block: 'center', behavior: 'instant' }));
  await expect(page).toHaveScreenshot('sweep-dark.png', { stylePath: path.join(__dirname, 'references.css') });
});

for (const [name, width, height] of [['herd-first', 1440, 900], ['herd-first-phone', 360, 740]]) {
  test(`the Herd as it opens, at its end, as ${name}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.goto('./#herd?at=30s');
    await expect(page.locator('.lane__numbers')).toHaveCount(2, { timeout: 30_000 });
    await expect(page.locator('.lane__numbers').last()).toContainText(/20 other seeds: (?!being)/, { timeout: 50_000 });
    await expect(page).toHaveScreenshot(`${name}.png`, { stylePath: path.join(__dirname, 'references.css') });
  });
}

test('in an outage on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await playground.openAt(12, OUTAGE);
  await looksLike(page, 'phone');
});
