// The address: it follows the user's choices, and opening it shows the same run.

const { test, expect, Playground } = require('./page');

let playground;

test.beforeEach(({ page }) => {
  playground = new Playground(page);
});

const opened = async (context, baseURL, address) => {
  const page = await context.newPage();
  await page.goto(address.startsWith('http') ? address : `${baseURL}${address}`);
  return new Playground(page);
};

test('a link opens at its moment, paused, with its actions', async () => {
  await playground.openAt(20, 'actions=5s:postgres:down');
  await expect(playground.time.getByRole('button', { name: 'Play' })).toBeVisible();
  await expect(playground.state).toHaveText(/^Open/);
  await expect(playground.database).toContainText(/down for 1[45]/);
});

test('a value is changed, announced and undone, and an invalid one is reported', async ({ page }) => {
  await playground.openAt(0, 'seed=7');
  const attempts = page.getByRole('textbox', { name: 'Maximum attempts' });
  await attempts.fill('0');
  await attempts.press('Enter');
  await expect(attempts).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByRole('alert').filter({ hasText: 'Maximum attempts' })).toHaveText(
    /^Maximum attempts is "?0"?, but must be .*from 1 to 1,000,000.*\.$/,
  );
  await expect(playground.preset).toContainText('as preset');
  await attempts.press('Escape');
  await expect(attempts).toHaveValue('3');

  const cooldown = page.getByRole('textbox', { name: 'Cooldown' });
  await cooldown.fill('3 s');
  await cooldown.press('Enter');
  const changes = playground.preset.locator('summary');
  await expect(changes).toHaveText('Cooldown: 10 s → 3 s');
  await changes.click();
  const change = playground.preset.getByRole('listitem');
  await expect(change).toContainText(/Cooldown/);
  await expect(change).toContainText('10 s 3 s');
  await expect.poll(() => playground.link()).toBe('#playground?postgres.breaker.cooldown=3s&seed=7');
  await change.getByRole('button', { name: /^Back to the preset/ }).click();
  await expect(cooldown).toHaveValue('10 s');
  await expect(playground.preset).toContainText('as preset');
  await expect(playground.button('Undo')).toBeDisabled();

  await attempts.fill('2');
  await attempts.press('Enter');
  await cooldown.fill('4 s');
  await cooldown.press('Enter');
  await expect(changes).toHaveText('2 changes');
  await playground.button('Undo').click();
  await expect(cooldown).toHaveValue('10 s');
  await expect(attempts).toHaveValue('2');
  await playground.button('Undo').click();
  await expect(attempts).toHaveValue('3');
  await expect(playground.button('Undo')).toBeDisabled();
  await expect.poll(() => playground.link()).toBe('#playground?seed=7');
});

test('in a run, a value acts from now on, in the log and in the link, and undo takes it back', async ({ page }) => {
  await playground.openAt(6, 'actions=2s:postgres:down');
  await expect(playground.state).toHaveText(/^Open/);
  await playground.button('All settings of the circuit breaker').click();
  const least = page.getByRole('textbox', { name: 'Minimum calls', exact: true });
  await least.fill('50');
  await least.press('Enter');
  await expect(least).toHaveValue('50');
  await expect(playground.state).toHaveText(/^Open/);
  await expect(page.getByRole('region', { name: 'Log' })).toContainText(
    'The breaker around the database gets a new setting: minimum calls 50.',
  );
  const link = '#playground?actions=2s:postgres:down,6s:postgres:set:breaker.min_calls=50';
  await expect.poll(() => playground.link()).toBe(link);
  await expect(playground.preset.locator('summary')).toHaveText('1 change, 1 action');
  await playground.preset.locator('summary').click();
  await expect(playground.preset.getByRole('listitem')).toHaveText([
    /^2\.00 s: The database goes down$/,
    /^6\.00 s: The breaker around the database gets a new setting: minimum calls 50$/,
  ]);
  await playground.button('Undo').click();
  await expect(least).toHaveValue('20');
  await expect(playground.state).toHaveText(/^Open/);
});

test('the list of presets follows an undo and a link', async ({ page }) => {
  await playground.open();
  const list = page.getByRole('combobox', { name: 'Preset' });
  const first = 'A search service';
  // The others come with the details.
  await expect(list.getByRole('option')).not.toHaveCount(1);
  await expect(list).toHaveValue(first);
  await list.selectOption({ index: 2 });
  const second = await list.inputValue();
  await playground.button('Undo').click();
  await expect(list).toHaveValue(first);
  await list.selectOption({ index: 2 });
  await page.goto('./#playground?preset=slow-database');
  await expect(list).not.toHaveValue(second);
  await expect(list).toHaveValue(/slow database without/);
});

test('Control and Z undo, but not while something is typed', async ({ page }) => {
  await playground.open();
  const retry = page.getByRole('switch', { name: 'Retry' });
  await retry.click();
  await expect(retry).not.toBeChecked();
  await playground.seed.focus();
  await page.keyboard.press('Control+z');
  await expect(retry).not.toBeChecked();
  await playground.scrubber.focus();
  await page.keyboard.press('Control+z');
  await expect(retry).toBeChecked();
});

test('layers are reordered by keys, and the link follows', async ({ page }) => {
  await playground.open();
  await page.getByRole('button', { name: 'Reorder the timeout' }).press('Enter');
  await page.keyboard.press('ArrowDown');
  await expect(playground.stack.getByRole('status')).toContainText(/timeout/i);
  await page.keyboard.press('Enter');
  await expect
    .poll(() => playground.link())
    .toContain('postgres.layers=retry,timeout,breaker,fallback,bulkhead');
  await expect(playground.stack.getByRole('note')).toContainText('The timeout is outside the retry');
});

test('a link that is opened while the address is about to change is opened', async ({ page }) => {
  // The browser says so only later.
  await page.addInitScript(() => {
    addEventListener('hashchange', (event) => {
      if (!event.isTrusted) return;
      event.stopImmediatePropagation();
      setTimeout(() => dispatchEvent(new HashChangeEvent('hashchange')), 1_000);
    }, true);
  });
  await playground.openAt(25, 'seed=42');
  await playground.kill.evaluate((kill) => {
    kill.click();
    location.hash = '#playground?seed=7&at=20s';
  });
  await expect(playground.heal).toBeVisible();
  await playground.isAt(20);
  await playground.isHealthy();
  await expect(playground.seed).toHaveValue('7');
});

test('a shared link opens the same run', async ({ page, context, baseURL }) => {
  await playground.openAt(6, 'seed=11');
  const attempts = page.getByRole('textbox', { name: 'Maximum attempts' });
  await attempts.fill('2');
  await attempts.press('Enter');
  await page.keyboard.press('Tab');
  await playground.kill.click();
  await expect(playground.database).toContainText('down');
  await playground.button('Share').click();
  await expect(playground.button('Share')).toHaveAttribute('aria-expanded', 'true');
  const link = await page.getByRole('textbox', { name: /^Anyone who opens this link/ }).inputValue();
  expect(decodeURIComponent(link)).toMatch(/#playground\?seed=11&actions=6s:postgres:set:retry\.max_attempts=2,6s:postgres:down$/);

  const other = await opened(context, baseURL, `${link}&at=20s`);
  await other.isAt(20);
  await expect(other.state).toHaveText(/^Open/);
  await playground.time.getByRole('button', { name: 'Play' }).click();
  await playground.speed('20×');
  // The trip and the first trial are in slow motion, and this page is behind the other.
  await page.bringToFront();
  await expect.poll(() => playground.seconds(), { timeout: 30_000 }).toBeGreaterThan(20);
  await playground.pause();
  await playground.seek(20);
  // The baseline of the page that was opened follows a little later.
  const theirs = await other.numbers();
  await expect.poll(() => playground.numbers()).toBe(theirs);
});

test('the link is copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await playground.openAt(6, 'seed=11');
  await playground.button('Share').click();
  await playground.button('Copy').click();
  await expect(playground.preset.getByRole('status')).toHaveText('Copied.');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/#playground\?seed=11$/);
});

test('unknown parts of a link are reported, and the rest is kept', async ({ page }) => {
  await playground.open('seed=5&colour=red&retry.max_attempts=many&postgres.breaker.cooldown=4s');
  const notice = page.getByRole('status', { name: 'About this link' });
  await expect(notice).toContainText('colour is not a key of this view');
  await expect(notice).toContainText('retry.max_attempts is "many", but must be a whole number');
  await expect(notice).toContainText('the link\'s other parts are kept.');
  expect((await notice.boundingBox()).height).toBeLessThan(80);
  await notice.getByText(/^And \d more problem/).click();
  await expect(notice.getByText('retry.max_attempts is')).toBeVisible();
  await expect(playground.seed).toHaveValue('5');
  await expect(page.getByRole('textbox', { name: 'Cooldown' })).toHaveValue('4 s');
  await notice.getByRole('button', { name: 'Close' }).click();
  await expect(notice).toHaveCount(0);
  await page.goto('./#playground?seed=6&colour=blue');
  await expect(notice).toContainText('colour is not a key');
  await page.goto('./#playground?seed=7');
  await expect(notice).toHaveCount(0);
  await expect(playground.seed).toHaveValue('7');
});

test('an embedded page has no frame of its own', async ({ page }) => {
  await page.goto('./embed.html?reveal=auto#playground?preset=slow-database&at=5s');
  await playground.isAt(5);
  await expect(page.getByRole('banner')).toHaveCount(0);
  await expect(page.getByRole('link')).toHaveCount(0);
  await page.goto('./');
  await expect(page.getByRole('banner')).toBeVisible();
});
