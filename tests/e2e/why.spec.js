// Explanations: every part of the page that can be selected has one.

const { test, expect, Playground } = require('./page');

const OUTAGE = 'actions=5s:postgres:down,12s:postgres:heal';

let playground;

test.beforeEach(({ page }) => {
  playground = new Playground(page);
});

const explanationOf = async (title) => {
  await expect(playground.closeExplanation).toBeVisible();
  await expect(playground.why.getByRole('heading')).toHaveText(title);
  await expect(playground.why.getByRole('listitem').first()).toHaveText(/[.!?]$/);
};

for (const kind of ['failure', 'failed fast', 'fallback', 'success']) {
  test(`the newest ${kind} has an explanation`, async ({ page }) => {
    await playground.openAt(kind === 'success' ? 3 : 4.9, OUTAGE);
    await playground.time.getByRole('button', { name: 'Play' }).click();
    const why = page.getByRole('button', { name: `Why? The newest ${kind}`, exact: true });
    await expect(why).toBeEnabled();
    await playground.pause();
    // By key, as the caption of a transition may be over it.
    await why.press('Enter');
    await explanationOf(/^(Why|Where) .*call [\d,]+.*\?$/);
    expect(await playground.why.locator('time').count()).toBeGreaterThan(1);
    await playground.closeExplanation.click();
    await expect(playground.closeExplanation).toHaveCount(0);
    await expect(playground.why).toHaveCount(0);
  });
}

test('an explanation is wide, and comes into sight', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await playground.openAt(8, OUTAGE);
  await playground.number('Errors').click();
  await expect(playground.why.getByRole('heading')).toBeInViewport();
  await expect(playground.why.getByRole('listitem').first()).toBeInViewport();
  expect((await playground.why.boundingBox()).width).toBeGreaterThan(1_200);
});

test('a column of the window has an explanation, and so do its neighbours', async () => {
  await playground.openAt(10, 'actions=5s:postgres:flaky:3');
  const slices = playground.breaker.getByRole('toolbar', { name: /^Its contents/ }).getByRole('button');
  await slices.nth(-3).click();
  await explanationOf(/ to .* in the breaker/i);
  const first = await playground.why.getByRole('heading').innerText();
  await playground.why.getByRole('button', { name: 'Earlier' }).click();
  await expect(playground.why.getByRole('heading')).not.toHaveText(first);
  await playground.why.getByRole('button', { name: 'Later' }).click();
  await expect(playground.why.getByRole('heading')).toHaveText(first);
});

test('every number has an explanation', async () => {
  await playground.openAt(8, OUTAGE);
  for (const label of ['Offered', 'Goodput', 'by fallback', 'Errors', 'p99, all', 'Threads', 'Health', 'Load']) {
    await playground.number(label).click();
    await expect(playground.number(label)).toHaveAttribute('aria-pressed', 'true');
    await explanationOf(/\w/);
  }
});

test('a transition and a line of the log have the same explanation', async () => {
  await playground.openAt(10, OUTAGE);
  await playground.history.first().click();
  await explanationOf(/^Why did the breaker .* open at /);
  const explanation = await playground.why.innerText();
  await playground.closeExplanation.click();
  const line = playground.lines.filter({ hasText: /opens: \d+ failures/ });
  await line.click();
  await expect(line).toHaveAttribute('aria-pressed', 'true');
  await explanationOf(/^Why did the breaker .* open at /);
  expect(await playground.why.innerText()).toBe(explanation);
  await playground.lines.filter({ hasText: 'down: it refuses' }).click();
  await explanationOf('The database went down: it refuses every connection');
});

test('a call is a row for each of its spans, and a moment in it is gone to when pressed', async ({ page }) => {
  await playground.openAt(8, 'actions=5s:postgres:hang,7.15s:postgres:heal');
  await page.getByRole('button', { name: 'Why? The newest success', exact: true }).click();
  await expect(playground.why.getByRole('heading')).toHaveText(/^Why did call [\d,]+ take .*\?$/);
  const rows = playground.why.getByRole('listitem');
  await expect(rows.first()).toContainText(/^Call/);
  await expect(rows.nth(1)).toContainText('Database: ');
  const [call, attempt] = await playground.why.locator('.why__bar').evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect()));
  expect(attempt.left).toBeGreaterThan(call.left);
  expect(attempt.right).toBeLessThan(call.right + 1);
  const at = playground.why.getByRole('button', { name: / s$/ }).first();
  const moment = await at.innerText();
  await at.click();
  await expect(playground.now).toHaveText(moment);
});

test('the letter D describes the page', async ({ page }) => {
  await playground.openAt(8, OUTAGE);
  await page.keyboard.press('d');
  await explanationOf('At 8.0 s');
  await expect(playground.why).toContainText('The breaker around the database is open');
  await expect(page.locator('.playground > [aria-live=polite]')).toContainText('the database');
  await playground.closeExplanation.click();
  await playground.run.getByRole('button', { name: 'Describe' }).click();
  await explanationOf('At 8.0 s');
  await playground.closeExplanation.click();
  await playground.seed.press('d');
  await expect(playground.closeExplanation).toHaveCount(0);
});
