const fs = require('node:fs');
const { test, expect, expectAccessible } = require('./page');

// Without motion the whole run is there at once; the tests of playing ask for motion.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

const FOUR = './#herd?preset=two-seconds';

const lane = (page, name) => page.getByRole('region', { name, exact: true });

const value = async (lane, label) =>
  lane.locator('.numbers__item', { hasText: label }).locator('dd').first().innerText();

const done = async (page) => {
  await expect(page.locator('.lane__numbers').first()).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('.herd__progress')).toBeEmpty({ timeout: 60_000 });
};

// Opens the settings of all lanes.
const settings = (page) => page.locator('.head').getByRole('button', { name: 'Settings', exact: true }).click();

// What a lane says after its verdict and the two sentences on it.
const more = (lane) => lane.getByRole('button', { name: /^More on/ }).click();

test.describe('the lesson plays', () => {
  test.use({ contextOptions: { reducedMotion: 'no-preference' } });

  test('from the start, with nothing said beyond the playhead, up to two verdicts', async ({ page }) => {
    await page.goto('./#herd');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('10,000 clients lose the database for 2 s. Then they all try again.');
    const [immediate, jitter] = ['Immediate', 'Factor jitter'].map((name) => lane(page, name));
    // It plays by itself; a slow machine would miss the beginning.
    const button = (name) => page.locator('.herd').getByRole('button', { name, exact: true });
    await button('Pause').click();
    await button('Reset').click();
    await expect(immediate.locator('.lane__sentence')).toHaveText(/^Before the outage\./);
    for (const it of [immediate, jitter]) {
      expect(await value(it, 'Recovered after')).toBe('not yet');
      expect(await value(it, 'Peak after repair')).toBe('not yet');
      await expect(it.locator('.lane__veil')).toBeVisible();
    }
    await expect(page.locator('.herd')).not.toContainText('recovers');
    await button('Play').click();
    // The numbers count up.
    const waiting = async () => Number((await immediate.locator('.calls__key.is-waiting b').innerText()).replaceAll(',', ''));
    await expect.poll(waiting).toBeGreaterThan(9_000);
    await expect(immediate.locator('.lane__sentence')).toHaveText(/^The database (has not answered for|was repaired|is repaired)/);
    await expect.poll(() => value(jitter, 'Recovered after'), { timeout: 30_000 }).toBe('6.4 s');
    await expect(page.locator('.herd').getByRole('button', { name: 'Play' })).toBeVisible();
    await expect(immediate.locator('.lane__sentence strong')).toHaveText('Overload outlasts the fault: a metastable failure.');
    await expect(jitter.locator('.lane__sentence strong')).toHaveText('The database recovers 6.4 s after the repair.');
    const load = async (it) => Number.parseFloat(await value(it, 'Peak after repair'));
    expect(await load(immediate)).toBeGreaterThan(4 * (await load(jitter)));
    await expect(jitter.locator('.lane__veil')).toBeHidden();
    await expect(page).toHaveURL(/#herd$/);
  });

  test('with both lanes whole in the first view', async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto('./#herd');
    await done(page);
    const bottom = async (it) => { const { y, height } = await it.boundingBox(); return y + height; };
    const time = page.locator('.herd .transport__main');
    expect(await bottom(page.locator('.lane').nth(1))).toBeLessThan((await time.boundingBox()).y);
    await expect(page.locator('.herd .transport__play')).toBeInViewport({ ratio: 0.99 });
    // On a phone the first lane is, with its numbers, and the second is one swipe away.
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await bottom(page.locator('.lane').first().locator('.calls'))).toBeLessThan((await time.boundingBox()).y);
    expect((await page.locator('.lane').nth(1).boundingBox()).y).toBeLessThan(1.3 * 740);
    // The two numbers of both lanes stand above them, as in their own panels; while it plays, they change.
    await expect(page.locator('.herd .transport__time')).toHaveText('30.0 s of 30.0 s', { timeout: 30_000 });
    const rows = page.getByRole('table', { name: 'The lanes at a glance' }).getByRole('row');
    await expect(rows).toHaveText(['Peak after repairRecovered after', /^Immediate/, /^Factor jitter/]);
    for (const [n, name] of ['Immediate', 'Factor jitter'].entries()) {
      const cells = await rows.nth(n + 1).getByRole('cell').allInnerTexts();
      expect(cells).toEqual([await value(lane(page, name), 'Peak after repair'), await value(lane(page, name), 'Recovered after')]);
    }
    await expect(rows.last()).toBeInViewport({ ratio: 0.99 });
  });

  test('a link keeps the playhead, and opens paused there', async ({ page }) => {
    await page.goto('./#herd');
    await page.locator('.herd').getByLabel('Moment of the run').fill('4.5');
    await expect(page).toHaveURL(/#herd\?at=4\.5s$/);
    const sentence = lane(page, 'Immediate').locator('.lane__sentence');
    await expect(sentence).toHaveText(/^The database was repaired 0\.5 s ago;/);
    const text = await sentence.innerText();
    await page.reload();
    await expect(page.locator('.herd .transport__time')).toHaveText('4.5 s of 30.0 s');
    await expect(sentence).toHaveText(text);
    await expect(page.locator('.herd').getByRole('button', { name: 'Play' })).toBeVisible();
  });
});

test('a run that is too short to tell offers a longer one', async ({ page }) => {
  await page.goto('./#herd?outage=23s');
  await done(page);
  const jitter = lane(page, 'Factor jitter');
  expect(await value(jitter, 'Recovered after')).toBe('not in this run');
  await jitter.getByRole('button', { name: /^Run for \d+ s$/ }).click();
  await expect(page).toHaveURL(/duration=/);
  await expect.poll(() => value(jitter, 'Recovered after'), { timeout: 30_000 }).toMatch(/^\d+\.\d s$/);
});

test('answered, failed and waiting calls are one bar that adds up', async ({ page }) => {
  await page.goto('./#herd');
  await done(page);
  for (const it of await page.locator('.lane').all()) {
    const numbers = (await it.locator('.calls__key b').allInnerTexts()).map((text) => Number(text.replaceAll(',', '')));
    const all = Number((await it.locator('.calls__keys li').first().innerText()).replace(/[^\d]/g, ''));
    expect(numbers.reduce((a, b) => a + b)).toBe(all);
    const widths = await it.locator('.calls__bar rect').evaluateAll((parts) => parts.map((part) => part.getBBox().width));
    const bar = (await it.locator('.calls__bar').boundingBox()).width;
    for (const [n, width] of widths.entries()) expect(Math.abs(width / bar - numbers[n] / all)).toBeLessThan(0.01);
  }
});

test.describe('the four lanes of two seconds', () => {
  test.beforeEach(async ({ page }) => {
    await page.goto(FOUR);
    await done(page);
  });

  test('immediate retries keep the database down, waves come back, and jitter lets it recover', async ({ page }) => {
    const [immediate, waves, jitter] = ['Immediate', 'Exponential', 'Full jitter'].map((name) => lane(page, name));
    expect(await value(immediate, 'Recovered after')).toBe('not in this run');
    expect(await value(waves, 'Recovered after')).toMatch(/^[0-9.]+ s$/);
    expect(await value(jitter, 'Recovered after')).toBe('at once');
    await expect(immediate).toContainText('outlasts the fault');
    for (const it of [immediate, waves, jitter]) await more(it);
    await expect(waves).toContainText('Later come 3 waves');
    const attempts = await Promise.all([immediate, jitter].map((it) => value(it, 'Attempts per call')));
    expect(Number.parseFloat(attempts[0])).toBeGreaterThan(5 * Number.parseFloat(attempts[1]));
  });

  test('the backlog of a lane is described and drawn', async ({ page }) => {
    for (const name of ['Immediate', 'Full jitter']) await more(lane(page, name));
    const backlog = (name) => lane(page, name).getByRole('img', { name: /requests are in the database/ });
    const waits = async (name) => {
      const told = await backlog(name).getAttribute('aria-label');
      return Number(/and ([\d,]+) at the end;/.exec(told)[1].replaceAll(',', ''));
    };
    expect(await waits('Immediate')).toBeGreaterThan(1_000);
    expect(await waits('Full jitter')).toBeLessThan(50);
    const shades = (name) => backlog(name).evaluate((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    });
    expect(await shades('Immediate')).toBeGreaterThan(4);
  });

  test('all lanes have common random numbers', async ({ page }) => {
    // Before the outage nothing has failed, so that the first attempts are the same in all lanes.
    const firstTries = async (one) => {
      await more(one);
      const rows = await one.locator('tbody tr').all();
      return Promise.all(rows.slice(0, 2).map((row) => row.locator('td').first().innerText()));
    };
    const tries = await firstTries(lane(page, 'Immediate'));
    expect(tries).toEqual(await firstTries(lane(page, 'Full jitter')));
    expect(tries.every((text) => Number(text) > 20)).toBe(true);
  });

  test('a setting is changed, shown in the address, and undone', async ({ page }) => {
    const first = await lane(page, 'Exponential').innerText();
    await settings(page);
    await page.getByLabel('Clients', { exact: true }).first().fill('500');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/#herd\?preset=two-seconds&clients=500$/);
    await done(page);
    await expect(lane(page, 'Exponential')).not.toHaveText(first, { useInnerText: true });
    await page.locator('.herd').getByRole('button', { name: 'Undo', exact: true }).click();
    await done(page);
    await expect.poll(() => lane(page, 'Exponential').innerText()).toBe(first);
  });

  test('a link that is copied is another one after a change', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('.herd').getByRole('button', { name: 'Share' }).click();
    const share = page.locator('.herd .share');
    await share.getByRole('button', { name: 'Copy' }).click();
    await expect(share.getByRole('status')).toHaveText('Copied.');
    await page.getByRole('button', { name: 'Add a lane' }).click();
    await expect(share.getByRole('textbox')).toHaveValue(/#herd\?preset=two-seconds&lanes=/);
    await expect(share.getByRole('status')).toBeEmpty();
  });

  test('an invalid value is explained beside its field', async ({ page }) => {
    await settings(page);
    const clients = page.locator('#herd-clients');
    await clients.fill('5');
    await clients.press('Enter');
    await expect(page.locator('#herd-clients-problem')).toContainText('10 to 100,000');
    await expect(page).toHaveURL(/#herd\?preset=two-seconds$/);
  });

  test('a lane is edited, renamed, duplicated and removed, and others come', async ({ page }) => {
    const waves = lane(page, 'Exponential');
    const toggle = waves.getByRole('button', { name: /^Settings/ });
    const before = await toggle.boundingBox();
    await toggle.click();
    await expect(waves.getByLabel('Strategy')).toBeVisible();
    expect(await toggle.boundingBox(), 'it stays under the pointer').toEqual(before);
    await waves.getByLabel('Strategy').selectOption('Equal jitter');
    const equal = lane(page, 'Equal jitter');
    await done(page);
    await equal.getByRole('switch', { name: 'Breaker' }).click();
    await expect(page).toHaveURL(/lanes=immediate,equal-breaker,full,full-budget-shared/);
    const both = lane(page, 'Equal jitter, breaker');
    await both.getByLabel('Name').fill('Ours');
    await both.getByLabel('Name').press('Enter');
    await expect(page).toHaveURL(/lanes\.1\.name=Ours/);
    await lane(page, 'Ours').getByRole('button', { name: 'Duplicate Ours' }).click();
    await expect(page.locator('.lane')).toHaveCount(5);
    await lane(page, 'Ours').first().getByRole('button', { name: 'Remove Ours' }).click();
    await page.getByRole('button', { name: 'Add a lane' }).click();
    await expect(lane(page, 'No retries')).toBeVisible();
    await done(page);
    await more(lane(page, 'No retries'));
    expect(await value(lane(page, 'No retries'), 'Attempts per call')).toBe('1.0');
  });

  test('a second press of Remove removes nothing, and editors stay with their lanes', async ({ page }) => {
    for (const name of ['Immediate', 'Exponential', 'Full jitter']) {
      await lane(page, name).getByRole('button', { name: /^Settings/ }).click();
    }
    const remove = lane(page, 'Immediate').getByRole('button', { name: 'Remove Immediate' });
    await remove.evaluate((button) => { button.click(); button.click(); });
    await expect(page.locator('.lane')).toHaveCount(3);
    await expect(lane(page, 'Exponential').getByRole('button', { name: /^Settings/ })).toBeFocused();
    for (const [name, count] of [['Exponential', 1], ['Full jitter', 1], ['Full jitter, budget', 0]]) {
      await expect(lane(page, name).getByLabel('Strategy')).toHaveCount(count);
    }
  });

  test('a ninth lane is refused with the reason', async ({ page }) => {
    const add = page.getByRole('button', { name: 'Add a lane' });
    for (let n = 0; n < 4; n += 1) await add.click();
    await expect(page.locator('.lane')).toHaveCount(8);
    await expect(add).toHaveAttribute('aria-disabled', 'true');
    await expect(add).toHaveAccessibleDescription('8 lanes are the most.');
    await add.click({ force: true });
    await expect(page.locator('.lane')).toHaveCount(8);
  });

  test('one client lights up in every lane, by pointer and by keys', async ({ page }) => {
    const raster = lane(page, 'Exponential').locator('.lane__raster');
    await raster.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect(page.locator('.lane__told')).toHaveCount(4);
    for (const told of await page.locator('.lane__told').all()) {
      await expect(told).toContainText(/: Client 17:/);
      await expect(told).toHaveAttribute('aria-live', 'polite');
    }
    await expect(page.locator('.follow')).toHaveCount(4);
    await page.keyboard.press('Escape');
    await expect(page.locator('.follow')).toHaveCount(0);
    await raster.hover({ position: { x: 60, y: 24 } });
    await expect(page.locator('.follow')).toHaveCount(4);
    // What a pointer passes over is not read out.
    await expect(page.locator('.lane__told').first()).toHaveAttribute('aria-live', 'off');
  });

  test('the run can be played, scrubbed and stepped', async ({ page }) => {
    const time = page.locator('.herd .transport__time');
    await expect(time).toHaveText('30.0 s of 30.0 s');
    await page.locator('.herd').getByLabel('Speed').selectOption({ label: '20×' });
    await page.locator('.herd').getByRole('button', { name: 'Play' }).click();
    await expect(page.locator('.lane__veil').first()).toBeVisible();
    await expect(page.locator('.herd').getByRole('button', { name: 'Play' })).toBeVisible();
    await expect(time).toHaveText('30.0 s of 30.0 s');
    await page.locator('.herd').getByLabel('Moment of the run').fill('12.5');
    await expect(time).toHaveText('12.5 s of 30.0 s');
    await page.locator('.herd').getByRole('button', { name: 'Reset' }).click();
    await expect(time).toHaveText('0.0 s of 30.0 s');
    await page.locator('.herd').getByRole('button', { name: 'Step' }).click();
    await expect(time).toHaveText('0.1 s of 30.0 s');
  });

  test('the same seed gives the same lanes', async ({ page }) => {
    const seed = page.locator('.herd').getByLabel('Seed', { exact: true });
    const one = lane(page, 'Exponential');
    const first = await one.innerText();
    await seed.fill('7');
    await seed.press('Enter');
    await expect(one).not.toHaveText(first, { useInnerText: true });
    await seed.fill('42');
    await seed.press('Enter');
    await expect.poll(() => one.innerText()).toBe(first);
  });

  test('numbers, series, pictures and the comparison are saved', async ({ page }) => {
    const save = async (entry) => {
      await page.getByRole('button', { name: 'Export the lanes' }).click();
      const started = page.waitForEvent('download');
      await page.getByRole('list', { name: 'Export the lanes' }).getByRole('button', { name: entry }).click();
      const download = await started;
      return { name: download.suggestedFilename(), content: fs.readFileSync(await download.path()) };
    };
    const numbers = await save('Numbers of all lanes, as CSV');
    expect(numbers.name).toBe('fusebox-herd-two-seconds-numbers.csv');
    expect(numbers.content.toString().trimEnd().split('\n')).toHaveLength(5);
    const series = await save('Series of all lanes, as CSV');
    expect(series.content.toString().trimEnd().split('\n')).toHaveLength(1 + 4 * 300);
    const comparison = JSON.parse((await save(/as JSON/)).content.toString());
    expect(comparison.lanes).toHaveLength(4);
    expect(comparison.seed).toBe(42);
    const svg = await save('Exponential, as SVG');
    expect(svg.content.toString()).toContain('Later come 3 waves');
    const all = (await save('All lanes, as SVG')).content.toString();
    for (const part of ['Immediate: no wait', 'Full jitter: 1 s', 'Seed 42', 'attempts in flight', 'retries']) {
      expect(all).toContain(part);
    }
    const png = await save('Exponential, as PNG');
    expect(png.content.subarray(1, 4).toString()).toBe('PNG');
  });

  test('everyone can use it', async ({ page }) => {
    const check = () => expectAccessible(page);
    await check();
    await lane(page, 'Full jitter').getByRole('button', { name: /^Settings/ }).click();
    await more(lane(page, 'Full jitter'));
    await check();
    await page.getByRole('button', { name: 'Dark' }).click();
    await check();
  });
});

test('the tiles say what twenty other seeds give', async ({ page }) => {
  await page.goto('./#herd');
  const others = page.locator('.tiles__others');
  await expect(others).toHaveCount(4);
  for (const it of await others.all()) {
    await expect(it).toHaveText(/^20 other seeds: (in none of them|.*\d.*\(.*\d.* to .*\d.*\).*)$/, { timeout: 60_000 });
  }
});

for (const [width, height] of [[1440, 900], [360, 740]]) {
  test(`at ${width} x ${height} the progress of a long run is in sight`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.goto('./#herd?preset=eight-ways&clients=50000&duration=60s');
    const progress = page.locator('.herd__progress');
    await expect(progress).toHaveText(/^Computing .*%$/, { timeout: 30_000 });
    await expect(progress).toBeInViewport({ ratio: 1 });
  });
}

test('every preset is computed, and says what its title says', async ({ page }) => {
  await page.goto('./#herd');
  await done(page);
  const presets = page.locator('.herd .bar__preset select');
  for (const title of await presets.locator('option').allInnerTexts()) {
    await presets.selectOption({ label: title });
    await done(page);
    expect(await page.locator('.lane__sentence').count()).toBeGreaterThan(1);
  }
});

test('a link opens its lanes at its moment, and its problems are reported', async ({ page }) => {
  await page.goto('./#herd?preset=caps&lanes.0.name=Short&clients=3&at=70s');
  await expect(page.locator('.notice')).toContainText('10 to 100,000');
  await done(page);
  await expect(lane(page, 'Short')).toBeVisible();
  await expect(page.locator('.herd .transport__time')).toHaveText('70.0 s of 240.0 s');
});

test('ten thousand clients are computed while the page stays usable', async ({ page }) => {
  await page.goto(`${FOUR}&clients=10000`);
  const time = page.locator('.herd .transport__time');
  await page.locator('.herd').getByLabel('Moment of the run').fill('10');
  await expect(time).toHaveText('10.0 s of 30.0 s', { timeout: 2_000 });
  await done(page);
  await expect(lane(page, 'Immediate').locator('.lane__sentence')).toHaveText(/^The database was repaired 6\.0 s ago;/);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test('lanes stack, and nothing is wider than the page', async ({ page }) => {
    await page.goto(FOUR);
    await done(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(360);
    await page.locator('.lane').nth(2).scrollIntoViewIfNeeded();
    await expect(page.locator('.herd .transport__time')).toBeInViewport();
  });
});
