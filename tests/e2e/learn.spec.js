// The lesson: steps with numbers of the run beside them, what can be tried, and the way through.

const { test, expect, expectAccessible } = require('./page');

class Lesson {
  constructor(page) {
    this.page = page;
    this.title = page.locator('#learn-title');
    this.world = page.getByRole('region', { name: 'The world beside the text' });
    this.stage = this.world.getByRole('region', { name: 'The service and its dependencies' });
    this.now = this.world.locator('output');
    this.texts = page.locator('.step__text');
    this.numbers = page.locator('.step__text .number');
    this.next = page.getByRole('link', { name: /^Next: / });
    this.back = page.getByRole('link', { name: /^Back/ });
  }

  async open(link = '') {
    await this.page.goto(`./#learn${link && `?${link}`}`);
    await this.isReady();
  }

  // The run of the step is over, so that its numbers are known.
  async isReady() {
    await expect(this.title).not.toBeEmpty();
    await expect(this.page.locator('.number.is-pending')).toHaveCount(0, { timeout: 30_000 });
  }

  async link() {
    return decodeURIComponent(new URL(this.page.url()).hash);
  }

  async seconds() {
    return Number.parseFloat(await this.now.innerText());
  }
}

let lesson;

test.beforeEach(({ page }) => {
  lesson = new Lesson(page);
});

test('a step has numbers of its run, and its world comes to their moments', async () => {
  await lesson.open();
  await expect(lesson.title).toHaveText('A fuse board for software');
  await expect(lesson.stage).toBeVisible();
  // The database dies at 8 s; the world plays up to a second after its breaker has opened, and stops.
  await expect(lesson.texts.first()).toContainText('At 8 s the database dies');
  await expect(lesson.world.getByRole('button', { name: 'Play' })).toBeVisible({ timeout: 30_000 });
  expect(await lesson.seconds()).toBeGreaterThan(9);
  await lesson.numbers.filter({ hasText: /^8 s$/ }).click();
  await expect(lesson.now).toHaveText('8.00 s');
});

test('Next and Back lead through the steps, and the link keeps what is done', async ({ page }) => {
  await lesson.open();
  await expect(lesson.back).toHaveCount(0);
  await lesson.next.click();
  await expect(lesson.title).toHaveText('Slow is worse than dead');
  await expect(lesson.title).toBeFocused();
  expect(await lesson.link()).toBe('#learn?step=threads&done=fuse-board');
  await page.keyboard.press('ArrowRight');
  await expect(lesson.title).toHaveText('The queue grows, and memory with it');
  await page.goBack();
  await expect(lesson.title).toHaveText('Slow is worse than dead');
  await page.getByText('Contents', { exact: true }).click();
  const contents = page.getByRole('navigation', { name: 'Contents' });
  await expect(contents.getByRole('link', { name: 'A fuse board for software (done)' })).toBeVisible();
  await contents.getByRole('link', { name: 'What never touched the database dies too' }).click();
  expect(await lesson.link()).toBe('#learn?step=health&done=fuse-board');
  // Another view does not lose the step.
  await page.getByRole('link', { name: 'Playground', exact: true }).click();
  await expect(page.locator('.playground .breaker__state')).toBeVisible();
  await page.getByRole('link', { name: 'Learn', exact: true }).click();
  await expect(lesson.title).toHaveText('What never touched the database dies too');
});

test('keys that a control needs do not leave the step', async ({ page }) => {
  await lesson.open('step=threads');
  await expect(lesson.stage).toBeVisible();
  await lesson.world.getByRole('slider', { name: 'Moment of the run' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.locator('.try').getByRole('textbox').first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(lesson.title).toHaveText('Slow is worse than dead');
});

test('the world without it is shown in its place, and beside it as a line', async ({ page }) => {
  await lesson.open('step=read-timeout');
  const chart = page.locator('figure.focus');
  await expect(chart).toContainText(/as it is/);
  await expect(chart).toContainText(/without it/);
  await expect(page.getByRole('link', { name: 'Open in Playground' })).toHaveAttribute('href', /slow-database-timeout/);
  await page.getByRole('button', { name: 'Without it' }).click();
  await expect(page.getByRole('button', { name: 'Without it' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('link', { name: 'Open in Playground' })).not.toHaveAttribute('href', /timeout/);
});

test('a goal is judged by the world as the reader has changed it, and the step is then done', async ({ page }) => {
  await lesson.open('step=read-timeout');
  const goal = page.locator('.goal');
  await expect(goal).toContainText('Not yet', { timeout: 30_000 });
  await page.locator('.try').getByRole('textbox').fill('0.2 s');
  await page.keyboard.press('Enter');
  await expect(page.getByText('You have changed the world.')).toBeVisible();
  await expect(goal).toContainText('Reached', { timeout: 30_000 });
  await expect.poll(() => lesson.link()).toContain('done=read-timeout');
  await page.getByRole('button', { name: 'Start over' }).click();
  await expect(goal).toContainText('Not yet');
});

test('layers are switched by buttons, and come to their usual places', async ({ page }) => {
  await lesson.open('step=health');
  const layers = page.locator('.try').getByRole('group', { name: 'Layers' });
  const field = page.locator('.try').getByRole('textbox', { name: 'Layers' });
  const button = (name) => layers.getByRole('button', { name, exact: true });
  await expect(button('timeout')).toHaveAttribute('aria-pressed', 'false');
  await button('breaker').click();
  await button('timeout').click();
  await expect(button('timeout')).toHaveAttribute('aria-pressed', 'true');
  await expect(field).toHaveValue('timeout,breaker');
  await button('timeout').press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(field).toHaveValue('timeout,retry,breaker');
  await button('breaker').click();
  await expect(field).toHaveValue('timeout,retry');
});

test('each world opens in its own view', async ({ page }) => {
  await lesson.open('step=herd');
  await expect(page.locator('.world .lane')).toHaveCount(2, { timeout: 30_000 });
  await page.getByRole('link', { name: 'Open in Herd' }).click();
  await expect(page.getByRole('link', { name: 'Herd', exact: true })).toHaveAttribute('aria-current', 'page');
  await lesson.open('step=seven-steps');
  await page.getByRole('link', { name: 'Open in Playground' }).click();
  await expect(page.locator('.bar select')).toHaveValue(/mid-query/i);
});

test('the moments of a run are on a rail, and code is lit as it runs', async ({ page }) => {
  await lesson.open('step=seven-steps');
  const moments = page.getByRole('region', { name: 'What happens, and when' });
  await expect(moments.getByRole('listitem')).toHaveCount(7);
  await moments.getByRole('button').nth(2).click();
  await expect(moments.getByRole('button').nth(2)).toHaveAttribute('aria-current', 'step');
  await lesson.open('step=connect-timeout');
  await expect(page.locator('.code .is-lit')).toHaveText('connect=0.5,', { timeout: 30_000 });
});

test.describe('the class of the lesson', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  const variable = (page, name) => page.locator('.class__variable').filter({ hasText: new RegExp(`^${name}`) }).locator('dd');
  const state = (page, name) => page.locator('.beside').getByRole('region', { name }).locator('.beside__state');

  test('runs line by line, with its variables, beside our breaker', async ({ page }) => {
    await lesson.open('step=python');
    const lit = page.locator('.class .is-lit');
    await expect(lit).toHaveText('raise');
    await expect(variable(page, '_state')).toHaveText('OPEN');
    await expect(variable(page, '_opened_at')).toHaveText('6.0 s');
    await expect(state(page, "The lesson's class")).toHaveText('open');
    await expect(state(page, 'Fusebox')).toHaveText('open');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await expect(lit).toHaveCount(0);
    await expect(variable(page, '_opened_at')).toHaveText('None');
    await page.getByRole('button', { name: 'Step', exact: true }).click();
    await expect(lit).toHaveText('return result');
    const line = page.getByRole('button', { name: 'Next line' });
    await line.click();
    await expect(lit).toHaveText('with self._lock:');
    await expect(page.locator('.beside__step')).toHaveText('Now: failure');
    // The failure is counted at line 34, the ninth that runs.
    for (let n = 1; n < 8; n += 1) await line.click();
    await expect(variable(page, '_failures')).toHaveText('0');
    await line.click();
    await expect(lit).toHaveText('self._failures += 1');
    await expect(variable(page, '_failures')).toHaveText('1');
    // A number of the text shows its moment.
    await lesson.numbers.filter({ hasText: /^6 s$/ }).click();
    await expect(variable(page, '_state')).toHaveText('OPEN');
  });

  for (const [step, theirs, ours, why] of [
    ['flaw-window', 'open', 'closed', '3 failures reached failure_threshold 3.'],
    ['flaw-late', 'closed', 'half-open', 'A late success closes it: the class does not know which calls are trials.'],
    ['flaw-restart', 'open', 'half-open', 'Open for another 5 s.'],
    ['flaw-trials', 'half-open', 'half-open', 'Let through: the class never counts its trials'],
  ]) {
    test(`shows its flaw live: ${step}`, async ({ page }) => {
      await lesson.open(`step=${step}`);
      await expect(state(page, "The lesson's class")).toHaveText(theirs);
      await expect(state(page, 'Fusebox')).toHaveText(ours);
      await expect(page.locator('.beside__card').first()).toContainText(why);
      await expect(page.locator('.beside td.is-difference')).toHaveCount(1);
      await expect(page.locator('.beside .others__reasons li').last()).toContainText("The lesson's class:");
      await page.getByRole('link', { name: 'Open in Breaker' }).click();
      await expect(page.locator('.now__state')).toBeVisible();
    });
  }

  test('is judged by the tape that the reader writes', async ({ page }) => {
    await lesson.open('step=flaw-window');
    await expect(page.locator('.goal')).toContainText('Not yet');
    await page.getByRole('textbox', { name: 'The tape' }).fill('FFSF');
    await expect(page.locator('.goal')).toContainText('Reached', { timeout: 30_000 });
    await expect(state(page, 'Fusebox')).toHaveText('open');
    await expect(page.getByText('You have changed the world.')).toBeVisible();
    await page.getByRole('button', { name: 'A success in between' }).click();
    await expect(page.getByRole('textbox', { name: 'The tape' })).toHaveValue('FFSFFSFFSFF');
    await expect(state(page, "The lesson's class")).toHaveText('closed');
  });
});

test('a tape plays the lines of its moment, and stops', async ({ page }) => {
  await lesson.open('step=python');
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expect(page.locator('.class .is-lit')).toHaveText('raise', { timeout: 30_000 });
  await expect(page.locator('.beside').getByRole('button', { name: 'Play' })).toBeVisible();
});

test('a lesson that cannot be read says why', async ({ page }) => {
  await page.route('**/lessons/mine.json', (route) => route.fulfill({ json: { id: 'mine', titel: 'Mine' } }));
  await page.goto('./#learn?lesson=mine.json');
  await expect(page.getByRole('alert', { name: 'About this lesson' })).toContainText('titel is not a member');
  await page.goto('./#learn?lesson=https://example.org/a.json');
  await expect(page.getByRole('status', { name: 'About this link' })).toContainText('the name of a document');
});

for (const step of ['fuse-board', 'read-timeout', 'half-open', 'python', 'flaw-restart', 'herd', 'stale', 'seven-steps']) {
  test(`the step ${step} is accessible`, async ({ page }) => {
    await lesson.open(`step=${step}`);
    await expect(page.locator('.world').getByRole('button', { name: 'Play' }).first()).toBeVisible({ timeout: 30_000 });
    await expectAccessible(page);
  });
}

for (const [width, height] of [[360, 740], [1920, 1080]]) {
  test(`nothing is wider than a page of ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    for (const step of ['half-open', 'python', 'flaw-window', 'seven-steps', 'herd']) {
      await lesson.open(`step=${step}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide, step).toBeLessThanOrEqual(0);
    }
  });
}

test('with reduced motion a world stands at its moment', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await lesson.open('step=memory');
  await expect(lesson.now).toHaveText(/^2\d\.\d\d s$/, { timeout: 30_000 });
  await expect(lesson.world.getByRole('button', { name: 'Play' })).toBeVisible();
});

test('the place says how many steps are left, and for how long', async () => {
  await lesson.open('step=threads&done=fuse-board');
  await expect(lesson.page.locator('.step__place')).toHaveText(/step 2 of 4.*40 steps to go, about 22 min/s);
});

test('on paper everything of a world is on the sheet', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await lesson.open('step=memory');
  await expect(lesson.stage).toBeVisible();
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 794, height: 1123 });
  const wide = await lesson.world.evaluate((world) => [...world.querySelectorAll('button, canvas')]
    .filter((it) => it.getBoundingClientRect().right > innerWidth).length);
  expect(wide).toBe(0);
});

test('on paper a step is its prose and a still', async ({ page }) => {
  await lesson.open('step=memory');
  await expect(lesson.stage).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(lesson.texts.first()).toBeVisible();
  await expect(lesson.stage).toBeVisible();
  await expect(page.locator('.top')).toBeHidden();
  await expect(page.locator('.rail')).toBeHidden();
});
