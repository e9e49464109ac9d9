// Faults: injected by click and by key, and the breaker's reaction.

const { test, expect, Playground } = require('./page');

let playground;

test.beforeEach(async ({ page }) => {
  playground = new Playground(page);
  await playground.open();
});

const name = () => playground.database.getByRole('button', { name: 'Database', exact: true });

test('a click kills the database and opens the breaker, and healing closes it by way of half-open', async () => {
  await playground.speed('5×');
  await playground.kill.click();
  await expect(playground.database).toContainText('down for');
  await expect(playground.state).toHaveText(/^Open, trial in/);
  await expect(playground.reason).toContainText(/failures of [\d,]+ calls in 5 s reached 20 %/);
  await playground.heal.click();
  await playground.isHealthy();
  await expect(playground.state).toHaveText(/^Closed/);
  await expect(playground.history.nth(-2)).toHaveAccessibleName(/s: from open to half-open$/);
  await expect(playground.history.last()).toHaveAccessibleName(/s: from half-open to closed$/);
});

test('trip, failed trial and recovery appear in words, in the history and in the log', async () => {
  await playground.openAt(4, 'actions=5s:postgres:down,20s:postgres:heal');
  await expect(playground.state).toHaveText('Closed, calls pass');
  await expect(playground.history).toHaveCount(0);
  await expect(playground.lines).toHaveCount(0);

  await playground.page.goto('./#playground?actions=5s:postgres:down,20s:postgres:heal&at=40s');
  await playground.isAt(40);
  await expect(playground.state).toHaveText('Closed, calls pass');
  await expect(playground.history.last()).toHaveAccessibleName(/from half-open to closed$/);
  for (const line of [/down: it refuses every connection/, /opens: \d+ failures of [\d,]+ calls/, /becomes half-open/]) {
    await expect(playground.lines.filter({ hasText: line }).first()).toBeVisible();
  }
  await expect(playground.lines.filter({ hasText: /opens again: 1 of 2 trials failed/ })).toHaveCount(1);
  await expect(playground.lines.first()).toContainText('closes: 2 of 2 trials passed');

  await playground.seek(10);
  await expect(playground.state).toHaveText(/^Open, trial in \d\.\d s$/);
  await expect(playground.history).toHaveCount(1);
  await expect(playground.history).toHaveAccessibleName(/^6\.\d s: from closed to open$/);
});

test('a menu is opened by Enter, walked by arrows, and closed by Escape', async ({ page }) => {
  const opener = page.getByRole('button', { name: 'All faults of the database' });
  await opener.focus();
  await page.keyboard.press('Enter');
  await expect(playground.menu).toHaveAccessibleName('Break the database');
  const items = playground.menu.getByRole('menuitemcheckbox');
  await expect(items).toHaveCount(8);
  await expect(items.first()).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(playground.menu.getByRole('menuitem', { name: /Heal/ })).toBeFocused();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(playground.menu).toHaveCount(0);
  await expect(opener).toBeFocused();
  await expect(playground.database).toContainText('slow for');
  await page.keyboard.press('Enter');
  await expect(items.nth(1)).toBeChecked();
  await page.keyboard.press('k');
  await expect(playground.database).toContainText('down for');
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await expect(playground.menu.getByRole('menuitem', { name: /Heal/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await playground.isHealthy();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(playground.menu).toHaveCount(0);
  await expect(opener).toBeFocused();
});

test('the menu covers neither the dependency nor the state of its breaker', async ({ page }) => {
  for (const [width, height] of [[1440, 900], [1280, 720], [360, 740]]) {
    await page.setViewportSize({ width, height });
    await page.getByRole('button', { name: 'All faults of the database' }).click();
    const menu = await playground.menu.boundingBox();
    for (const part of [playground.database, playground.state]) {
      const box = await part.boundingBox();
      const isBeside = menu.x >= box.x + box.width || menu.x + menu.width <= box.x;
      expect(isBeside || menu.y >= box.y + box.height || menu.y + menu.height <= box.y).toBe(true);
    }
    await page.keyboard.press('Escape');
  }
});

test('the first sight invites to break the database, until it was broken once', async ({ page }) => {
  const invitation = playground.stage.getByText('Start here: break it');
  await expect(invitation).toBeVisible();
  const [callout, kill] = [await invitation.boundingBox(), await playground.kill.boundingBox()];
  expect(callout.y + callout.height).toBeLessThan(kill.y);
  await playground.kill.click();
  await expect(playground.database).toContainText('down for');
  await expect(invitation).toHaveCount(0);
  await playground.heal.click();
  await playground.isHealthy();
  await playground.run.getByRole('button', { name: 'Reset' }).click();
  await expect(invitation).toHaveCount(0);
  await page.goto('./#playground?preset=herd-full-jitter');
  await expect(playground.kill).toBeVisible();
  await expect(invitation).toHaveCount(0);
  await page.goto('about:blank');
  await playground.openAt(12, 'actions=5s:postgres:down,6s:postgres:heal');
  await expect(playground.kill).toBeVisible();
  await expect(invitation).toHaveCount(0);
});

test('a preset opens on the dependency that it breaks, and says when', async ({ page }) => {
  await playground.openAt(4, 'preset=bulkheads-save-health');
  const model = playground.stage.getByRole('group', { name: 'Model provider' });
  await expect(model).toContainText('hanging in 16.0 s');
  await expect(model.getByRole('button', { name: 'Model provider', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByText('Start here: break it')).toHaveCount(0);
});

test('only a database that answers nothing looks dead, and its work stays visible', async ({ page }) => {
  const looks = new Set();
  for (const [fault, dead] of [['down', true], ['hang', true], ['slow', false], ['flaky', false], ['rate_limited', false], ['degraded', false]]) {
    await playground.openAt(8, `actions=3s:postgres:${fault}`);
    await expect(playground.database).toHaveClass(new RegExp(`is-${fault.replace('_', '-')}`));
    await expect(playground.database).toContainText(/ for \d.*\d+ of 20 busy/);
    const look = await playground.database.evaluate((element) => {
      const { borderStyle, borderWidth, borderColor, backgroundImage } = getComputedStyle(element);
      return [borderColor.split(') ')[0], borderStyle, borderWidth, backgroundImage].join();
    });
    looks.add(look);
    const failure = await page.evaluate(() => {
      const sample = document.body.appendChild(document.createElement('i'));
      sample.className = 'is-failure';
      const { color } = getComputedStyle(sample);
      sample.remove();
      return color;
    });
    expect(look.includes(failure.slice(0, -1)), fault).toBe(dead);
  }
  expect(looks.size).toBe(6);
});

test('every fault is injected by its key on the database, and healed by the same key', async ({ page }) => {
  await name().focus();
  const faults = {
    k: 'down',
    s: 'slow',
    f: 'flaky',
    h: 'hanging',
    c: 'crashed',
    l: 'rate limited',
    p: 'partitioned',
    r: 'degraded',
  };
  for (const [key, state] of Object.entries(faults)) {
    await page.keyboard.press(key);
    await expect(playground.database).toContainText(`${state} for`);
    await page.keyboard.press(key.toUpperCase());
    await playground.isHealthy();
  }
});

test('the keys work anywhere on the stage, and healing keeps the focus', async ({ page }) => {
  await playground.stage.getByRole('button', { name: /^success/ }).focus();
  await page.keyboard.press('k');
  await expect(playground.database).toContainText('down for');
  await playground.heal.focus();
  await page.keyboard.press('Enter');
  await playground.isHealthy();
  await expect(playground.kill).toBeFocused();
});

test('a key held with Control is the browser’s own', async ({ page }) => {
  await name().focus();
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Alt+s');
  await page.keyboard.press('r');
  await expect(playground.database).toContainText(/^Databasedegraded for [\d.]+ s(?!, and)/);
});

test('the connection is cut and mended', async ({ page }) => {
  const wire = playground.stage.getByRole('button', { name: /^The connection to the database/ });
  await wire.click();
  await expect(playground.menu).toHaveAccessibleName('The connection to the database');
  await playground.menu.getByRole('menuitemcheckbox', { name: /Partition/ }).click();
  await expect(wire).toHaveAccessibleName('The connection to the database, cut');
  await expect(playground.database).toContainText('partitioned for');
  await expect(playground.menu).toHaveCount(0);
  await expect(wire).toBeFocused();
  await page.keyboard.press('p');
  await expect(wire).toHaveAccessibleName('The connection to the database');
  await playground.isHealthy();
  await page.keyboard.press('p');
  await playground.database.getByRole('button', { name: 'Database', exact: true }).press('s');
  await wire.click();
  await playground.menu.getByRole('menuitem', { name: /Heal/ }).click();
  // The connection is whole again, and the other fault stays.
  await expect(wire).toHaveAccessibleName('The connection to the database');
  await expect(playground.database).toContainText('slow for');
});

test('the service itself is broken and healed', async ({ page }) => {
  await page.getByRole('button', { name: 'All faults of the service' }).click();
  await expect(playground.menu).toHaveAccessibleName('Search service');
  await expect(playground.menu).toContainText('threads');
  await playground.menu.getByRole('menuitemcheckbox', { name: /Kill/ }).click();
  await expect(playground.number('Goodput')).toHaveText('0 /s');
  await expect(playground.lines.first()).toContainText('The service goes down');
  await page.getByRole('button', { name: 'All faults of the service' }).click();
  await playground.menu.getByRole('menuitem', { name: /Heal/ }).click();
  await expect(playground.number('Goodput')).toHaveText(/^[12]\d\d /);
});

test('each event is announced once, in words', async () => {
  const status = playground.breaker.getByRole('status').first();
  await expect(status).toHaveText('');
  await playground.kill.click();
  await expect(status).toContainText(/^(The database goes down|\d+ failures of [\d,]+ calls in 5 s)/i);
  await expect(status).toContainText('went from closed to open');
  await playground.heal.click();
  await expect(status).toContainText('no longer down');
});
