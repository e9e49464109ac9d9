// Replications: the lanes with many seeds, and the differences that are larger than the noise.

const fs = require('node:fs');
const { test, expect, expectAccessible } = require('./page');

class Bands {
  constructor(page) {
    this.page = page;
    this.opener = page.getByRole('button', { name: 'Replicate' });
    this.seeds = page.getByRole('combobox', { name: 'Number of seeds' });
    this.panel = page.getByRole('region', { name: 'Replications with many seeds' });
    this.state = this.panel.locator('.bands__state p');
    this.sentence = this.panel.locator('.bands__sentence');
    this.pairs = this.panel.locator('.bands__pairs li');
    this.measure = this.panel.getByRole('combobox', { name: 'Which lanes differ in' });
  }

  async open(seeds, link = '#herd?preset=two-seconds') {
    await this.page.goto(`./${link}`);
    await expect(this.page.locator('.lane__numbers').first()).toBeVisible();
    await this.seeds.selectOption(`${seeds} seeds`);
    await this.opener.click();
  }

  async done(runs) {
    await expect(this.state).toHaveText(new RegExp(`^${runs} of ${runs} runs, seeds .+ computed`), { timeout: 45_000 });
  }

  button(name) {
    return this.panel.getByRole('button', { name, exact: true });
  }

  // The cells of each row, as text.
  async rows() {
    const rows = await this.panel.locator('tbody tr').all();
    return Promise.all(rows.map(async (row) => (await row.locator('th, td').allInnerTexts()).map((it) => it.replace(/\s+/g, ' '))));
  }

  async runs() {
    return Number.parseInt(await this.state.innerText(), 10);
  }
}

// Without motion the whole run is there at once.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

let bands;

test.beforeEach(({ page }) => {
  bands = new Bands(page);
});

test('five seeds give medians with bands, the same each time, and no verdict', async () => {
  await bands.open(5);
  await bands.done(20);
  await expect(bands.state).toContainText('seeds 42 to 46');
  await expect(bands.panel.getByRole('img')).toHaveCount(4);
  const rows = await bands.rows();
  expect(rows.map((row) => row[0])).toEqual(['Immediate', 'Exponential', 'Full jitter', 'Full jitter, budget']);
  const heads = await bands.panel.locator('thead th').allInnerTexts();
  const recovery = heads.indexOf('Recovered after');
  expect(rows[0][recovery]).toBe('not in this run');
  expect(rows[1][recovery]).toMatch(/^7\.\d+ s \(7\.\d+ to 7\.\d+\)$/);
  await expect(bands.sentence).toContainText('5 seeds are too few');
  await expect(bands.pairs).toHaveCount(0);
  await bands.opener.click();
  await expect(bands.panel).toBeHidden();
  await bands.opener.click();
  await bands.done(20);
  expect(await bands.rows()).toEqual(rows);
});

test('twenty seeds show which lanes differ, by the chosen measure', async ({ page }) => {
  await bands.open(20);
  await bands.done(80);
  await expect(bands.pairs).toHaveCount(6);
  await expect(bands.pairs.first()).toHaveText('Immediate against Exponential: larger with 20 of 20 seeds (p < 0.0001).');
  await expect(page.getByRole('status').filter({ hasText: 'All runs are done.' })).toHaveCount(1);
  await bands.measure.selectOption('Attempts per call');
  await expect(bands.sentence).toContainText('In “Attempts per call”');
  await expect(bands.pairs.filter({ hasText: 'Immediate against Full jitter:' })).toHaveText(/larger with 20 of 20 seeds/);
});

test('the runs are cancelled, resumed and completed', async () => {
  await bands.open(100);
  await expect(bands.state).toHaveText(/^\d+ of 400 runs, about .+ left$/);
  await bands.button('Cancel').click();
  await expect(bands.state).toHaveText(/^Stopped after \d+ of 400 runs/);
  const told = await bands.state.innerText();
  await bands.page.waitForTimeout(700);
  expect(await bands.state.innerText()).toBe(told);
  expect((await bands.rows()).length).toBe(4);
  await bands.button('Resume').click();
  await expect.poll(() => bands.runs()).toBeGreaterThan(Number(told.match(/\d+/)[0]));
  await bands.seeds.selectOption('5 seeds');
  await bands.done(20);
});

test('other settings stop the runs, and the results are marked as of earlier settings', async ({ page }) => {
  await bands.open(100);
  await expect(bands.state).toHaveText(/left$/);
  await page.locator('.head').getByRole('button', { name: 'Settings', exact: true }).click();
  await page.locator('#herd-clients').fill('500');
  await page.keyboard.press('Enter');
  await expect(bands.state).toHaveText(/^These replications are of earlier settings, \d+ of 400 runs/);
  await bands.seeds.selectOption('5 seeds');
  await bands.done(20);
  const few = await bands.rows();
  await page.locator('.herd').getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(bands.state).toHaveText('These replications are of earlier settings, seeds 42 to 46.');
  await bands.button('Compute again').click();
  await bands.done(20);
  expect(await bands.rows()).not.toEqual(few);
});

test('renaming a lane keeps the results', async ({ page }) => {
  await bands.open(5);
  await bands.done(20);
  const lane = page.getByRole('region', { name: 'Exponential', exact: true });
  await lane.getByRole('button', { name: /^Settings/ }).click();
  await lane.getByLabel('Name').fill('Waves');
  await lane.getByLabel('Name').press('Enter');
  await expect(bands.panel.getByRole('rowheader', { name: 'Waves' })).toBeVisible();
  await bands.done(20);
});

test('the tables are saved', async ({ page }) => {
  await bands.open(5);
  await bands.done(20);
  const save = async (entry) => {
    await bands.panel.getByRole('button', { name: 'Export the replications' }).click();
    const started = page.waitForEvent('download');
    await bands.button(entry).click();
    const download = await started;
    return { name: download.suggestedFilename(), lines: fs.readFileSync(await download.path(), 'utf8').trim().split('\n') };
  };
  const numbers = await save('Numbers over the seeds, as CSV');
  expect(numbers.name).toMatch(/^fusebox-herd-.+-bands-numbers\.csv$/);
  expect(numbers.lines[0]).toBe('lane,strategy,measure,unit,p5,median,p95,seeds,absent');
  expect(numbers.lines).toHaveLength(1 + 4 * 12);
  expect(numbers.lines[1]).toMatch(/,5,0$/);
  expect((await save('Attempts over the seeds, as CSV')).lines).toHaveLength(1 + 4 * 300);
  const chart = await save('Full jitter, as SVG');
  expect(chart.lines.join('\n')).toContain('Full jitter: attempts at the database in 100 ms, seeds 42 to 46');
});

test('the panel works by keyboard alone, and closing it returns the focus', async ({ page }) => {
  await bands.open(5);
  await bands.done(20);
  await bands.seeds.focus();
  await page.keyboard.press('Tab');
  await expect(bands.button('Export the replications')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(bands.button('Close the replications')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(bands.panel).toBeHidden();
  await expect(bands.opener).toBeFocused();
  await expect(bands.opener).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('Enter');
  await bands.done(20);
});

test('a link opens the replications with their seeds and measure, and a prediction hides them until it is made', async ({ page }) => {
  await page.goto('./#herd?preset=two-seconds&clients=50&prediction=on&bands=7&bands.measure=peak_after_repair');
  await expect(page.getByRole('heading', { name: 'Your prediction' })).toBeVisible();
  await expect(bands.panel).toHaveCount(0);
  await expect(page.locator('.lane__numbers')).toHaveCount(0);
  await page.locator('.prediction').getByRole('button', { name: 'Run' }).click();
  await bands.done(28);
  await expect(bands.seeds.locator('option:checked')).toHaveText('7 seeds');
  await expect(bands.measure.locator('option:checked')).toHaveText('Peak after repair');
  await page.locator('.prediction').getByRole('button', { name: 'Close' }).click();
  await bands.seeds.selectOption('5 seeds');
  await expect(page).toHaveURL(/#herd\?preset=two-seconds&clients=50&bands=5&bands\.measure=peak_after_repair$/);
  await bands.button('Close the replications').click();
  await expect(page).toHaveURL(/#herd\?preset=two-seconds&clients=50$/);
});

test('everyone can use it', async ({ page }) => {
  await bands.open(20);
  await bands.done(80);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Dark' }).click();
  await expectAccessible(page);
});

test('twenty other seeds stand beside the numbers of this one, but not while a prediction is made', async ({ page }) => {
  const all = page.locator('.tiles__others');
  const others = page.locator('.lane').nth(1).locator('.tiles__others').first();
  const known = /^20 other seeds: \d/;
  await page.goto('./#herd?preset=two-seconds&clients=50');
  await expect(others).toHaveText(known);
  const told = (await others.innerText()).replace('20 other seeds: ', '');
  // The seeds after 42 are those from 43 on.
  const seed = page.locator('.herd').getByLabel('Seed', { exact: true });
  await seed.fill('43');
  await seed.press('Enter');
  await bands.seeds.selectOption('20 seeds');
  await bands.opener.click();
  await bands.done(80);
  const heads = await bands.panel.locator('thead th').allInnerTexts();
  expect((await bands.rows())[1][heads.indexOf('Peak after repair')]).toBe(told);
  await seed.fill('44');
  await seed.press('Enter');
  await expect(others).toHaveText('20 other seeds: being run');
  await expect(others).toHaveText(known);
  await page.getByRole('button', { name: 'Predict' }).click();
  await expect(all).toHaveCount(0);
});

test('an invalid number of seeds is explained', async () => {
  await bands.open(20, '#herd?preset=two-seconds&seed=18446744073709551610');
  await expect(bands.state).toContainText('for 20 seeds');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test('nothing is wider than the page, and the table is scrolled within', async ({ page }) => {
    await bands.open(5);
    await bands.done(20);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    const scroll = bands.panel.getByRole('region', { name: 'The numbers over the seeds' });
    expect(await scroll.evaluate((it) => it.scrollWidth > it.clientWidth)).toBe(true);
  });
});
