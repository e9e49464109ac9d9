// The page for everyone: accessible, on any width, in the light and in the dark, with less motion,
// and with words where it cannot run at all.

const { test, expect, Playground, expectAccessible } = require('./page');
const base = require('@playwright/test').test;

const OUTAGE = 'actions=5s:postgres:down';

for (const colorScheme of ['light', 'dark']) {
  test.describe(`in the ${colorScheme}`, () => {
    test.use({ colorScheme });

    let playground;

    test.beforeEach(({ page }) => {
      playground = new Playground(page);
    });

    test('the playground is accessible, running, broken and without layers', async ({ page }) => {
      await playground.open();
      await expectAccessible(page);
      await playground.kill.click();
      await expect(playground.state).toHaveText(/^Open/);
      await expectAccessible(page);
      await playground.button('Switch all off').click();
      await expect(playground.state).toHaveText('Switched off');
      await expectAccessible(page);
    });

    test('menus and disclosures of the playground are accessible', async ({ page }) => {
      await playground.openAt(12, `${OUTAGE}&breaker.cooldown=3s`);
      await playground.number('Goodput').click();
      await expect(playground.closeExplanation).toBeVisible();
      await playground.button('Share').click();
      await playground.preset.locator('summary').click();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'All faults of the database' }).click();
      await expect(playground.menu).toBeVisible();
      await expectAccessible(page);
    });

    test('on a phone it is accessible too', async ({ page }) => {
      await page.setViewportSize({ width: 390, height: 844 });
      await playground.openAt(12, OUTAGE);
      await expectAccessible(page);
      await page.getByRole('button', { name: '5 of 5 layers on' }).click();
      await page.getByRole('button', { name: 'All settings of the circuit breaker' }).click();
      await expectAccessible(page);
    });

    test('the herd is accessible', async ({ page }) => {
      await page.goto('./#herd');
      await expect(page.getByRole('region', { name: 'Factor jitter', exact: true })).toBeVisible();
      await expectAccessible(page);
    });
  });
}

test('the chosen theme overrides the system’s', async ({ page }) => {
  await new Playground(page).open();
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await page.getByRole('button', { name: 'Dark' }).click();
  expect(await ground()).not.toBe(light);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Light' }).click();
  expect(await ground()).toBe(light);
});

for (const width of [320, 360, 768, 1024, 1600]) {
  test(`at ${width} px nothing is cut off sideways`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    for (const [fragment, part] of [['playground', '.breaker'], ['herd', '.lane']]) {
      await page.goto(`./#${fragment}`);
      await expect(page.locator(part).first()).toBeVisible();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, fragment).toBeLessThanOrEqual(width);
    }
  });
}

for (const width of [320, 360]) {
  test(`at ${width} px all views are in one line of the navigation`, async ({ page }) => {
    await page.setViewportSize({ width, height: 740 });
    await page.goto('./');
    const links = page.getByRole('navigation', { name: 'Views' }).getByRole('link');
    await expect(links).toHaveCount(5);
    const boxes = await Promise.all((await links.all()).map((link) => link.boundingBox()));
    for (const { x, y, width: wide, height } of boxes) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + wide).toBeLessThanOrEqual(width);
      expect([y, wide >= 24, height >= 24]).toEqual([boxes[0].y, true, true]);
    }
  });
}

// Text at 200 % in a window of 1440 x 900 leaves 720 x 450 pixels of the page.
for (const [fragment, part] of [
  ['playground', '.breaker'],
  ['herd', '.lane__numbers'],
  ['learn', '.world'],
  ['breaker', '.microscope h1'],
  ['check', '.check__item h2'],
  ['check?on=challenge-keep-the-lights-on', '.check__clauses'],
]) {
  test(`with text twice as large nothing of #${fragment} is cut`, async ({ page }) => {
    await page.setViewportSize({ width: 720, height: 450 });
    await page.goto(`./#${fragment}`);
    await expect(page.locator(part).first()).toBeVisible({ timeout: 30_000 });
    const cut = await page.evaluate(() => {
      const found = [];
      if (document.documentElement.scrollWidth > innerWidth) found.push('the page is wider than the window');
      for (const element of document.querySelectorAll('body *')) {
        const { overflowX, clipPath, display, position } = getComputedStyle(element);
        const box = element.getBoundingClientRect();
        const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
        if (!hasText || display === 'inline' || box.width < 2 || clipPath !== 'none' || !element.checkVisibility()) continue;
        const hides = overflowX === 'hidden' || overflowX === 'clip';
        if (hides && element.scrollWidth > element.clientWidth + 1) found.push(`${element.className}: ${element.textContent}`);
        // What is beyond the edge can only be reached where an element around it scrolls.
        const scrolls = (at) => at && (['auto', 'scroll'].includes(getComputedStyle(at).overflowX) || scrolls(at.parentElement));
        const beyond = box.right > innerWidth + 1 || box.left < -1;
        if (beyond && position !== 'fixed' && !scrolls(element.parentElement)) found.push(`beyond the edge: ${element.textContent}`);
      }
      return found;
    });
    expect(cut).toEqual([]);
    // What stays in view leaves most of the height to what scrolls below it.
    const stuck = await page.evaluate(() => {
      const isStuck = (element) => ['sticky', 'fixed'].includes(getComputedStyle(element).position);
      const all = [...document.querySelectorAll('body *')].filter((it) => isStuck(it) && it.checkVisibility());
      return Math.max(0, ...all.filter((it) => !it.matches('.skip')).map((it) => it.getBoundingClientRect().height));
    });
    expect(stuck).toBeLessThan(225);
  });
}

test('with less motion nothing moves, and the numbers still do', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const playground = new Playground(page);
  await playground.open();
  await playground.speed('10×');
  await playground.kill.click();
  await expect(playground.state).toHaveText(/^Open/);
  await expect(page.locator('.breaker__spark:visible')).toHaveCount(0);
});

test('on a slow machine the whole page follows the run, and is easier to paint', async ({ page }) => {
  await page.addInitScript(() => {
    window.requestAnimationFrame = (act) => setTimeout(() => act(performance.now()), 150);
    window.cancelAnimationFrame = clearTimeout;
  });
  const playground = new Playground(page);
  await playground.begin('seed=42');
  const root = page.locator('html');
  await expect(root).not.toHaveAttribute('data-simple');
  // An empty canvas has this width.
  await expect(page.locator('.chart__plot canvas')).toHaveCount(4);
  await expect.poll(() => page.locator('.chart__plot canvas').evaluateAll((all) => all.filter((it) => it.width === 300).length)).toBe(0);
  const [before, began] = [await playground.seconds(), Date.now()];
  await expect(root).toHaveAttribute('data-simple');
  const pace = (await playground.seconds() - before) / ((Date.now() - began) / 1_000);
  expect(pace, 'simulated seconds in a real one').toBeGreaterThan(0.75);
  await expect(page.locator('.stage')).toHaveCSS('border-top-left-radius', '0px');
});

test('the views have addresses, and an unknown one leads to the first', async ({ page }) => {
  const { database } = new Playground(page);
  await page.goto('./#herd');
  await expect(page.getByRole('link', { name: 'Herd' })).toHaveAttribute('aria-current', 'page');
  await page.getByRole('link', { name: 'Playground' }).click();
  await expect(database).toBeVisible();
  await page.goto('./#nowhere');
  await expect(database).toBeVisible();
});

test('the page sends no request to another host', async ({ page, baseURL }) => {
  const foreign = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(baseURL) && !request.url().startsWith('data:')) foreign.push(request.url());
  });
  await new Playground(page).open();
  await page.goto('./#herd');
  await expect(page.locator('.lane').first()).toBeVisible();
  expect(foreign).toEqual([]);
  expect(await page.evaluate(() => localStorage.length + document.cookie.length)).toBe(0);
});

// These pages are meant to fail, so errors on their consoles are expected.
base('a page whose module does not load says so', async ({ page }) => {
  await page.route('**/*.wasm', (route) => route.abort());
  await page.goto('./');
  await expect(page.getByRole('alert')).toContainText('could not be loaded');
  await expect(page.locator('#app')).toBeHidden();
});

base('a browser without WebAssembly is told so', async ({ page }) => {
  await page.addInitScript(() => delete globalThis.WebAssembly);
  await page.goto('./');
  await expect(page.getByRole('alert')).toContainText('no WebAssembly');
});

base.describe('without JavaScript', () => {
  base.use({ javaScriptEnabled: false });

  base('the page says what it needs', async ({ page }) => {
    await page.goto('./');
    await expect(page.getByText('JavaScript may be switched off')).toBeVisible();
  });
});
