const { test, expect, Playground } = require('./page');

let playground;

test.beforeEach(async ({ page }) => {
  playground = new Playground(page);
  await playground.open();
});

test('calls flow as soon as the page is open', async () => {
  await expect(playground.number('Goodput')).toHaveText(/^1\d\d|2\d\d/);
  await expect(playground.number('Errors')).toHaveText('0 %');
});

test('a click on the database opens the breaker, and healing closes it by way of half-open', async ({
  page,
}) => {
  await playground.speed('4×');
  await playground.database.click();
  await expect(playground.database).toContainText('down for');
  await expect(playground.state).toHaveText(/^Open, trial in/);
  await expect(page.locator('.machine__why')).toContainText('5 failures in 10 s reached the threshold of 5');

  await playground.database.click();
  await expect(playground.database).toContainText('busy');
  await expect(playground.state).toHaveText(/^Closed/);
  const history = page.locator('.machine__history b');
  await expect(history.nth(-2)).toHaveText('half-open');
  await expect(history.last()).toHaveText('closed');
  await expect(page.locator('.machine__spark')).not.toHaveCount(0);
});

test('without layers a database that hangs takes every worker, and healing gives them back', async () => {
  await playground.button('Switch all off').click();
  await playground.button(/^Hang/).click();
  await playground.speed('8×');
  await expect(playground.number('Workers')).toHaveText('64 of 64');
  await expect(playground.number('Health')).toHaveText('0 %');
  await expect(playground.number('Goodput')).toHaveText('0 /s');
  await expect(playground.state).toHaveText('Switched off');
  await playground.button('Heal').last().click();
  await expect(playground.number('Health')).toHaveText('100 %');
  await expect(playground.number('Goodput')).toHaveText(/^[12]\d\d/);
});

test('with all layers the same database costs quality, not the service', async () => {
  await playground.speed('8×');
  await playground.button(/^Hang/).click();
  await expect(playground.state).toHaveText(/^Open/);
  await expect(playground.number('Fallback')).toHaveText(/^[12]\d\d/);
  await expect(playground.number('Errors')).toHaveText('0 %');
});

test('every fault can be set and healed by its key on the database', async ({ page }) => {
  await playground.database.focus();
  for (const [key, state] of [['k', 'down'], ['s', 'slow'], ['f', 'flaky'], ['h', 'hanging']]) {
    await page.keyboard.press(key);
    await expect(playground.database).toContainText(`${state} for`);
  }
  await page.keyboard.press('h');
  await expect(playground.database).toContainText('busy');
  await page.keyboard.press('Enter');
  await expect(playground.database).toContainText('down for');
  await page.keyboard.press('Space');
  await expect(playground.database).toContainText('busy');
});

test('the keys work anywhere on the stage, and healing keeps the focus', async ({ page }) => {
  const heal = playground.button('Heal').last();
  await playground.button(/^Slow/).focus();
  await page.keyboard.press('k');
  await expect(playground.database).toContainText('down for');
  await heal.focus();
  await page.keyboard.press('Enter');
  await expect(playground.database).toContainText('busy');
  await expect(heal).toBeFocused();
});

test('what happens is announced once, in words', async ({ page }) => {
  const status = page.locator('.machine [role=status]');
  await expect(status).toHaveText('');
  await playground.database.click();
  await expect(status).toContainText(/^(The database is down|5 failures in 10 s)/);
  await expect(status).toContainText('went from closed to open');
  await playground.database.click();
  await expect(status).toHaveText('The database is healed.');
});

test('a look at another view changes nothing', async ({ page }) => {
  await page.getByRole('switch', { name: 'Retry' }).click();
  await playground.button(/^Flaky/).click();
  await page.getByRole('link', { name: 'Herd' }).click();
  await expect(page.getByRole('region', { name: 'Full jitter' })).toBeVisible();
  await page.getByRole('link', { name: 'Playground' }).click();
  await expect(playground.database).toContainText('flaky for');
  await expect(page.getByRole('switch', { name: 'Retry' })).not.toBeChecked();
});

test('a breaker that is off says nothing, and one that is switched on begins closed', async ({ page }) => {
  const breaker = page.getByRole('switch', { name: 'Circuit breaker' });
  await playground.database.click();
  await expect(playground.state).toHaveText(/^Open/);
  await breaker.click();
  await expect(playground.state).toHaveText('Switched off');
  await expect(page.locator('.machine__node.is-current')).toHaveCount(0);
  await playground.button('Heal').last().click();
  await breaker.click();
  await expect(playground.state).toHaveText(/^Closed/);
});

test('every control is reached by the tab key, and shows that it has focus', async ({ page }) => {
  const reached = new Set();
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === document.body) return null;
      const { outlineStyle } = getComputedStyle(element);
      return { text: element.textContent || element.className || element.tagName, outlineStyle };
    });
    if (focused) {
      expect(focused.outlineStyle, focused.text).not.toBe('none');
      reached.add(focused.text);
    }
  }
  const all = [...reached].join('\n');
  for (const name of ['Timeout', 'Bulkhead', 'Database', 'KillK', 'Pause', 'Step', 'Reset', 'New seed']) {
    expect(all).toContain(name);
  }
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

test('time can be stopped, stepped and hurried', async () => {
  await playground.button('Pause').click();
  const stopped = await playground.seconds();
  await playground.button('Step').click();
  await expect.poll(() => playground.seconds()).toBeCloseTo(stopped + 0.1, 1);
  await playground.button('Play').click();
  await playground.speed('16×');
  const before = await playground.seconds();
  await expect.poll(() => playground.seconds()).toBeGreaterThan(before + 8);
});

test('the same seed is the same run, and another seed another', async () => {
  const run = async () => {
    await playground.button('Reset').click();
    await expect(playground.time).toHaveText('0.00 s');
    for (let step = 0; step < 20; step += 1) await playground.button('Step').click();
    await expect(playground.time).toHaveText('2.00 s');
    return playground.numbers();
  };
  await playground.button('Pause').click();
  const first = await run();
  expect(await run()).toBe(first);
  await playground.seed.fill('43');
  await playground.seed.press('Enter');
  expect(await run()).not.toBe(first);
  await playground.button('New seed').click();
  await expect(playground.seed).not.toHaveValue('43');
});

test('a seed that is none is named, and the old one kept', async ({ page }) => {
  await playground.seed.fill('many');
  await playground.seed.press('Tab');
  await expect(page.getByRole('alert')).toHaveText(
    'The seed is “many”, but must be a whole number from 0 to 999,999,999.',
  );
  await playground.button('Reset').click();
  await expect(playground.state).toHaveText(/^Closed/);
});
