// The page object of the tests: accessible names for its parts, and the errors that must never happen.

const { test: base, expect } = require('@playwright/test');
const { AxeBuilder } = require('@axe-core/playwright');

// Every test fails if the page writes an error to the console, or throws one. Only a part that was still
// being fetched when the test left the page is none.
const test = base.extend({
  page: async ({ page }, use) => {
    const errors = [];
    let left = 0;
    page.on('requestfailed', (request) => {
      if (request.failure().errorText === 'net::ERR_ABORTED') left += 1;
    });
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await use(page);
    const notLeft = errors.filter((error) => !error.startsWith('TypeError: Failed to fetch') || --left < 0);
    expect(notLeft, 'errors on the page').toEqual([]);
  },
});

class Playground {
  constructor(page) {
    const region = (name) => page.getByRole('region', { name, exact: true });
    this.page = page;
    this.preset = region('Preset');
    this.stack = page.getByRole('region', { name: /^The stack/ });
    this.stage = region('The service and its dependencies');
    this.breaker = page.getByRole('region', { name: /^Breaker on/ });
    this.charts = region('Charts over time');
    this.time = region('Time');
    this.run = region('The run');
    this.log = page.getByRole('region', { name: 'Log' });

    this.database = this.stage.getByRole('group', { name: 'Database' });
    this.kill = this.database.getByRole('button', { name: 'Kill the database' });
    this.heal = this.database.getByRole('button', { name: 'Heal the database' });
    this.menu = page.getByRole('menu');
    // The headline of the breaker, and its newest transitions.
    this.state = page.locator('.breaker__state');
    this.history = this.breaker.getByRole('list', { name: 'The newest transitions' }).getByRole('button');
    this.reason = page.locator('.breaker__why');
    this.why = page.getByRole('region', { name: 'Why', exact: true });
    this.closeExplanation = this.why.getByRole('button', { name: 'Close' });
    this.now = this.time.locator('output');
    this.scrubber = this.time.getByRole('slider', { name: 'Moment of the run' });
    this.seed = this.run.getByRole('textbox', { name: 'Seed' });
    this.lines = this.log.getByRole('button');
  }

  // Opens the page, at a link if there is one, and waits for its first picture.
  async begin(link) {
    await this.page.goto(link ? `./#playground?${link}` : './');
    await expect(this.state).not.toBeEmpty();
  }

  // Opens the page, and waits for the part with the list of presets and the arrow keys as well.
  async open(link) {
    await this.begin(link);
    await expect(this.preset.getByRole('option')).not.toHaveCount(1);
  }

  // Opens a link, paused at a moment.
  async openAt(seconds, link) {
    await this.open(`${link}&at=${seconds}s`);
    await this.isAt(seconds);
  }

  async isAt(seconds) {
    await expect(this.now).toHaveText(`${seconds.toFixed(2)} s`);
  }

  button(name) {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' });
  }

  async pause() {
    await this.time.getByRole('button', { name: 'Pause' }).click();
  }

  async speed(label) {
    await this.time.getByRole('combobox', { name: 'Speed' }).selectOption({ label });
  }

  // Seeks a moment with the scrubber.
  async seek(seconds) {
    await this.scrubber.fill(String(seconds));
    await this.isAt(seconds);
  }

  // The baseline, the dashed lines of the charts.
  get compared() {
    return this.run.getByRole('combobox', { name: 'Dashed lines' });
  }

  // Waits until the database has no fault.
  async isHealthy() {
    await expect(this.kill).toBeVisible();
  }

  // The value beside a label, such as "Goodput".
  number(label) {
    return this.breaker.getByRole('button', { name: new RegExp(`^${label} `) });
  }

  // The readings beside the title of a chart, as text.
  readings(title) {
    return this.charts.getByRole('figure', { name: new RegExp(`^${title}`) }).getByRole('listitem');
  }

  async seconds() {
    return Number.parseFloat(await this.now.innerText());
  }

  // All numbers that the run determines, once they no longer change: the parts of the page follow a
  // moment over several frames.
  async numbers() {
    const shown = [this.now, this.state, this.breaker.locator('dl'), this.charts.locator('figcaption')];
    const read = async () => {
      const texts = await Promise.all(shown.map((part) => part.allInnerTexts()));
      return texts.flat().join('\n');
    };
    let [before, now] = [null, await read()];
    while (now !== before) {
      await this.page.waitForTimeout(200);
      [before, now] = [now, await read()];
    }
    return now;
  }

  // The link in the address after it was updated.
  async link() {
    return decodeURIComponent(new URL(this.page.url()).hash);
  }
}

async function expectAccessible(page) {
  // A sticky element covers content that is scrolled behind it, so it is put in its normal place for
  // the check.
  await page.evaluate(() => {
    const sticky = [...document.querySelectorAll('main *')].filter(
      (element) => getComputedStyle(element).position === 'sticky',
    );
    for (const { style } of sticky) style.position = 'static';
  });
  // Without what is not looked at here, and without a page of its own for the results of frames where
  // there are none, it takes a third of the time.
  const { violations } = await new AxeBuilder({ page })
    .options({ resultTypes: ['violations'] })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .setLegacyMode(page.frames().length === 1)
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
  expect(found).toEqual([]);
}

// Opens what can be open in the Herd at a time: the settings of all lanes and of one, what there is more on
// it, and the replications and a sweep with their results.
async function openAllOfHerd(page) {
  await page.goto('./#herd?clients=100&duration=10s&lanes=immediate,full-budget-breaker-shared&bands=7&sweep=lanes&sweep.x=outage:1s..4s:2&sweep.y=capacity:100,200');
  await expect(page.locator('.lane__numbers')).toHaveCount(2, { timeout: 30_000 });
  await page.locator('.head').getByRole('button', { name: 'Settings', exact: true }).click();
  const lane = page.locator('.lane').nth(1);
  await lane.getByRole('button', { name: /^Settings of/ }).click();
  await lane.getByRole('button', { name: /^More on/ }).click();
  await page.locator('.sweep').getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.locator('.sweep__figure')).toBeVisible();
  await expect(page.locator('.bands__verdict')).toBeVisible({ timeout: 30_000 });
}

// Opens a page of a course with this markup.
async function course(page, body) {
  await page.route('**/course.html', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<!doctype html><title>A course</title>${body}` }),
  );
  await page.goto('./course.html');
}

module.exports = { test, course, expect, Playground, expectAccessible, openAllOfHerd };
