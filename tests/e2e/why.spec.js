// Why? Everything on the page tells its story when it is asked.

const { test, expect, Playground } = require('./page');

const OUTAGE = 'tape=5s:postgres:down,12s:postgres:heal';

let playground;

test.beforeEach(({ page }) => {
  playground = new Playground(page);
});

const storyOf = async (title) => {
  await expect(playground.closeStory).toBeVisible();
  await expect(playground.why.locator('p').first()).toHaveText(title);
  await expect(playground.why.locator('p').nth(1)).toHaveText(/[.!?]$/);
};

for (const kind of ['failure', 'failed fast', 'fallback', 'success']) {
  test(`the newest ${kind} has a story`, async ({ page }) => {
    await playground.openAt(kind === 'success' ? 3 : 4.9, OUTAGE);
    await playground.time.getByRole('button', { name: 'Play' }).click();
    const why = page.getByRole('button', { name: `Why? The newest ${kind}`, exact: true });
    await expect(why).toBeEnabled();
    await playground.pause();
    await why.click();
    await storyOf(/^Call [\d,]+/);
    expect(await playground.why.locator('time').count()).toBeGreaterThan(1);
    await playground.closeStory.click();
    await expect(playground.closeStory).toHaveCount(0);
    await expect(playground.why).not.toContainText(/^Call [\d,]+: /);
  });
}

test('a slice of the window has a story, and so have those beside it', async () => {
  await playground.openAt(10, 'tape=5s:postgres:flaky:3');
  const slices = playground.machine.getByRole('group', { name: /^What it remembers/ }).getByRole('button');
  await slices.nth(-3).click();
  await storyOf(/ to .* in the breaker/i);
  const first = await playground.why.locator('p').first().innerText();
  await playground.machine.getByRole('button', { name: 'Earlier' }).click();
  await expect(playground.why.locator('p').first()).not.toHaveText(first);
  await playground.machine.getByRole('button', { name: 'Later' }).click();
  await expect(playground.why.locator('p').first()).toHaveText(first);
});

test('every number has a story', async () => {
  await playground.openAt(8, OUTAGE);
  for (const label of ['Offered', 'Goodput', 'Fallback', 'Errors', 'p99', 'Workers', 'Health', 'Load']) {
    await playground.number(label).click();
    await expect(playground.number(label)).toHaveAttribute('aria-pressed', 'true');
    await storyOf(/\w/);
  }
});

test('a transition and a line of the log have the same story', async () => {
  await playground.openAt(10, OUTAGE);
  await playground.history.first().click();
  await storyOf(/breaker.*opened/);
  const story = await playground.why.innerText();
  await playground.closeStory.click();
  const line = playground.lines.filter({ hasText: 'opens: 5 failures' });
  await line.click();
  await expect(line).toHaveAttribute('aria-pressed', 'true');
  await storyOf(/breaker.*opened/);
  expect(await playground.why.innerText()).toBe(story);
  await playground.lines.filter({ hasText: 'down: it refuses' }).click();
  await storyOf('The database is down from 5.00 s on');
});

test('the page describes itself by the letter D, for who is in it', async ({ page }) => {
  await playground.openAt(8, OUTAGE);
  await page.keyboard.press('d');
  await expect(playground.closeStory).toHaveCount(0);
  await playground.run.getByRole('button', { name: 'Describe' }).press('d');
  await storyOf('At 8.0 s');
  await expect(playground.why).toContainText('The breaker around the database is open');
  await expect(playground.machine.locator('[aria-live=polite]').first()).toContainText('the database');
  await playground.closeStory.click();
  await playground.run.getByRole('button', { name: 'Describe' }).click();
  await storyOf('At 8.0 s');
  await playground.closeStory.click();
  await playground.seed.press('d');
  await expect(playground.closeStory).toHaveCount(0);
});
