// The stack: its settings, its order by keyboard and by pointer, and restoring the preset.

const { test, expect, Playground, expectAccessible } = require('./page');

let playground;

test.beforeEach(async ({ page }) => {
  playground = new Playground(page);
  await playground.open();
});

const names = (page) => page.locator('.layer__name').allInnerTexts();
const field = (page, key) => page.locator(`#postgres-${key}`);

test('a setting is changed in its field or with its slider, marked, and set back', async ({ page }) => {
  const attempt = field(page, 'timeout-attempt');
  await attempt.fill('500 ms');
  await attempt.press('Enter');
  await expect(page.locator('.stack__changes')).toContainText('1 setting differs from the preset');
  await page.getByRole('slider', { name: 'Attempt timeout' }).press('ArrowRight');
  await expect(attempt).toHaveValue('600 ms');
  await page.getByRole('button', { name: 'Set Attempt timeout back to 2 s' }).click();
  await expect(attempt).toHaveValue('2 s');
  await expect(page.locator('.stack__changes')).toHaveCount(0);
});

test('the next step on a phone leads to the switch in the stack', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await playground.openAt(19, 'actions=5s:postgres:down,8s:postgres:heal');
  const next = page.getByRole('status').getByRole('button', { name: 'the stack around the database' });
  const breaker = page.getByRole('switch', { name: 'Circuit breaker' });
  await expect(breaker).not.toBeInViewport();
  await next.press('Enter');
  await expect(breaker).toBeFocused();
  await expect(breaker).toBeInViewport();
});

test('a trial timeout shorter than a call may take is noted beside it and under the state', async ({ page }) => {
  const doubt = /^The trial timeout of 1 s is shorter than 6 s, which a call may take before it times out/;
  const noted = (place) => page.locator(place).getByRole('note').filter({ hasText: doubt });
  await page.getByRole('button', { name: 'All settings of the circuit breaker' }).click();
  const limit = field(page, 'breaker-trial_timeout');
  await limit.fill('1 s');
  await limit.press('Enter');
  await expect(noted('#layer-breaker-row')).toBeVisible();
  await expect(noted('.breaker.panel')).toBeVisible();
  await expectAccessible(page);
  await limit.fill('6 s');
  await limit.press('Enter');
  await expect(noted('#layer-breaker-row')).toHaveCount(0);
  await expect(noted('.breaker.panel')).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark']) {
  test.describe(`in the ${colorScheme}`, () => {
    test.use({ colorScheme });

    test('an invalid value is explained beside the field, and nothing changes', async ({ page }) => {
      await page.getByRole('button', { name: 'All settings of the circuit breaker' }).click();
      const cooldown = field(page, 'breaker-cooldown');
      await cooldown.fill('soon');
      await cooldown.press('Enter');
      await expect(cooldown).toHaveAttribute('aria-invalid', 'true');
      await expect(page.getByText('Cooldown is "soon", but must be a time')).toBeVisible();
      await expectAccessible(page);
      await cooldown.press('Escape');
      await expect(cooldown).toHaveValue('10 s');
      await expect(page.locator('.stack__changes')).toHaveCount(0);
    });

    test('a mistake in the order is explained and fixed', async ({ page }) => {
      await page.getByRole('button', { name: 'Reorder the fallback' }).press('Enter');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('note')).toContainText('The fallback is inside the breaker');
      await expect(page.getByRole('button', { name: 'Reorder the fallback' })).toBeFocused();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Move the fallback' }).click();
      await expect(page.getByRole('note')).toHaveCount(0);
      const usual = ['Timeout', 'Retry', 'Circuit breaker', 'Fallback', 'Bulkhead'];
      expect(await names(page)).toEqual(usual);
    });
  });
}

test('a layer is moved with the pointer, and Escape leaves it where it was', async ({ page }) => {
  const grip = await page.getByRole('button', { name: 'Reorder the timeout' }).boundingBox();
  const retry = await page.locator('#layer-retry-row').boundingBox();
  await page.mouse.move(grip.x + 6, grip.y + 8);
  await page.mouse.down();
  await page.mouse.move(grip.x + 6, retry.y + retry.height - 4, { steps: 8 });
  await page.mouse.up();
  await expect(page.getByRole('note')).toContainText('The timeout is outside the retry');
  expect((await names(page)).slice(0, 2)).toEqual(['Retry', 'Timeout']);
  await page.getByRole('button', { name: 'Reorder the timeout' }).press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  expect((await names(page)).slice(0, 2)).toEqual(['Retry', 'Timeout']);
});

test('a layer is added in its place and removed, which restores the preset', async ({ page }) => {
  await page.getByRole('button', { name: 'Add a throttle' }).click();
  await expect(page.getByRole('switch', { name: 'Throttle' })).toBeChecked();
  expect((await names(page)).indexOf('Throttle')).toBe(3);
  await page.getByRole('button', { name: 'All settings of the retry' }).click();
  await page.getByRole('button', { name: 'Remove the retry' }).click();
  await expect(page.getByRole('switch', { name: 'Retry' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Restore the preset' }).click();
  await expect(page.locator('.stack__changes')).toHaveCount(0);
  expect(await names(page)).toEqual(['Timeout', 'Retry', 'Circuit breaker', 'Fallback', 'Bulkhead']);
});

test('on a small screen the stack is one line that unfolds', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const fold = page.getByRole('button', { name: '5 of 5 layers on' });
  await expect(page.getByRole('switch', { name: 'Retry' })).toBeHidden();
  await fold.click();
  await expect(page.getByRole('switch', { name: 'Retry' })).toBeVisible();
  await fold.click();
  await expect(page.getByRole('switch', { name: 'Retry' })).toBeHidden();
});
