const { test, expect } = require('./page');

let immediate;
let jitter;

const value = async (lane, label) =>
  lane.locator('.numbers__item', { hasText: label }).locator('dd').innerText();

test.beforeEach(async ({ page }) => {
  await page.goto('./#herd');
  immediate = page.getByRole('region', { name: 'Immediate' });
  jitter = page.getByRole('region', { name: 'Full jitter' });
  await expect(jitter).toBeVisible();
});

test('immediate retries keep the database down, and jitter lets it recover', async () => {
  expect(await value(immediate, 'Recovered')).toBe('never');
  expect(await value(jitter, 'Recovered')).toMatch(/^[0-9.]+ s$/);
  for (const label of ['Retry peak', 'Attempts']) {
    const [naive, spread] = [await value(immediate, label), await value(jitter, label)];
    expect(Number.parseFloat(naive)).toBeGreaterThan(3 * Number.parseFloat(spread));
  }
  await expect(immediate).toContainText('never keeps up in this run');
});

test('both lanes run on the same tape', async () => {
  // Up to the outage nothing has failed, so that every first try is the same.
  const firstTries = async (lane) => {
    await lane.getByText('As a table').click();
    const rows = await lane.locator('tbody tr').all();
    return Promise.all(rows.slice(0, 2).map((row) => row.locator('td').first().innerText()));
  };
  expect(await firstTries(immediate)).toEqual(await firstTries(jitter));
});

test('clients and outage are chosen, and the run is computed again', async ({ page }) => {
  const before = await immediate.innerText();
  await page.locator('.herd').getByLabel('Clients').fill('500');
  await page.locator('.herd').getByLabel('Outage').fill('4');
  await expect(immediate).toContainText('up again at 6.00 s');
  await expect(immediate).toContainText('capacity, 25');
  expect(await immediate.innerText()).not.toBe(before);
});

test('ten thousand clients are computed while the page stays usable', async ({ page }) => {
  await page.locator('.herd').getByLabel('Clients').fill('10000');
  await expect(immediate).toContainText('capacity, 500', { timeout: 45_000 });
  expect(await value(immediate, 'Recovered')).toBe('never');
});

test('the run can be played', async ({ page }) => {
  const time = page.locator('.herd .transport__time');
  await expect(time).toHaveText('24.00 s of 24.00 s');
  await page.locator('.herd').getByLabel('Speed').selectOption({ label: '20×' });
  await page.getByRole('button', { name: 'Play' }).click();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
  await expect(time).toHaveText('24.00 s of 24.00 s');
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(time).toHaveText('0.00 s of 24.00 s');
  await page.getByRole('button', { name: 'Step' }).click();
  await expect(time).toHaveText('0.10 s of 24.00 s');
});

test('the same seed gives the same lanes', async ({ page }) => {
  const seed = page.locator('.herd').getByLabel('Seed', { exact: true });
  const first = await immediate.innerText();
  await seed.fill('7');
  await seed.press('Enter');
  await expect(immediate).not.toHaveText(first, { useInnerText: true });
  await seed.fill('42');
  await seed.press('Enter');
  await expect.poll(() => immediate.innerText()).toBe(first);
});
