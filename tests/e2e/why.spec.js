// Explanations: every part of the page that can be selected has one.

const { test, expect, Playground } = require('./page');

const OUTAGE = 'actions=5s:postgres:down,12s:postgres:heal';

let playground;

test.beforeEach(({ page }) => {
  playground = new Playground(page);
});

const explanationOf = async (title) => {
  await expect(playground.closeExplanation).toBeVisible();
  await expect(playground.why.locator('p').first()).toHaveText(title);
  await expect(playground.why.locator('p').nth(1)).toHaveText(/[.!?]$/);
};

for (const kind of ['failure', 'failed fast', 'fallback', 'success']) {
  test(`the newest ${kind} has an explanation`, async ({ page }) => {
    await playground.openAt(kind === 'success' ? 3 : 4.9, OUTAGE);
    await playground.time.getByRole('button', { name: 'Play' }).click();
    const why = page.getByRole('button', { name: `Why? The newest ${kind}`, exact: true });
    await expect(why).toBeEnabled();
    await playground.pause();
    await why.click();
    await explanationOf(/^Call [\d,]+/);
    expect(await playground.why.locator('time').count()).toBeGreaterThan(1);
    await playground.closeExplanation.click();
    await expect(playground.closeExplanation).toHaveCount(0);
    await expect(playground.why).not.toContainText(/^Call [\d,]+: /);
  });
}

test('a column of the window has an explanation, and so do its neighbours', async () => {
  await playground.openAt(10, 'actions=5s:postgres:flaky:3');
  const slices = playground.breaker.getByRole('group', { name: /^Its contents/ }).getByRole('button');
  await slices.nth(-3).click();
  await explanationOf(/ to .* in the breaker/i);
  const first = await playground.why.locator('p').first().innerText();
  await playground.breaker.getByRole('button', { name: 'Earlier' }).click();
  await expect(playground.why.locator('p').first()).not.toHaveText(first);
  await playground.breaker.getByRole('button', { name: 'Later' }).click();
  await expect(playground.why.locator('p').first()).toHaveText(first);
});

test('every number has an explanation', async () => {
  await playground.openAt(8, OUTAGE);
  for (const label of ['Offered', 'Goodput', 'Fallback', 'Errors', 'p99', 'Threads', 'Health', 'Load']) {
    await playground.number(label).click();
    await expect(playground.number(label)).toHaveAttribute('aria-pressed', 'true');
    await explanationOf(/\w/);
  }
});

test('a transition and a line of the log have the same explanation', async () => {
  await playground.openAt(10, OUTAGE);
  await playground.history.first().click();
  await explanationOf(/breaker.*opened/);
  const explanation = await playground.why.innerText();
  await playground.closeExplanation.click();
  const line = playground.lines.filter({ hasText: 'opens: 5 failures' });
  await line.click();
  await expect(line).toHaveAttribute('aria-pressed', 'true');
  await explanationOf(/breaker.*opened/);
  expect(await playground.why.innerText()).toBe(explanation);
  await playground.lines.filter({ hasText: 'down: it refuses' }).click();
  await explanationOf('The database went down: it refuses every connection');
});

test('the letter D describes the page', async ({ page }) => {
  await playground.openAt(8, OUTAGE);
  await page.keyboard.press('d');
  await explanationOf('At 8.0 s');
  await expect(playground.why).toContainText('The breaker around the database is open');
  await expect(playground.breaker.locator('[aria-live=polite]').first()).toContainText('the database');
  await playground.closeExplanation.click();
  await playground.run.getByRole('button', { name: 'Describe' }).click();
  await explanationOf('At 8.0 s');
  await playground.closeExplanation.click();
  await playground.seed.press('d');
  await expect(playground.closeExplanation).toHaveCount(0);
});
