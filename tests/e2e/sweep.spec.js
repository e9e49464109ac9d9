const { test, expect, expectAccessible } = require('./page');

// Without motion the whole run is there at once.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

const done = async (page) => {
  await expect(page.locator('.lane__numbers').first()).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('.herd__progress')).toBeEmpty({ timeout: 60_000 });
};

const panel = (page) => page.getByRole('region', { name: 'Sweep', exact: true });

const open = async (page, hash = '#herd?preset=two-seconds&clients=50') => {
  await page.goto(`./${hash}`);
  await done(page);
  await page.getByRole('button', { name: 'Sweep', exact: true }).click();
  return panel(page);
};

const type = async (field, text) => {
  await field.fill(text);
  await field.press('Tab');
};

/** A sweep of the page's own lanes over the outage and the capacity, 4 by 3 cells. */
const small = async (page) => {
  const sweep = await open(page);
  await sweep.getByLabel('Start from').selectOption('The lanes of this page');
  const [columns, rows] = [sweep.getByRole('group', { name: 'Columns' }), sweep.getByRole('group', { name: 'Rows' })];
  await columns.getByLabel('Setting').selectOption({ label: 'Outage' });
  await rows.getByLabel('Setting').selectOption({ label: 'Capacity' });
  for (const [axis, from, to, steps] of [[columns, '1s', '4s', '4'], [rows, '100', '300', '3']]) {
    await type(axis.getByLabel('From'), from);
    await type(axis.getByLabel('To', { exact: true }), to);
    await type(axis.getByLabel('Steps'), steps);
    await axis.getByLabel('Spacing').selectOption('Even');
  }
  return sweep;
};

const computed = (sweep) => expect(sweep.locator('.sweep__progress')).toHaveText(/^12 runs in/, { timeout: 30_000 });

test('a small sweep is computed, announced, listed and opened by keys', async ({ page }) => {
  const sweep = await small(page);
  await expect(sweep.locator('.sweep__progress')).toHaveText('4 × 3 = 12 runs');
  await sweep.getByRole('button', { name: 'Run' }).click();
  await computed(sweep);
  await sweep.getByText('As a table').click();
  await expect(sweep.locator('tbody tr')).toHaveCount(3);
  await expect(sweep.locator('tbody td')).toHaveCount(12);
  await expect(sweep.locator('tbody')).not.toContainText('–');

  await sweep.locator('.sweep__map').focus();
  const told = sweep.locator('.sweep__told').first();
  await page.keyboard.press('ArrowRight');
  await expect(told).toContainText('Outage 1s, Capacity 100.');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowUp');
  await expect(told).toContainText('Outage 2s, Capacity 200.');
  await page.keyboard.press('Enter');
  const lane = page.getByRole('region', { name: 'Outage 2s, capacity 200', exact: true });
  await expect(lane).toBeVisible();
  await expect(page.locator('.lane')).toHaveCount(5);
  await expect(page.locator('.head__notice')).toContainText('changed this setting of all lanes: capacity from 500 to 200');
  await expect(page.locator('.head__controls option:checked')).toHaveText(/^Changed from: /);
  await page.locator('.head').getByRole('button', { name: 'Settings', exact: true }).click();
  await expect(page.locator('#herd-outage')).toHaveValue(/^2/);
  await expect(page.locator('#herd-capacity')).toHaveValue('200');
  await done(page);
  // The map is still there, and its cell agrees with the lane.
  await computed(sweep);
  const [cell] = await sweep.locator('tbody tr').nth(1).locator('td').nth(1).allInnerTexts();
  const recoveredAfter = await lane.locator('.numbers__item', { hasText: 'Recovered after' }).locator('dd').first().innerText();
  expect(recoveredAfter).toBe(cell);
});

test('a click opens a cell as a lane, and undo takes it away', async ({ page }) => {
  const sweep = await small(page);
  await sweep.getByRole('button', { name: 'Run' }).click();
  await computed(sweep);
  const map = sweep.locator('.sweep__map');
  const { width } = await map.boundingBox();
  await map.click({ position: { x: width - 30, y: 50 } });
  await expect(page.getByRole('region', { name: 'Outage 4s, capacity 300', exact: true })).toBeVisible();
  await page.locator('.herd').getByRole('button', { name: 'Undo this' }).click();
  await expect(page.locator('.lane')).toHaveCount(4);
  await expect(page.locator('.head__notice')).toHaveCount(0);
});

test('another measure uses the same runs, and they can be saved', async ({ page }) => {
  const sweep = await small(page);
  await sweep.getByRole('button', { name: 'Run' }).click();
  await computed(sweep);
  await sweep.getByLabel('Measure').selectOption('Peak after repair');
  await computed(sweep);
  await sweep.getByRole('button', { name: 'Export the sweep' }).click();
  const wait = page.waitForEvent('download');
  await sweep.getByRole('button', { name: 'All cells, as CSV' }).click();
  const file = await wait;
  expect(file.suggestedFilename()).toBe('fusebox-sweep-peak-after-repair-outage-capacity.csv');
  const lines = require('node:fs').readFileSync(await file.path(), 'utf8').trim().split('\n');
  expect(lines).toHaveLength(13);
  expect(lines[0]).toContain('peak_after_repair (x capacity)');
});

test('the boundary of metastability is a preset that can be cancelled', async ({ page }) => {
  const sweep = await open(page, '#herd');
  await expect(sweep.locator('.sweep__progress')).toHaveText('24 × 23 = 552 runs');
  await sweep.getByRole('button', { name: 'Run' }).click();
  await expect(sweep.locator('.sweep__progress')).toHaveText(/^\d+ of 552, about .* left$/, { timeout: 30_000 });
  await sweep.getByRole('button', { name: 'Cancel' }).click();
  await expect(sweep.locator('.sweep__progress')).toHaveText(/^Cancelled at \d+ of 552\.$/);
  const text = await sweep.locator('.sweep__progress').innerText();
  await page.waitForTimeout(800);
  await expect(sweep.locator('.sweep__progress')).toHaveText(text);
  await sweep.getByRole('button', { name: 'Run' }).click();
  await type(sweep.getByRole('group', { name: 'Columns' }).getByLabel('Steps'), '12');
  await expect(sweep.locator('.sweep__progress')).toContainText('Cancelled');
});

test('an invalid value is explained beside its field', async ({ page }) => {
  const sweep = await open(page);
  const columns = sweep.getByRole('group', { name: 'Columns' });
  await type(columns.getByLabel('Steps'), '41');
  await expect(columns).toContainText('Must have 2 to 40 values.');
  await expect(sweep.getByRole('button', { name: 'Run' })).toHaveAttribute('aria-disabled', 'true');
  await type(columns.getByLabel('Steps'), '4');
  await type(columns.getByLabel('From'), 'soon');
  await expect(columns).toContainText('Outage cannot be "soon", only a time');
});

test('a link opens a sweep with its settings, which waits, follows changes, and reports problems', async ({ page }) => {
  const link = '#herd?preset=two-seconds&clients=50&sweep=lanes&sweep.lane=1&sweep.x=outage:1s..4s:4:log&sweep.y=capacity:100,300&sweep.measure=peak_after_repair';
  await page.goto(`./${link}`);
  await done(page);
  const sweep = panel(page);
  const [columns, rows] = [sweep.getByRole('group', { name: 'Columns' }), sweep.getByRole('group', { name: 'Rows' })];
  const chosen = (field) => field.locator('option:checked').innerText();
  expect(await chosen(sweep.getByLabel('Start from'))).toBe('The lanes of this page');
  expect(await chosen(sweep.getByLabel('Strategy'))).toBe('Exponential');
  expect(await chosen(sweep.getByLabel('Measure'))).toBe('Peak after repair');
  expect(await chosen(columns.getByLabel('Setting'))).toBe('Outage');
  expect(await chosen(columns.getByLabel('Spacing'))).toBe('By ratio');
  for (const [label, value] of [['From', '1s'], ['To', '4s'], ['Steps', '4']]) {
    await expect(columns.getByRole('textbox', { name: label })).toHaveValue(value);
  }
  expect(await chosen(rows.getByLabel('Setting'))).toBe('Capacity');
  await expect(rows.getByLabel('Values')).toHaveValue('100, 300');
  // The sweep does not start by itself.
  await expect(sweep.locator('.sweep__progress')).toHaveText('4 × 2 = 8 runs');
  await expect(sweep.locator('.sweep__map')).toHaveCount(0);
  await expect.poll(() => page.url().split('#')[1]).toBe(link.slice(1));
  await sweep.getByRole('button', { name: 'Run' }).click();
  await expect(sweep.locator('.sweep__progress')).toHaveText(/^8 runs in/, { timeout: 30_000 });

  await type(rows.getByLabel('Values'), '100, 200, 300');
  await sweep.getByLabel('Measure').selectOption('Failed calls');
  await expect(page).toHaveURL(/&sweep\.y=capacity:100,200,300&sweep\.measure=failed$/);
  await page.getByRole('button', { name: 'Sweep', exact: true }).click();
  await expect(page).toHaveURL(/#herd\?preset=two-seconds&clients=50$/);

  await page.goto('./#herd?preset=two-seconds&clients=50&sweep.x=outage:1s..4s:99&sweep.measure=peak_after_repair');
  await expect(page.locator('.notice')).toContainText('sweep.x is "outage:1s..4s:99", but must have 2 to 40 values');
  await expect(sweep).toBeVisible();
  await expect(columns.getByLabel('Steps')).toHaveValue('24');
  expect(await chosen(sweep.getByLabel('Measure'))).toBe('Peak after repair');
});

test('everyone can use it', async ({ page }) => {
  const sweep = await small(page);
  const check = () => expectAccessible(page);
  await check();
  await sweep.getByRole('button', { name: 'Run' }).click();
  await computed(sweep);
  await sweep.getByText('As a table').click();
  await check();
  await page.getByRole('button', { name: 'Dark' }).click();
  await check();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test('nothing is wider than the page', async ({ page }) => {
    const sweep = await small(page);
    await sweep.getByRole('button', { name: 'Run' }).click();
    await computed(sweep);
    await sweep.getByText('As a table').click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  });
});
