// The Herd for everyone: few stops of the tab key, help that can be seen with a pointer, with the keyboard
// and with a finger, and reasons. Its names and targets are in access.spec.js.

const { test, expect, expectAccessible, openAllOfHerd } = require('./page');

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const done = async (page) => {
  await expect(page.locator('.lane__numbers').first()).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('.herd__progress')).toBeEmpty({ timeout: 60_000 });
};

for (const options of [{ hasTouch: false }, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }]) {
  test.describe(options.hasTouch ? 'with fingers' : 'with a pointer and keys', () => {
    test.use(options);

    test('what a setting does is shown where it is touched', async ({ page }) => {
      await page.goto('./#herd');
      await done(page);
      await page.locator('.head').getByRole('button', { name: 'Settings', exact: true }).click();
      const setting = (label) => page.locator('.herd__settings .setting', { has: page.locator('label', { hasText: label }) }).first();
      const help = (label) => setting(label).locator('.setting__help');
      const isRead = (label, is) => expect.poll(() => help(label).evaluate((it) => getComputedStyle(it).clipPath === 'none'), label).toBe(is);
      const name = setting('Clients').locator('label');
      await isRead('Clients', false);
      if (options.hasTouch) {
        await name.tap();
      } else {
        const place = await setting('Timeout').boundingBox();
        await name.hover();
        await isRead('Clients', true);
        expect(await setting('Timeout').boundingBox(), 'nothing moves').toEqual(place);
        await page.mouse.move(1, 1);
        await isRead('Clients', false);
        await page.locator('#herd-clients').focus();
      }
      await isRead('Clients', true);
      await expect(help('Clients')).toBeInViewport({ ratio: 1 });
      if (!options.hasTouch) await page.keyboard.press('Tab');
      await isRead('Clients', Boolean(options.hasTouch));
    });
  });
}

test('the first lane is at most ten stops of the tab key away, and a setting is one', async ({ page }) => {
  await page.goto('./#herd');
  await done(page);
  const focused = () => page.evaluate(() => {
    const { activeElement: it } = document;
    return { isLane: Boolean(it.closest('.lane')), setting: it.closest('.setting')?.querySelector('label')?.textContent };
  });
  let presses = 0;
  for (; presses < 30 && !(await focused()).isLane; presses += 1) await page.keyboard.press('Tab');
  expect(presses).toBeLessThanOrEqual(10);
  await page.locator('.head').getByRole('button', { name: 'Settings', exact: true }).click();
  const clients = page.locator('#herd-clients');
  await clients.focus();
  const stops = [];
  for (let n = 0; n < 6; n += 1) {
    stops.push((await focused()).setting);
    await page.keyboard.press('Tab');
  }
  expect(stops).toHaveLength(new Set(stops).size);
  // The arrow keys go along the slider.
  await clients.focus();
  await page.keyboard.press('ArrowDown');
  await expect(clients).toHaveValue('8,000');
  await page.keyboard.press('ArrowUp');
  await expect(clients).toHaveValue('10,000');
  await page.keyboard.press('ArrowUp');
  await expect(clients).toHaveValue('15,000');
});

test('what cannot be used says why', async ({ page }) => {
  await page.goto('./#herd?clients=100&duration=10s&lanes=none');
  await done(page);
  const open = (n) => page.locator('.lane').nth(n).getByRole('button', { name: /^Settings of/ }).click();
  await open(0);
  const remove = page.getByRole('button', { name: 'Remove No retries' });
  await expect(remove).toHaveAttribute('aria-disabled', 'true');
  await expect(remove).toHaveAccessibleDescription('The last lane stays.');
  await expect(page.getByText('The last lane stays.')).toBeVisible();
  await remove.click({ force: true });
  await expect(page.locator('.lane')).toHaveCount(1);
  for (let n = 0; n < 7; n += 1) await page.getByRole('button', { name: 'Add a lane' }).click();
  const duplicate = page.locator('.lane').first().getByRole('button', { name: /^Duplicate/ });
  await expect(duplicate).toHaveAccessibleDescription('8 lanes are the most.');
  await duplicate.click({ force: true });
  await expect(page.locator('.lane')).toHaveCount(8);
});

test('charts have their content in words, and with forced colours too', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await openAllOfHerd(page);
  for (const canvas of await page.locator('.herd canvas').all()) {
    const isSaid = await canvas.evaluate((it) => it.getAttribute('aria-label')?.length > 20 || Boolean(it.closest('[aria-label]')?.getAttribute('aria-label').length > 20));
    expect(isSaid, await canvas.evaluate((it) => it.parentElement.outerHTML.slice(0, 120))).toBe(true);
  }
  await expectAccessible(page);
});
