// The files of the charts that can be saved, and their content.

const fs = require('node:fs');
const { test, expect, Playground, expectAccessible } = require('./page');

const OUTAGE = 'seed=42&actions=5s:postgres:down,20s:postgres:heal';

let playground;
let button;
let list;

test.beforeEach(async ({ page }) => {
  playground = new Playground(page);
  await playground.openAt(25, OUTAGE);
  button = playground.charts.getByRole('button', { name: 'Export the charts' });
  list = playground.charts.getByRole('list', { name: 'Export the charts' });
  // The baseline follows a little later.
  await expect(playground.readings('Calls per second').last()).not.toContainText('–');
});

// Chooses an entry; returns the name of the file and its content.
async function save(page, entry) {
  await button.click();
  const started = page.waitForEvent('download');
  await list.getByRole('button', { name: entry }).click();
  const download = await started;
  await expect(list).toHaveCount(0);
  return { name: download.suggestedFilename(), content: fs.readFileSync(await download.path()) };
}

test('all samples are saved as a table with units', async ({ page }) => {
  const { name, content } = await save(page, 'All series, as CSV');
  expect(name).toBe('fusebox-search-service-samples.csv');
  const [headers, ...rows] = content.toString().trimEnd().split('\n').map((line) => line.split(','));
  expect(headers.slice(0, 2)).toEqual(['time (s)', 'calls sent (in 0.1 s)']);
  expect(headers).toContain('without protection: calls answered usefully (in 0.1 s)');
  expect(rows.length).toBe(250);
  expect(rows.every((row) => row.length === headers.length)).toBe(true);
  expect(rows.at(-1)[0]).toBe('25');
  const faults = rows.map((row) => row[headers.indexOf('database: fault')]);
  expect([faults[20], faults[100], faults[220]]).toEqual(['', 'down', '']);
  // The table on the page shows for each moment the sum of the second before it.
  const sent = rows.slice(170, 180).reduce((sum, row) => sum + Number(row[1]), 0);
  await page.locator('.chart__table summary').first().click();
  const row = page.locator('.chart__rows tbody tr').filter({ hasText: '18 s' });
  await expect(row.getByRole('cell').first()).toHaveText(String(sent));
});

const charts = [
  ['Calls per second', 'calls'],
  ['Latency of useful answers and of all calls', 'latency'],
  ['Attempts per second at the database', 'attempts'],
  ['In use: threads, slots of the database', 'in-use'],
];

test('each chart is saved as SVG that stands alone', async ({ page }) => {
  for (const [title, file] of charts) {
    const { name, content } = await save(page, `${title}, as SVG`);
    expect(name).toBe(`fusebox-search-service-${file}.svg`);
    const found = await page.evaluate((text) => {
      const svg = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
      return {
        root: `${svg.namespaceURI} ${svg.tagName}`,
        box: svg.getAttribute('viewBox'),
        title: svg.querySelector('title')?.textContent,
        about: svg.querySelector('desc')?.textContent,
        words: [...svg.querySelectorAll('text')].map((word) => word.textContent),
        colours: [...svg.querySelectorAll('[stroke]')].map((line) => line.getAttribute('stroke')),
      };
    }, content.toString());
    expect(found.root).toBe('http://www.w3.org/2000/svg svg');
    expect(found.box).toBe('0 0 960 360');
    expect(found.title).toMatch(new RegExp(`^${title}: .+, seed 42$`));
    expect(found.about).toContain('At 25.00 s: ');
    expect(found.words).toEqual(expect.arrayContaining([found.title, 'fault', 'down', '30 s']));
    expect(found.colours.length).toBeGreaterThan(2);
    for (const colour of found.colours) expect(colour).toMatch(/^#[0-9a-f]{6}$/);
  }
});

test('each chart is saved as PNG, twice as large', async ({ page }) => {
  for (const [title, file] of charts) {
    const { name, content } = await save(page, `${title}, as PNG`);
    expect(name).toBe(`fusebox-search-service-${file}.png`);
    expect(content.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect([content.readUInt32BE(16), content.readUInt32BE(20)]).toEqual([1920, 720]);
    expect(content.length).toBeGreaterThan(10_000);
  }
});

test('the export menu works by keyboard alone', async ({ page }) => {
  await button.focus();
  await expect(button).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('Enter');
  await expect(button).toHaveAttribute('aria-expanded', 'true');
  const items = list.getByRole('button');
  await expect(items).toHaveCount(9);
  await expect(items.first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(items.nth(1)).toBeFocused();
  await page.keyboard.press('End');
  await expect(items.last()).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);
  await expect(button).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowUp');
  await expect(items.last()).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(list).toHaveCount(0);
  await button.click();
  await playground.charts.getByText('25.00 s').click();
  await expect(list).toHaveCount(0);
});

test('in a frame that may not save files nothing breaks', async ({ page, baseURL }) => {
  // A sandboxed frame loads module scripts only from a host that allows every origin.
  await page.route('**/*', async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), 'access-control-allow-origin': '*' };
    await route.fulfill({ response, headers });
  });
  await page.goto('about:blank');
  await page.setContent(
    `<iframe sandbox="allow-scripts" width="1200" height="1000" src="${baseURL}embed.html?reveal=auto#playground?${OUTAGE}&at=25s"></iframe>`,
  );
  const frame = page.frameLocator('iframe');
  const opener = frame.getByRole('button', { name: 'Export the charts' });
  for (const entry of ['All series, as CSV', 'Calls per second, as PNG']) {
    await opener.click();
    await frame.getByRole('button', { name: entry }).click();
    await expect(opener).toHaveAttribute('aria-expanded', 'false');
  }
  await expect(frame.locator('.breaker__state')).not.toBeEmpty();
});
