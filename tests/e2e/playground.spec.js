// The whole Playground: calls flow, layers protect, and views keep their state.

const { test, expect, Playground } = require('./page');

let playground;

test.beforeEach(async ({ page }) => {
  playground = new Playground(page);
  await playground.open();
});

test('calls flow as soon as the page is open', async () => {
  await expect(playground.number('Goodput')).toHaveText(/^(1\d\d|2\d\d) /);
  await expect(playground.number('Errors')).toHaveText('0 %');
});

test('without layers a database that hangs takes every worker, and healing gives them back', async ({
  page,
}) => {
  await playground.button('Switch all off').click();
  await playground.database.getByRole('button', { name: 'Database', exact: true }).focus();
  await page.keyboard.press('h');
  await playground.speed('10×');
  await expect(playground.number('Threads')).toHaveText('64 of 64');
  await expect(playground.number('Health checks')).toHaveText('0 %');
  await expect(playground.number('Goodput')).toHaveText('0 /s');
  await expect(playground.state).toHaveText('Switched off');
  await playground.heal.click();
  await expect(playground.number('Health checks')).toHaveText('100 %');
  await expect(playground.number('Goodput')).toHaveText(/^[12]\d\d /);
});

test('with all layers the same database costs quality, not the service', async ({ page }) => {
  await playground.speed('10×');
  // An answer that was never requested before is not in the fallback's cache, so that the call fails.
  await expect.poll(() => playground.seconds()).toBeGreaterThan(10);
  await playground.database.getByRole('button', { name: 'Database', exact: true }).focus();
  await page.keyboard.press('h');
  await expect(playground.state).toHaveText(/^Open/);
  await expect(playground.number('by fallback')).toHaveText(/^[12]\d\d /);
  await expect(playground.number('Errors')).toHaveText('0 %');
});

test('visiting another view changes nothing', async ({ page }) => {
  await page.getByRole('switch', { name: 'Retry' }).click();
  await playground.kill.click();
  await page.getByRole('link', { name: 'Herd' }).click();
  await expect(page.getByRole('region', { name: 'Factor jitter', exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Playground' }).click();
  await expect(playground.database).toContainText('down for');
  await expect(page.getByRole('switch', { name: 'Retry' })).not.toBeChecked();
});

test('a breaker that is off says nothing, and one that is switched on begins closed', async ({ page }) => {
  const breaker = page.getByRole('switch', { name: 'Circuit breaker' });
  await playground.kill.click();
  await expect(playground.state).toHaveText(/^Open/);
  await breaker.click();
  await expect(playground.state).toHaveText('Switched off');
  await expect(playground.breaker.getByRole('img', { name: /^States of the breaker/ })).not.toHaveAccessibleName(
    /It is (closed|open|half-open)/,
  );
  await playground.heal.click();
  await breaker.click();
  await expect(playground.state).toHaveText(/^Closed/);
});

test('each layer can be switched by itself', async ({ page }) => {
  for (const name of ['Timeout', 'Retry', 'Circuit breaker', 'Fallback', 'Bulkhead']) {
    const layer = page.getByRole('switch', { name });
    await expect(layer).toBeChecked();
    await layer.press('Space');
    await expect(layer).not.toBeChecked();
  }
  await expect(playground.state).toHaveText('Switched off');
});

// The part of the page that is in sight: above the time bar, which stays at the lower edge, and inside
// the part that scrolls.
async function expectWhole(page, part, name) {
  const whole = await part.evaluate((element) => {
    const box = element.getBoundingClientRect();
    const time = document.querySelector('.time').getBoundingClientRect();
    const panel = element.closest('.panel').getBoundingClientRect();
    const isUnder = time.top < box.bottom && box.top < time.bottom;
    const isInside = panel.top <= box.top && box.bottom <= panel.bottom && panel.left <= box.left && box.right <= panel.right;
    return { isUnder, isInside, top: box.top >= 0, bottom: box.bottom <= innerHeight, right: box.right <= innerWidth };
  });
  expect(whole, name).toEqual({ isUnder: false, isInside: true, top: true, bottom: true, right: true });
}

for (const colorScheme of ['light', 'dark']) {
  for (const [width, height, link] of [
    [1440, 900, ''],
    [1920, 1080, 'preset=slow-database-bulkhead&'],
    [1280, 720, ''],
    [1280, 720, 'preset=slow-database-bulkhead&'],
  ]) {
    test(`at ${width} x ${height} the state and the numbers are whole, ${link || 'one breaker'}, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await playground.openAt(12, `${link}actions=5s:postgres:down`);
      await expect(playground.state).toHaveText(/^Open/);
      await expect(playground.lines.first()).toBeAttached();
      await expectWhole(page, playground.state, 'state');
      await expectWhole(page, playground.heal, 'heal');
      const numbers = playground.breaker.locator('.numbers__item');
      await expect(numbers).toHaveCount(8);
      for (const item of await numbers.all()) await expectWhole(page, item, await item.innerText());
      if (link) await expect(playground.breaker.locator('.chip').first()).toBeVisible();
    });
  }
}

for (const colorScheme of ['light', 'dark']) {
  test.describe(`on a phone in the ${colorScheme}`, () => {
    test.use({ viewport: { width: 360, height: 740 }, colorScheme, hasTouch: true, isMobile: true });

    test('the button that breaks the database and the state of its breaker share the first screen', async ({ page }) => {
      await expectWhole(page, playground.kill, 'kill');
      await expectWhole(page, playground.state, 'state');
      const { width, height } = await playground.kill.boundingBox();
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
      await playground.kill.click();
      await expect(playground.state).toHaveText(/^Open/);
      await expectWhole(page, playground.heal, 'heal');
      await expectWhole(page, playground.state, 'state');
      // The caption of the slow motion covers neither of them.
      const bottom = await playground.stage.locator('.caption').evaluate((it) => it.getBoundingClientRect().bottom);
      const heal = await playground.heal.boundingBox();
      expect(bottom).toBeLessThanOrEqual(heal.y);
    });
  });
}

test('the same seed is the same run, and another seed another', async () => {
  const actions = 'actions=2s:postgres:flaky';
  await playground.openAt(9, actions);
  const before = await playground.numbers();
  await playground.openAt(9, `seed=43&${actions}`);
  await expect.poll(() => playground.numbers()).not.toBe(before);
  await playground.openAt(9, actions);
  await expect.poll(() => playground.numbers()).toBe(before);
  // Another seed starts the run again.
  await playground.seed.fill('43');
  await playground.seed.press('Enter');
  await playground.isAt(0);
  await playground.button('New seed').click();
  await expect(playground.seed).not.toHaveValue('42');
});

test('a reset begins again, heals, and keeps the layers', async ({ page }) => {
  await page.getByRole('switch', { name: 'Retry' }).click();
  await playground.kill.click();
  await expect(playground.database).toContainText('down for');
  await playground.pause();
  await playground.run.getByRole('button', { name: 'Reset' }).click();
  await playground.isAt(0);
  await playground.isHealthy();
  await expect(playground.lines).toHaveCount(0);
  await expect(page.getByRole('switch', { name: 'Retry' })).not.toBeChecked();
});

test('an invalid seed is reported, and the old one kept', async ({ page }) => {
  await playground.seed.fill('many');
  await playground.seed.press('Tab');
  await expect(page.getByRole('alert').filter({ hasText: 'seed' })).toHaveText(
    'The seed is “many”, but must be a whole number from 0 to 18,446,744,073,709,551,615.',
  );
  await expect.poll(() => playground.link()).not.toContain('seed');
});

test('a preset opens without a fault, says what it shows, and runs', async ({ page }) => {
  test.setTimeout(120_000);
  const presets = playground.preset.getByRole('combobox', { name: 'Preset' });
  // The first preset is already open, and so it is opened last.
  // The others come with the details.
  await expect(presets.getByRole('option')).not.toHaveCount(1);
  const [first, ...others] = await presets.getByRole('option').allInnerTexts();
  const titles = [...others, first];
  expect(titles.length).toBeGreaterThan(10);
  await playground.speed('5×');
  for (const label of titles) {
    await test.step(label, async () => {
      await playground.pause();
      await presets.selectOption({ label });
      await expect(playground.preset.locator('p').first()).toHaveText(/\w{3}.*[.!?]$/);
      await playground.isAt(0);
      await playground.time.getByRole('button', { name: 'Play' }).click();
      await expect.poll(() => playground.seconds(), { message: label }).toBeGreaterThan(3);
      await expect(playground.breaker).toBeVisible();
    });
  }
  await expect(page.getByRole('alert').filter({ hasText: /./ })).toHaveCount(0);
});
