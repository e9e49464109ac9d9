// The keyboard alone: every control can be reached, in visual order, and shows the focus; composite
// controls are one stop of the tab key each.

const { test, expect, Playground } = require('./page');

let playground;

test.beforeEach(async ({ page }) => {
  playground = new Playground(page);
  await playground.openAt(12, 'actions=5s:postgres:down');
});

// The focused element: its name, its region, its position in the page, and whether its focus is
// visible.
const focused = () => {
  const element = document.activeElement;
  if (!element || element === document.body || element === globalThis.firstStop) return null;
  globalThis.firstStop ??= element;
  // A control may show its focus on a pseudo-element.
  const isOutlined = [null, '::before', '::after'].some((part) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element, part);
    return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0;
  });
  const box = element.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  // The element at its centre is the control itself, a part of it, or the label around it.
  const top = document.elementFromPoint(x, y);
  const isOver = element.contains(top) || top?.contains(element) || element.parentElement.contains(top);
  // Its position in the whole page, independent of scrolling.
  let [aside, scrolled] = [0, scrollY];
  for (let around = element.parentElement; around !== document.documentElement; around = around.parentElement) {
    aside += around.scrollLeft;
    scrolled += around.scrollTop;
  }
  const place = (of) => {
    const { left, right, top, bottom } = of.getBoundingClientRect();
    return { left: left + aside, right: right + aside, top: top + scrolled, bottom: bottom + scrolled };
  };
  // The visual order applies to groups: one group is read after the other.
  const part = element.closest('figure, [role=group], li') ?? element;
  const region = element.closest('section, header, .notice');
  return {
    name: element.getAttribute('aria-label') || element.textContent.trim() || element.id || element.outerHTML,
    region: region?.getAttribute('aria-label') || region?.className || '',
    isOutlined,
    isOver,
    isComposite: Boolean(element.closest('[data-arrows]')) && element.matches('button, a, summary'),
    index: [...document.querySelectorAll('*')].indexOf(element),
    part: place(part),
    box: place(element),
  };
};

// All stops of the tab key, from the first until it leaves the page or starts again, and what the arrow
// keys lead to from them; in the order of the document, and with how many stops there are.
async function stops(page) {
  await page.getByRole('link', { name: 'Fusebox' }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  const found = [];
  for (let presses = 0; presses < 90; presses += 1) {
    const stop = await page.evaluate(focused);
    if (!stop) return { all: found.sort((a, b) => a.index - b.index), presses };
    found.push(stop);
    for (let next = stop; stop.isComposite; found.push(next)) {
      await page.keyboard.press('ArrowRight');
      next = await page.evaluate(focused);
      if (!next || next.index === stop.index) break;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error('the tab key leads nowhere');
}

// Whether one part of the page comes before another in visual order: above it, or to its left.
const isAbove = (a, b) => a.bottom <= b.top + 2;
const isBefore = (a, b) => isAbove(a, b) || (a.top < b.bottom && a.right <= b.left + 2);

// Some controls of each part of the page.
const NAMES = [
  ...['Fusebox', 'Playground', 'Herd', 'Undo', 'Share'],
  ...['Reorder the timeout', 'Timeout', 'All settings of the bulkhead', 'Add a throttle', 'Switch all off'],
  ...['All faults of the service', 'The connection to the database', 'Database', 'Heal the databaseK'],
  ...['All faults of the database', 'Why? The newest success', '6.0 s: from closed to open', 'Table'],
  ...['Calls per second: a moment to read', 'Play', 'Step', 'Moment of the run', 'Pin this run'],
  ...['Fork from here', 'DescribeD', 'Reset', 'New seed'],
];

for (const [width, height] of [[1440, 1080], [390, 844]]) {
  test(`at ${width} px every control is reached in order, and shows that it has the focus`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    if (width < 480) await page.getByRole('button', { name: '5 of 5 layers on' }).click();
    const { all, presses } = await stops(page);
    expect(presses).toBeLessThanOrEqual(60);
    expect(all.length).toBeGreaterThan(presses + 30);

    for (const stop of all) {
      expect.soft(stop.isOutlined, `${stop.name} shows its focus`).toBe(true);
      expect.soft(stop.isOver, `${stop.name} is not hidden`).toBe(true);
    }
    const names = all.map(({ name }) => name);
    for (const name of NAMES) {
      expect.soft(names, name).toContain(name);
    }
    expect(new Set(all.map(({ region }) => region)).size).toBeGreaterThanOrEqual(8);

    for (const [n, stop] of all.entries()) {
      const next = all[n + 1];
      if (next?.region !== stop.region || stop.region === 'Time') continue;
      const isSame = JSON.stringify(next.part) === JSON.stringify(stop.part);
      const isWrong = isSame ? isAbove(next.box, stop.box) : isBefore(next.part, stop.part);
      expect.soft(isWrong, `${next.name} comes after ${stop.name}`).toBe(false);
    }
    const regions = all.filter((stop, n) => stop.region !== all[n - 1]?.region).map(({ region }) => region);
    expect(new Set(regions).size, regions.join(', ')).toBe(regions.length);
  });
}

// The number of times that the tab key has to be pressed until this element has the focus.
async function tabsTo(page, target) {
  for (let presses = 1; presses < 30; presses += 1) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) return presses;
  }
  throw new Error('the tab key does not lead there');
}

test('Kill is a few stops from the top, and fewer from the skip link', async ({ page }) => {
  await page.goto('./#playground?preset=bulkheads-save-health');
  const skip = playground.button('Skip to the content');
  const kill = page.locator('.is-primary').getByRole('button', { name: /^Kill the/ });
  await expect(kill).toBeVisible();
  await expect(skip).not.toBeInViewport();
  expect(await tabsTo(page, kill)).toBeLessThanOrEqual(10);

  await page.reload();
  await expect(kill).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  expect(await tabsTo(page, kill)).toBeLessThanOrEqual(4);
  // The arrow keys reach the rest of the picture, and the tab key leaves it.
  await page.keyboard.press('ArrowRight');
  await expect(playground.button('All faults of the model provider')).toBeFocused();
  await page.keyboard.press('Home');
  await expect(playground.button('All faults of the service')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(playground.stage.getByRole('button', { name: 'first attempt', exact: true })).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(playground.button('All faults of the service')).toBeFocused();
});

test('letters and the space bar work wherever the focus is, in any layout', async ({ page }) => {
  const press = (key, code) =>
    page.evaluate((init) => document.body.dispatchEvent(new KeyboardEvent('keydown', { ...init, bubbles: true, cancelable: true })), { key, code });
  await expect(playground.database).toContainText('down');
  await page.keyboard.press('k');
  await expect(playground.database).toContainText('busy');
  await press('л', 'KeyK');
  await expect(playground.database).toContainText('down');
  await page.keyboard.press('Control+Z');
  await expect(playground.database).toContainText('busy');
  await page.keyboard.press('Space');
  await expect(playground.time.getByRole('button', { name: 'Pause' })).toBeVisible();
  await page.keyboard.press('Space');
  await expect(playground.time.getByRole('button', { name: 'Play' })).toBeVisible();
  expect(await page.evaluate(() => scrollY)).toBe(0);
  // On a button the space bar presses the button.
  await playground.button('Share').press('Space');
  await expect(playground.button('Share')).toHaveAttribute('aria-expanded', 'true');
  await expect(playground.time.getByRole('button', { name: 'Play' })).toBeVisible();
  await playground.seed.press('k');
  await expect(playground.database).toContainText('busy');
  // A user who dictates switches the letters off; on the part that they act on, they still work.
  await playground.run.getByRole('switch', { name: 'Letters are shortcuts' }).click();
  await page.keyboard.press('k');
  await expect(playground.database).toContainText('busy');
  await playground.kill.press('k');
  await expect(playground.database).toContainText('down');
});

test('content that comes and goes beside a control leaves the focus on it', async ({ page }) => {
  const controls = [
    playground.button('Share'),
    playground.button('All settings of the timeout'),
    playground.button(/^Switch all o/),
    page.locator('.chart__table summary').first(),
  ];
  for (const control of controls) {
    await control.focus();
    for (const time of ['first', 'second']) {
      const before = await page.locator('body').innerText();
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('body').innerText()).not.toBe(before);
      await expect(control, `the ${time} time`).toBeFocused();
    }
  }
});
