// The baseline, shown as dashed lines: the same run without protection, or a pinned run.

const { test, expect, Playground } = require('./page');

const OUTAGE = 'actions=5s:postgres:down';

let playground;

test.beforeEach(async ({ page }) => {
  playground = new Playground(page);
});

const goodput = async () => {
  const readings = await playground.readings('Calls per second').allInnerTexts();
  const values = readings.filter((text) => text.startsWith('goodput'));
  return values.map((text) => Number.parseFloat(text.replace('goodput', '')));
};

test('without protection the same outage fails the calls', async () => {
  await playground.openAt(12, OUTAGE);
  await expect(playground.compared).toHaveValue('without protection');
  await expect(playground.charts.getByText('without protection').first()).toBeVisible();
  await expect.poll(async () => (await goodput()).length).toBe(2);
  // The baseline follows a little later.
  await expect.poll(async () => (await goodput())[1]).toBeGreaterThan(0);
  const [ours, theirs] = await goodput();
  expect(ours).toBeGreaterThan(100);
  expect(theirs).toBeLessThan(ours / 2);

  await playground.seek(4);
  await expect.poll(async () => { const [a, b] = await goodput(); return a - b; }).toBe(0);

  await playground.compared.selectOption('none');
  await expect.poll(async () => (await goodput()).length).toBe(1);
});

test('a pinned run stays beside the changed one', async ({ page }) => {
  await playground.openAt(12, OUTAGE);
  await playground.run.getByRole('button', { name: 'Pin this run' }).click();
  await expect(playground.compared).toHaveValue('the pinned run');
  await expect.poll(async () => { const [a, b] = await goodput(); return a - b; }).toBe(0);
  const [before] = await goodput();
  await page.getByRole('textbox', { name: 'Maximum stale age' }).press('Tab');
  await page.getByRole('button', { name: 'Maximum stale age off' }).click();
  // A setting acts from now on, so the runs differ only later.
  await expect.poll(goodput).toEqual([before, before]);
  await playground.button('Play').click();
  await expect.poll(async () => { const [now, pinned] = await goodput(); return pinned - now; }).toBeGreaterThan(0);
});
