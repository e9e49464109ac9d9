const fs = require('node:fs');
const { test, expect } = require('./page');
const AxeBuilder = require('@axe-core/playwright').default;

const lane = (page, name) => page.getByRole('region', { name, exact: true });

const value = async (lane, label) =>
  lane.locator('.numbers__item', { hasText: label }).locator('dd').first().innerText();

const done = async (page) => {
  await expect(page.locator('.lane__numbers').first()).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('.herd__progress')).toBeEmpty({ timeout: 60_000 });
};

test.describe('the usual lanes', () => {
  test.beforeEach(async ({ page }) => {
    await page.goto('./#herd');
    await done(page);
  });

  test('immediate retries keep the database down, waves come back, and jitter lets it recover', async ({ page }) => {
    const [immediate, waves, jitter] = ['Immediate', 'Exponential', 'Full jitter'].map((name) => lane(page, name));
    expect(await value(immediate, 'Recovered after')).toBe('not in this run');
    expect(await value(waves, 'Recovered after')).toMatch(/^[0-9.]+ s$/);
    expect(await value(jitter, 'Recovered after')).toBe('at once');
    await expect(immediate).toContainText('does not catch up');
    await expect(waves).toContainText('Then come 3 waves');
    const attempts = await Promise.all([immediate, jitter].map((it) => value(it, 'Attempts per call')));
    expect(Number.parseFloat(attempts[0])).toBeGreaterThan(5 * Number.parseFloat(attempts[1]));
  });

  test('the backlog of a lane is described and drawn', async ({ page }) => {
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
      await one.getByText('As a table').click();
      const rows = await one.locator('tbody tr').all();
      return Promise.all(rows.slice(0, 2).map((row) => row.locator('td').first().innerText()));
    };
    const tries = await firstTries(lane(page, 'Immediate'));
    expect(tries).toEqual(await firstTries(lane(page, 'Full jitter')));
    expect(tries.every((text) => Number(text) > 20)).toBe(true);
  });

  test('a setting is changed, shown in the address, and undone', async ({ page }) => {
    const first = await lane(page, 'Exponential').innerText();
    await page.getByLabel('Clients', { exact: true }).first().fill('500');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/#herd\?clients=500$/);
    await done(page);
    await expect(lane(page, 'Exponential')).not.toHaveText(first, { useInnerText: true });
    await page.locator('.herd').getByRole('button', { name: 'Undo' }).click();
    await done(page);
    await expect.poll(() => lane(page, 'Exponential').innerText()).toBe(first);
  });

  test('a link that is copied is another one after a change', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('.herd').getByRole('button', { name: 'Share' }).click();
    const share = page.locator('.herd .share');
    await share.getByRole('button', { name: 'Copy' }).click();
    await expect(share.getByRole('status')).toHaveText('Copied.');
    await page.getByLabel('Clients', { exact: true }).first().fill('500');
    await page.keyboard.press('Enter');
    await expect(share.getByRole('textbox')).toHaveValue(/#herd\?clients=500$/);
    await expect(share.getByRole('status')).toBeEmpty();
  });

  test('an invalid value is explained beside its field', async ({ page }) => {
    const clients = page.locator('#herd-clients');
    await clients.fill('5');
    await clients.press('Enter');
    await expect(page.locator('#herd-clients-problem')).toContainText('10 to 100,000');
    await expect(page).toHaveURL(/#herd$/);
  });

  test('a lane is edited, renamed, duplicated and removed, and others come', async ({ page }) => {
    const waves = lane(page, 'Exponential');
    await waves.getByText('Edit').click();
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
    expect(await value(lane(page, 'No retries'), 'Attempts per call')).toBe('1.0');
  });

  test('one client lights up in every lane, by pointer and by keys', async ({ page }) => {
    const raster = lane(page, 'Exponential').locator('.lane__raster');
    await raster.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect(page.locator('.lane__told')).toHaveCount(4);
    for (const told of await page.locator('.lane__told').all()) await expect(told).toContainText('Client 17:');
    await expect(page.locator('.follow')).toHaveCount(4);
    await page.keyboard.press('Escape');
    await expect(page.locator('.follow')).toHaveCount(0);
    await raster.hover({ position: { x: 60, y: 24 } });
    await expect(page.locator('.follow')).toHaveCount(4);
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
    expect(svg.content.toString()).toContain('The herd comes in 4 waves');
    const png = await save('Exponential, as PNG');
    expect(png.content.subarray(1, 4).toString()).toBe('PNG');
  });

  test('everyone can use it', async ({ page }) => {
    const check = async () => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations).toEqual([]);
    };
    await check();
    await lane(page, 'Full jitter').getByText('Edit').click();
    await lane(page, 'Full jitter').getByText('As a table').click();
    await check();
    await page.getByRole('button', { name: 'Dark' }).click();
    await check();
  });
});

test('every preset is computed, and says what its title says', async ({ page }) => {
  await page.goto('./#herd');
  await done(page);
  const presets = page.locator('.herd .bar__preset select');
  for (const title of await presets.locator('option').allInnerTexts()) {
    await presets.selectOption({ label: title });
    await done(page);
    expect(await page.locator('.lane__sentence').count()).toBeGreaterThan(2);
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
  await page.goto('./#herd?clients=10000');
  const time = page.locator('.herd .transport__time');
  await page.locator('.herd').getByLabel('Moment of the run').fill('10');
  await expect(time).toHaveText('10.0 s of 30.0 s', { timeout: 2_000 });
  await done(page);
  expect(await value(lane(page, 'Immediate'), 'Recovered after')).toBe('not in this run');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test('lanes stack, and nothing is wider than the page', async ({ page }) => {
    await page.goto('./#herd');
    await done(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(360);
    await page.locator('.lane').nth(2).scrollIntoViewIfNeeded();
    await expect(page.locator('.herd .transport__time')).toBeInViewport();
  });
});
