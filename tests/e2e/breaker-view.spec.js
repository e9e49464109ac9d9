// The Breaker: the user plays the dependency with buttons, keys or a tape, goes along the tape, and sees the
// same tape in other breakers.

const { test, expect, expectAccessible } = require('./page');

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const state = (page) => page.locator('.now__state');
const tape = (page) => page.getByRole('textbox', { name: 'The tape' });
const row = (page, name) => page.getByRole('row', { name: new RegExp(`^${name}`) });
const reasons = (page) => page.getByRole('list', { name: 'First difference from ours' }).getByRole('listitem');

const open = async (page, link = '') => {
  await page.goto(`./#breaker${link}`);
  await expect(state(page)).toBeVisible({ timeout: 30_000 });
};

test('keys answer calls while the focus is in the view, and not while text is typed', async ({ page }) => {
  await open(page, '?tape=');
  await expect(state(page)).toHaveText('Closed, calls pass');
  await page.locator('.microscope h1').click();
  for (const key of ['s', 'f', 'f', 's']) await page.keyboard.press(key);
  await expect(tape(page)).toHaveValue('SFFS');
  await expect(page.locator('.now__next')).toContainText('failureopens it');
  await page.keyboard.press('f');
  await expect(state(page)).toHaveText('Open, trial in 10.0 s');
  await expect(page.locator('.machine__told')).toHaveText(/It opens: 3 failures of 5 calls .* reached 60 %\.$/);
  await expect(page.locator('.now__rejected')).toContainText('A call at 6.0 s is rejected, whatever you would answer.');
  await page.keyboard.press(',');
  await page.keyboard.press('s');
  await expect(state(page)).toHaveText('Half-open, 1 of 2');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByText('Step 5 of 7', { exact: true })).toBeVisible();
  await expect(state(page)).toHaveText('Open, trial in 10.0 s');
  await expect(row(page, 'Fusebox').getByRole('cell').nth(5), 'nothing is shown beyond the step').toBeEmpty();
  await page.keyboard.press('End');
  await expect(page.getByText('Step 7 of 7', { exact: true })).toBeVisible();

  await tape(page).fill('sf');
  await page.keyboard.press('s');
  await expect(tape(page)).toHaveValue('SFS');
});

test('a text that is no tape is explained, and the tape stays', async ({ page }) => {
  await open(page);
  await tape(page).fill('SSQ');
  await expect(page.getByRole('alert').filter({ hasText: 'no step' })).toHaveText('Character 3, "Q", is no step.');
  await expect(tape(page)).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText('Step 7 of 7', { exact: true })).toBeVisible();
  await tape(page).fill('SSF.10s.H');
  await expect(tape(page)).not.toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText('Step 5 of 5', { exact: true })).toBeVisible();
});

test('each breaker has a row, and its first difference has a reason', async ({ page }) => {
  await open(page);
  await expect(reasons(page)).toHaveText([
    'Fusebox: This breaker: open at 5.0 s, half-open at 15.0 s.',
    'resilience4j 2.4: 15.0 s: refused. Still open: the wait must be exceeded, not only reached.',
    'Polly 8: 15.0 s: closes. The BreakDuration is over: this call is the trial. One success closes it: there is only one trial.',
    'gobreaker 2.4: 15.0 s: refused. Still open at exactly its expiry, which must have passed.',
    'Envoy outlier detection, API v3: 5.0 s: stays in rotation. 3 of 5 answers of the interval failed; it is compared at its end, 10.00 s.',
    'The lesson\'s class: 5.0 s: stays closed. 1 of 3 failures; time never forgets one.',
  ]);
  await expect(row(page, 'resilience4j').getByRole('cell').last()).toHaveText('rejected, open');
  await page.getByRole('button', { name: 'Their defaults' }).click();
  await expect(row(page, 'resilience4j').getByRole('cell').last()).toHaveText('counted, closed');
  await expect.poll(() => page.url()).toContain('#breaker?others=defaults');
});

test('all breakers are on the first screen', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await open(page);
  const last = await row(page, "The lesson's class").boundingBox();
  expect(last.y + last.height).toBeLessThanOrEqual(900);
});

test('of contradicting settings in a link, only the one that does not fit is left out', async ({ page }) => {
  await open(page, '?breaker.cooldown=7s&breaker.failure_rate=off&tape=SFFSF');
  await expect(page.getByRole('status', { name: 'About this link' }))
    .toContainText('breaker.failures is none, but must be set');
  await expect(state(page)).toHaveText('Open, trial in 7.0 s');
});

test('a link opens the same tape, settings and step, and a change can be undone', async ({ page }) => {
  await open(page, '?tape=FFF.5s.S&breaker.window=consecutive&breaker.failures=3&breaker.cooldown=5s&step=3');
  await expect(state(page)).toHaveText('Open, trial in 5.0 s');
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  const cooldown = page.getByRole('textbox', { name: 'Cooldown', exact: true });
  await cooldown.fill('8 s');
  await cooldown.press('Enter');
  await expect(state(page)).toHaveText('Open, trial in 8.0 s');
  await expect.poll(() => page.url()).toContain('breaker.cooldown=8s');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(state(page)).toHaveText('Open, trial in 5.0 s');
  await page.getByRole('button', { name: 'A late answer' }).click();
  await expect(page.locator('.machine__told')).toContainText('Too late: this call began at 1.00 s');
});

for (const [name, options] of [
  ['a large screen', { viewport: { width: 1920, height: 1080 } }],
  ['the dark', { colorScheme: 'dark' }],
  ['a phone', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }],
]) {
  test.describe(`on ${name}`, () => {
    test.use(options);

    test('the view is accessible and does not scroll sideways', async ({ page }) => {
      await open(page, '?tape=HSFFFF.11s.HLIW.60s.SS');
      await page.getByRole('button', { name: 'Settings', exact: true }).click();
      await page.locator('.others__setups summary').click();
      await expectAccessible(page);
      const width = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(width).toBeLessThanOrEqual(0);
      const small = await page.locator('.microscope').evaluate((view) => [...view.querySelectorAll('button, summary, input, select')]
        .map((it) => [it.textContent || it.id, it.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24)).map(([text]) => text));
      expect(small).toEqual([]);
    });
  });
}
