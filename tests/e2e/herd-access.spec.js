// The Herd for everyone: few stops of the tab key, names in words, targets large enough, and what helps
// can be seen with a pointer, with the keyboard and with a finger.

const { test, expect, expectAccessible } = require('./page');

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const done = async (page) => {
  await expect(page.locator('.lane__numbers').first()).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('.herd__progress')).toBeEmpty({ timeout: 60_000 });
};

const herd = (page) => page.locator('.herd');

// Opens everything that can be open at a time: the settings of all lanes and of one, what there is more on
// it, the replications and a sweep with their results.
async function openAll(page) {
  await page.goto('./#herd?clients=100&duration=10s&lanes=immediate,full-budget-breaker-shared&bands=7&sweep=lanes&sweep.x=outage:1s..4s:2&sweep.y=capacity:100,200');
  await done(page);
  await page.locator('.head').getByRole('button', { name: 'Settings', exact: true }).click();
  const lane = page.locator('.lane').nth(1);
  await lane.getByRole('button', { name: /^Settings of/ }).click();
  await lane.getByRole('button', { name: /^More on/ }).click();
  await page.locator('.sweep').getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.locator('.sweep__figure')).toBeVisible();
  await expect(page.locator('.bands__verdict')).toBeVisible({ timeout: 30_000 });
}

// The controls of the Herd that are smaller than this many pixels in either direction.
const small = (page, least) => herd(page).evaluate((herd, least) => {
  const controls = herd.querySelectorAll('button, a[href], input, select, textarea, summary, [tabindex="0"]');
  const shown = [...controls].filter((it) => it.checkVisibility() && it.getBoundingClientRect().width > 0);
  if (shown.length < 20) throw new Error(`only ${shown.length} controls`);
  const name = (it) => it.getAttribute('aria-label') || it.textContent || it.id || it.className;
  return shown
    .map((it) => ({ name: name(it), box: it.getBoundingClientRect() }))
    .filter(({ box }) => box.width < least - 0.5 || box.height < least - 0.5)
    .map(({ name, box }) => `${name}: ${box.width} x ${box.height}`);
}, least);

for (const [least, options] of [
  [24, { viewport: { width: 1440, height: 900 } }],
  [44, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }],
]) {
  test.describe(`with targets of ${least} px`, () => {
    test.use(options);

    test('every control can be hit', async ({ page }) => {
      await openAll(page);
      expect(await small(page, least)).toEqual([]);
      await page.locator('.head').getByRole('button', { name: 'Share' }).click();
      await page.getByRole('button', { name: 'Export the lanes' }).click();
      expect(await small(page, least)).toEqual([]);
      await page.getByRole('button', { name: 'Predict' }).click();
      await expect(page.locator('.prediction')).toBeVisible();
      expect(await small(page, least)).toEqual([]);
    });

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
      await page.keyboard.press('Tab');
      await isRead('Clients', false);
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
  await page.keyboard.press('ArrowUp');
  await expect(clients).toHaveValue('15,000');
});

test('names are words with spaces between them', async ({ page }) => {
  await openAll(page);
  // Of elements that are named by their content: parts side by side without a space read as one word.
  const glued = await herd(page).evaluate((herd) => {
    const named = herd.querySelectorAll('button, a, th, td, dt, dd, legend, h2, h3, summary, figcaption, li');
    return [...named].filter((it) => it.checkVisibility()).flatMap((it) => {
      const isSaid = (node) => node.textContent.trim() && !(node.nodeType === 1 && node.getAttribute('aria-hidden'));
      const isInline = (node) => node.nodeType === 3 || getComputedStyle(node).display.startsWith('inline');
      const parts = [...it.childNodes].filter(isSaid);
      const isGlued = (part, n) => n > 0 && isInline(part) && isInline(parts[n - 1]) && /\S$/.test(parts[n - 1].textContent) && /^\S/.test(part.textContent);
      return parts.some(isGlued) ? [it.textContent] : [];
    });
  });
  expect(glued).toEqual([]);
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
  await openAll(page);
  for (const canvas of await herd(page).locator('canvas').all()) {
    const isSaid = await canvas.evaluate((it) => it.getAttribute('aria-label')?.length > 20 || Boolean(it.closest('[aria-label]')?.getAttribute('aria-label').length > 20));
    expect(isSaid, await canvas.evaluate((it) => it.parentElement.outerHTML.slice(0, 120))).toBe(true);
  }
  await expectAccessible(page);
});
