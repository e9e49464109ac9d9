// A prediction on the lanes of the Herd view, and the sound of one of them.

const { test, expect, expectAccessible } = require('./page');

// Without motion the whole run is there at once.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

const OPEN = { name: 'Predict', exact: true };
const HIDDEN = 'Hidden until you have made your prediction.';

let herd;
let prediction;

test.beforeEach(async ({ page }) => {
  await page.goto('./#herd?preset=two-seconds');
  herd = page.locator('.herd');
  prediction = page.locator('.prediction');
  await expect(herd.locator('.lane__sentence')).toHaveCount(4);
});

// The lanes in the order of the prediction.
const order = () => prediction.locator('.prediction__name').allInnerTexts();

// The lanes by their recovery times, taken from their own numbers; a lane that does not recover is last.
const computed = async () => {
  const lanes = await herd.locator('.lane').all();
  const found = await Promise.all(
    lanes.map(async (lane) => {
      const after = await lane.locator('.numbers__item', { hasText: 'Recovered after' }).locator('dd').first().innerText();
      const name = await lane.locator('h2').innerText();
      const seconds = { 'not in this run': Infinity, 'at once': 0 }[after] ?? Number.parseFloat(after);
      return { name, after: seconds };
    }),
  );
  return found.sort((a, b) => (a.after === b.after ? 0 : a.after - b.after));
};

// The number of pairs that the prediction has in the right order, and of all pairs; ties count as
// right.
const right = (names, lanes) => {
  const after = (name) => lanes.find((lane) => lane.name === name).after;
  const pairs = names.flatMap((first, n) => names.slice(n + 1).map((second) => after(first) <= after(second)));
  return [pairs.filter(Boolean).length, pairs.length];
};

test('the results are hidden while a prediction is made, and shown again afterwards', async ({ page }) => {
  await page.getByRole('button', OPEN).click();
  for (const part of ['.lane__picture', '.lane__numbers', '.lane__sentence', '.lane__more']) {
    await expect(herd.locator(part)).toHaveCount(0);
  }
  await expect(herd.getByText(HIDDEN, { exact: true })).toHaveCount(4);
  // Screen readers do not announce it either.
  await expect(herd.getByText('recovers after')).toHaveCount(0);
  await prediction.getByRole('button', { name: 'Close' }).click();
  await expect(herd.locator('.lane__sentence')).toHaveCount(4);
  await expect(page.getByRole('button', OPEN)).toBeFocused();
});

test('a prediction is compared with the results', async ({ page }) => {
  const lanes = await computed();
  await page.getByRole('button', OPEN).click();
  const names = await order();
  await prediction.getByRole('slider').fill('0');
  await prediction.getByRole('button', { name: 'Run' }).click();
  const [hits, pairs] = right(names, lanes);
  expect(hits, 'a prediction that is wrong in part').toBeLessThan(pairs);
  await expect(prediction.locator('.numbers__item', { hasText: 'Pairs' })).toContainText(`${hits} of ${pairs}`);
  await expect(prediction.locator('.numbers__item', { hasText: 'Peak, your prediction' })).toContainText('0.2× ✗ too low');
  const peak = await herd.locator('.lane').first().locator('.numbers__item', { hasText: 'Peak' }).locator('dd').first().innerText();
  await expect(prediction.locator('.numbers__item', { hasText: 'Peak, computed' })).toContainText(peak);
  await expect(prediction.locator('.prediction__sentence')).toContainText('your prediction was 0.2×');
  await expect(herd.locator('.lane__sentence')).toHaveCount(4);
  // Each row says in words whether it is right.
  const marks = await prediction.locator('tbody td:nth-of-type(1) .prediction__mark').allInnerTexts();
  expect(marks).toHaveLength(4);
  for (const mark of marks) expect(mark).toMatch(/^(✓ right|✗ comes \d(st|nd|rd|th))$/);
});

test('with the keyboard alone the right order can be made, and is marked as right', async ({ page }) => {
  const lanes = await computed();
  await page.getByRole('button', OPEN).focus();
  await page.keyboard.press('Enter');
  await expect(prediction.getByRole('heading', { name: 'Your prediction' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(prediction.getByRole('button', { name: /^Move .* up$/ }).first()).toBeFocused();
  // The best lane is moved to the top last, so that the lanes above are in order by then.
  for (const { name } of [...lanes].reverse()) {
    const up = prediction.getByRole('button', { name: `Move ${name} up`, exact: true });
    await up.focus();
    for (let n = (await order()).indexOf(name); n > 0; n -= 1) {
      await page.keyboard.press('Enter');
      await expect(prediction.getByRole('status')).toHaveText(new RegExp(`is ${n}(st|nd|rd|th) of 4\\.$`));
      await expect(up).toBeFocused();
    }
    await expect(up).toHaveAttribute('aria-disabled', 'true');
  }
  expect(await order()).toEqual(lanes.map(({ name }) => name));
  await prediction.getByRole('slider').focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Tab');
  await expect(prediction.getByRole('button', { name: 'Run' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(prediction.getByRole('heading', { name: 'Your prediction and the result' })).toBeFocused();
  await expect(prediction.locator('.prediction__sentence')).toContainText('6 of 6 pairs of lanes are in the right order.');
  await expect(prediction.locator('.numbers')).toContainText('100× ✗ too high');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(herd.getByText(HIDDEN, { exact: true })).toHaveCount(4);
});

test.describe('with motion', () => {
  test.use({ contextOptions: { reducedMotion: 'no-preference' } });

  test('the run is played after a prediction, and its result comes at the end', async ({ page }) => {
    await page.getByRole('button', OPEN).click();
    await prediction.getByRole('button', { name: 'Run' }).click();
    await expect(prediction.getByRole('status')).toHaveText('The result comes when the run has been played to its end.');
    await herd.getByLabel('Moment of the run').fill('30');
    await expect(prediction.getByRole('table')).toBeVisible();
  });
});

test('another comparison closes the prediction', async ({ page }) => {
  await page.getByRole('button', OPEN).click();
  await herd.getByRole('button', { name: 'Add a lane' }).click();
  await expect(prediction).toHaveCount(0);
  await expect(herd.locator('.lane__sentence')).toHaveCount(5);
  await page.getByRole('button', OPEN).click();
  await prediction.getByRole('button', { name: 'Run' }).click();
  await expect(prediction.locator('tbody tr')).toHaveCount(5);
  await herd.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(prediction).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark']) {
  test.describe(`in the ${colorScheme}`, () => {
    test.use({ colorScheme });

    test('a prediction is accessible while it is made and after it', async ({ page }) => {
      await page.getByRole('switch', { name: 'Sound' }).click();
      await page.getByRole('button', OPEN).click();
      await expectAccessible(page);
      await prediction.getByRole('button', { name: 'Run' }).click();
      await expect(prediction.getByRole('table')).toBeVisible();
      await expectAccessible(page);
    });
  });
}

for (const width of [320, 360]) {
  test(`at ${width} px a prediction is not cut off sideways`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await page.getByRole('switch', { name: 'Sound' }).click();
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth);
    await page.getByRole('button', OPEN).click();
    expect(await wide()).toBeLessThanOrEqual(width);
    await prediction.getByRole('button', { name: 'Run' }).click();
    await expect(prediction.getByRole('table')).toBeVisible();
    expect(await wide()).toBeLessThanOrEqual(width);
  });
}

test.describe('sound', () => {
  test.beforeEach(async ({ page }) => {
    // Counts the sounds that are created and played.
    await page.addInitScript(() => {
      globalThis.heard = { contexts: 0, clicks: 0 };
      globalThis.AudioContext = class extends AudioContext {
        constructor(...options) {
          super(...options);
          globalThis.heard.contexts += 1;
        }
      };
      const { start } = AudioBufferSourceNode.prototype;
      AudioBufferSourceNode.prototype.start = function count(...when) {
        globalThis.heard.clicks += 1;
        return start.apply(this, when);
      };
    });
    await page.reload();
    await expect(herd.locator('.lane__sentence')).toHaveCount(4);
  });

  const heard = (page) => page.evaluate(() => ({ ...globalThis.heard }));
  const play = (page, name = 'Play') => herd.getByRole('button', { name, exact: true }).click();

  test('is off until it is switched on, and clicks only while time plays', async ({ page }) => {
    await play(page);
    await expect(herd.locator('.transport__time')).not.toHaveText(/^0\.0 s/);
    expect(await heard(page)).toEqual({ contexts: 0, clicks: 0 });
    await page.getByRole('switch', { name: 'Sound' }).click();
    await expect(herd.locator('.sound__caption')).toContainText('A click for each attempt at the database of Immediate');
    await expect.poll(async () => (await heard(page)).clicks).toBeGreaterThan(20);
    await play(page, 'Pause');
    const { contexts, clicks } = await heard(page);
    expect(contexts).toBe(1);
    await page.waitForTimeout(300);
    expect((await heard(page)).clicks).toBe(clicks);
    await page.getByRole('switch', { name: 'Sound' }).click();
    await expect(herd.locator('.sound__caption')).toBeEmpty();
    await play(page);
    await page.waitForTimeout(300);
    expect((await heard(page)).clicks).toBe(clicks);
  });

  test('plays the chosen lane, and is silent during a prediction', async ({ page }) => {
    await page.getByRole('switch', { name: 'Sound' }).click();
    await page.getByRole('combobox', { name: 'Lane to hear' }).selectOption({ index: 2 });
    await expect(herd.locator('.sound__caption')).toContainText('the database of Full jitter ');
    await page.getByRole('button', OPEN).click();
    await expect(herd.locator('.sound__caption')).toHaveText('Silent until you have made your prediction.');
    await play(page);
    await expect(herd.locator('.transport__time')).not.toHaveText(/^0\.0 s/);
    expect((await heard(page)).clicks).toBe(0);
    await prediction.getByRole('button', { name: 'Run' }).click();
    await play(page);
    await expect.poll(async () => (await heard(page)).clicks).toBeGreaterThan(0);
  });
});

test('a browser without sound gets a message', async ({ page }) => {
  await page.addInitScript(() => delete globalThis.AudioContext);
  await page.reload();
  const sound = page.getByRole('switch', { name: 'Sound' });
  await sound.click();
  await expect(herd.locator('.sound__caption')).toHaveText('This browser does not let the page play sound.');
  await expect(sound).toHaveAttribute('aria-checked', 'false');
});
