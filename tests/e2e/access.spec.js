// What assistive technology and fingers get: names in words, targets that can be hit, help that can be
// seen, and disabled controls that say why.

const { test, expect, Playground, openAllOfHerd } = require('./page');

let playground;

test.beforeEach(({ page }) => {
  playground = new Playground(page);
});

// The names of the accessibility tree in which two texts run together, as in "Trialscalls".
async function runTogether(page) {
  const client = await page.context().newCDPSession(page);
  const { nodes } = await client.send('Accessibility.getFullAXTree');
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const texts = (node) =>
    node.role?.value === 'StaticText'
      ? [node.name?.value ?? '']
      : (node.childIds ?? []).flatMap((id) => (byId.has(id) ? texts(byId.get(id)) : []));
  const isWord = (char) => /[\p{L}\p{N}%]/u.test(char ?? '');
  // All texts that follow each other anywhere: a name may come from a label elsewhere.
  const all = texts(nodes[0]);
  const joints = all.flatMap((part, n) => {
    const next = all[n + 1] ?? '';
    // The numbers of two cells make other numbers, which say nothing.
    const isLetter = /\p{L}/u.test(`${part.at(-1)}${next[0]}`);
    return isWord(part.at(-1)) && isWord(next[0]) && isLetter ? [part + next] : [];
  });
  expect(all.length).toBeGreaterThan(50);
  const names = nodes.filter((node) => !node.ignored && node.role?.value !== 'StaticText').map((node) => node.name?.value ?? '');
  return names.filter((name) => joints.some((joint) => name.includes(joint)));
}

// The targets smaller than this: their names and sizes. The columns of the breaker's window are as wide
// as what they show; the buttons Earlier and Later do the same.
const tooSmall = (least) => {
  const all = document.querySelectorAll('button, a[href], input, select, summary, [role=slider], [role=switch]');
  const grown = (element) => {
    // A control may be as large as a pseudo-element of it, or as the label around it.
    const boxes = [element.getBoundingClientRect(), element.closest('label')?.getBoundingClientRect()];
    for (const part of ['::before', '::after']) {
      const { content, position, width, height } = getComputedStyle(element, part);
      if (content !== 'none' && position === 'absolute') {
        boxes.push({ width: Number.parseFloat(width), height: Number.parseFloat(height) });
      }
    }
    const most = (side) => Math.max(...boxes.map((box) => box?.[side] || 0));
    return [most('width'), most('height')];
  };
  return [...all]
    .filter((it) => it.checkVisibility({ visibilityProperty: true }) && it.getBoundingClientRect().width > 0)
    .filter((it) => !it.matches('.strip__slice, .skip'))
    .map((it) => [it.getAttribute('aria-label') || it.textContent || it.id, ...grown(it).map((side) => Math.round(side * 10) / 10)])
    .filter(([, wide, high]) => wide < least || high < least)
    .map((it) => it.join(' '));
};

// States of the page that show each kind of control.
const STATES = {
  'a run': async () => playground.openAt(12, 'actions=5s:postgres:down'),
  'a link with changes': async () => {
    await playground.openAt(12, 'preset=slow-database-bulkhead&actions=5s:postgres:hang&breaker.cooldown=3s');
    await playground.preset.locator('summary').click();
    await playground.button('Share').click();
  },
  'a menu': async () => {
    await playground.openAt(12, 'actions=5s:postgres:down');
    await playground.button('All faults of the database').click();
    await expect(playground.menu).toBeVisible();
  },
  'all settings': async () => {
    await playground.openAt(8, 'actions=5s:postgres:down');
    const fold = playground.page.locator('.stack__fold:visible');
    if (await fold.count()) await fold.click();
    for (const layer of ['timeout', 'retry', 'circuit breaker', 'fallback', 'bulkhead']) {
      await playground.button(`All settings of the ${layer}`).click();
    }
    await playground.number('Goodput').click();
    await playground.button('Export the charts').click();
  },
  'the Herd': async () => {
    await playground.page.goto('./#herd');
    await expect(playground.page.locator('.lane__sentence')).toHaveCount(2, { timeout: 30_000 });
  },
  'all panels of the Herd': async () => openAllOfHerd(playground.page),
  'the menus of the Herd': async () => {
    await playground.page.goto('./#herd?preset=eight-ways');
    await expect(playground.page.locator('.lane__sentence')).toHaveCount(8, { timeout: 30_000 });
    const open = (name) => playground.page.locator('.herd').getByRole('button', { name }).click();
    await open('Share');
    await open('Predict');
    await expect(playground.page.locator('.prediction')).toBeVisible();
    await playground.page.getByRole('switch', { name: 'Sound' }).click();
  },
};

for (const [name, open] of Object.entries(STATES)) {
  test(`no name runs together: ${name}`, async ({ page }) => {
    await open();
    expect(await runTogether(page)).toEqual([]);
  });

  test(`every target is large enough: ${name}`, async ({ page }) => {
    await open();
    expect(await page.evaluate(tooSmall, 24)).toEqual([]);
  });

  test.describe('on a phone', () => {
    test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

    test(`every target fits a finger: ${name}`, async ({ page }) => {
      await open();
      expect(await page.evaluate(tooSmall, 44)).toEqual([]);
    });
  });
}

test('help is seen with the focus of the keyboard, and disabled controls say why', async ({ page }) => {
  await playground.openAt(12, 'seed=42');
  // A pseudo-element has no box to measure, but a text and a place.
  const shown = (control) => control.evaluate((it) => getComputedStyle(it, '::after').content);
  const controls = [
    [playground.button('Undo'), 'There is nothing to undo.'],
    [playground.button('Why? The newest failure'), 'There has been no failure yet.'],
    [playground.button('Step'), 'Advances by one event, and describes it'],
    [playground.button('Fork from here'), 'Go back in time first'],
  ];
  for (const [control, text] of controls) {
    await expect(control).toHaveAccessibleDescription(new RegExp(text));
    expect(await shown(control)).toBe('none');
    await control.focus();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Tab');
    await expect(control).toBeFocused();
    expect(await shown(control)).toContain(text);
  }

  // The help of a setting is below it, whole and within the window.
  const field = playground.stack.getByRole('textbox', { name: 'Attempt timeout' });
  const help = playground.stack.locator('.setting__help').first();
  const isSeen = () => help.evaluate((it) => getComputedStyle(it).clipPath === 'none');
  expect(await isSeen()).toBe(false);
  await field.focus();
  expect(await isSeen()).toBe(true);
  await expect(help).toBeInViewport({ ratio: 1 });
  await playground.seed.focus();
  await playground.stack.getByText('Attempt timeout').first().hover();
  expect(await isSeen()).toBe(true);

  await playground.button('All faults of the database').click();
  const heal = playground.menu.getByRole('menuitem', { name: 'Heal' });
  await expect(heal).toHaveAttribute('aria-disabled', 'true');
  await expect(heal).toContainText('There is no fault to heal.');
});

test('Heal in the menu of a connection heals the connection only', async ({ page }) => {
  await playground.openAt(12, 'actions=5s:postgres:down,6s:postgres:partitioned');
  await expect(playground.database).toContainText('and 1 more');
  await playground.button('The connection to the database, cut').click();
  await playground.menu.getByRole('menuitem', { name: 'Heal the connection' }).click();
  await expect(playground.database).not.toContainText('and 1 more');
  await expect(playground.database).toContainText('down for');
  await expect(page.getByRole('button', { name: 'The connection to the database', exact: true })).toBeVisible();
});

// The contrast of two colours, as WCAG computes it.
const contrast = ([one, other]) => {
  const light = (colour) => {
    const parts = colour.match(/[\d.]+/g).slice(0, 3).map((part) => part / 255);
    const [r, g, b] = parts.map((it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
};

for (const colorScheme of ['light', 'dark']) {
  test(`empty slots, edges and tracks can be seen in the ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await playground.openAt(12, 'seed=42');
    const styles = await page.evaluate(() => {
      const read = (selector, name) => getComputedStyle(document.querySelector(selector))[name];
      const probe = document.createElement('i');
      // The canvas draws empty slots, queues and wires at rest in this colour.
      probe.style.color = 'var(--edge)';
      document.body.append(probe);
      const drawn = getComputedStyle(probe).color;
      probe.remove();
      return {
        panel: read('.panel', 'backgroundColor'),
        drawn,
        window: read('.strip__empty', 'stroke'),
        edge: read('.breaker__edge', 'stroke'),
        field: read('.setting__input', 'borderTopColor'),
        box: read('.node', 'borderBottomColor'),
      };
    });
    for (const [name, colour] of Object.entries(styles)) {
      if (name !== 'panel') expect.soft(contrast([colour, styles.panel]), name).toBeGreaterThanOrEqual(3);
    }
  });
}
