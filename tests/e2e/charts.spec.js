const { test, expect, Playground, expectAccessible } = require('./page');

let playground;
let plot;

test.beforeEach(async ({ page }) => {
  playground = new Playground(page);
  await playground.openAt(25, 'seed=42');
  plot = page.getByRole('slider', { name: /^Calls per second/ });
});

test('the keyboard goes from moment to moment, and each is read out', async ({ page }) => {
  await plot.press('Home');
  await expect(plot).toHaveAttribute('aria-valuenow', '0.0');
  await plot.press('PageUp');
  await plot.press('ArrowRight');
  await plot.press('Shift+ArrowRight');
  await expect(plot).toHaveAttribute('aria-valuetext', /^11\.10 s: offered \d+, goodput \d+, fresh \d+, fallback \d+, errors 0(, without protection: goodput \d+)?$/);
  await expect(page.locator('.chart__cross:visible')).toHaveCount(4);
  await expect(page.locator('.charts__at')).toHaveText('11.10 s');
  await plot.press('Escape');
  await expect(page.locator('.chart__cross:visible')).toHaveCount(0);
});

test('while time is paused, the charts and the panel show the same numbers', async () => {
  await playground.openAt(20, 'actions=5s:postgres:hang,12s:postgres:heal');
  for (const seconds of [12.2, 5.5, 12.6]) {
    await playground.seek(seconds);
    const threads = (await playground.number('Threads').innerText()).match(/\d+ of \d+/)[0];
    await expect(playground.readings('In use').first()).toContainText(threads);
    await expect(playground.stage).toContainText(`${threads.split(' ')[0]} of`);
    const offered = (await playground.number('Offered').innerText()).match(/[\d,]+/)[0];
    await expect(playground.readings('Calls per second').first()).toHaveText(`offered${offered}`);
  }
});

test('the pointer crosses all charts at one moment and leaves no trace', async ({ page }) => {
  await plot.hover({ position: { x: 120, y: 60 } });
  const lines = page.locator('.chart__cross:visible');
  await expect(lines).toHaveCount(4);
  const places = await lines.evaluateAll((all) =>
    all.map((line) => line.getBoundingClientRect().x - line.parentElement.getBoundingClientRect().x),
  );
  for (const place of places) expect(Math.abs(place - 120)).toBeLessThan(2);
  await page.mouse.move(0, 0);
  await expect(lines).toHaveCount(0);
});

test('the table behind a chart says the same in numbers', async ({ page }) => {
  await page.locator('.chart__table summary').first().click();
  const rows = page.locator('.chart__rows tbody tr');
  await expect(rows.nth(5)).toHaveText(/^18 s\d+0\d+$/);
  expect(await rows.count()).toBeLessThanOrEqual(20);
  await expectAccessible(page);
});
