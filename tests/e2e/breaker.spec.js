const { test, expect, Playground } = require('./page');

let playground;

test.beforeEach(({ page }) => {
  playground = new Playground(page);
});

test('the columns of the window are one stop of the tab key, and arrow keys move through them', async ({ page }) => {
  await playground.openAt(12.1, 'seed=42');
  const group = playground.breaker.getByRole('toolbar', { name: /^Its contents/ });
  const slices = group.getByRole('button');
  await expect(slices).toHaveCount(26);
  await playground.number('Load').focus();
  await page.keyboard.press('Tab');
  await expect(slices.last()).toBeFocused();
  await expect(group.locator('[tabindex="0"]')).toHaveCount(1);
  await page.keyboard.press('ArrowLeft');
  await expect(slices.nth(-2)).toBeFocused();
  await page.keyboard.press('Home');
  await expect(slices.first()).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(slices.nth(1)).toBeFocused();
  await expect(slices.nth(1)).toHaveAttribute('aria-label', /^\d+\.\d to \d+\.\d s: .*, expires in /);
  await page.keyboard.press('Enter');
  await expect(slices.nth(1)).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  await expect(slices.nth(1)).toBeFocused();
  await page.keyboard.press('End');
  await expect(slices.last()).toBeFocused();
});

test('a number and a transition can be chosen', async ({ page }) => {
  await playground.openAt(8, 'actions=5s:postgres:down');
  const errors = playground.number('Errors');
  await errors.click();
  await expect(errors).toHaveAttribute('aria-pressed', 'true');
  // An explanation replaces the parts of the panel that it does not concern.
  await playground.closeExplanation.click();
  const change = page.getByRole('button', { name: /s: from closed to open$/ });
  await change.click();
  await expect(change).toHaveAttribute('aria-pressed', 'true');
  await expect(errors).toHaveAttribute('aria-pressed', 'false');
});

test('the parts above the numbers keep their height from state to state', async ({ page }) => {
  await playground.open();
  const top = async () => (await playground.breaker.locator('dl').boundingBox()).y;
  const before = await top();
  await playground.kill.click();
  await expect(page.getByText(/^\d\.\d\d s: The database goes down$/).first()).toBeVisible();
  expect(await top()).toBe(before);
  await expect(playground.state).toHaveText(/^Open/);
  expect(await top()).toBe(before);
  await page.getByRole('switch', { name: 'Circuit breaker' }).click();
  await expect(playground.state).toHaveText('Switched off');
  expect(await top()).toBe(before);
});
