// Time: play, pause, single steps, and going back.

const { test, expect, Playground } = require('./page');

const TAPE = 'actions=5s:postgres:down,12s:postgres:heal';

let playground;

test.beforeEach(({ page }) => {
  playground = new Playground(page);
});

test('time can be paused and sped up', async () => {
  await playground.open();
  await playground.pause();
  await expect(playground.time.getByRole('button', { name: 'Play' })).toBeVisible();
  const stopped = await playground.now.innerText();
  await playground.speed('20×');
  await expect(playground.now).toHaveText(stopped);
  await playground.time.getByRole('button', { name: 'Play' }).click();
  await expect.poll(() => playground.seconds()).toBeGreaterThan(Number.parseFloat(stopped) + 8);
});

test('a step describes the next event in a sentence, and pauses', async () => {
  await playground.open();
  const told = playground.time.locator('p');
  await expect(told).toBeEmpty();
  const step = playground.time.getByRole('button', { name: 'Step' });
  await step.click();
  await expect(playground.time.getByRole('button', { name: 'Play' })).toBeVisible();
  await expect(told).toHaveText(/^.{10,}\.$/);
  const [first, before] = [await told.innerText(), await playground.seconds()];
  await step.click();
  await expect(told).not.toHaveText(first);
  expect(await playground.seconds()).toBeGreaterThanOrEqual(before);
  expect(await playground.seconds()).toBeLessThan(before + 0.5);
  await playground.time.getByRole('button', { name: 'Play' }).click();
  await expect(told).toBeEmpty();
});

test('a moment is the same after going away and coming back', async () => {
  await playground.openAt(17, TAPE);
  const first = await playground.numbers();
  await playground.seek(3.5);
  await expect(playground.state).toHaveText(/^Closed/);
  const early = await playground.numbers();
  await playground.seek(17);
  await expect.poll(() => playground.numbers()).toBe(first);
  await playground.seek(8.2);
  await expect(playground.state).toHaveText(/^Open/);
  await playground.seek(3.5);
  await expect.poll(() => playground.numbers()).toBe(early);
});

test('faults have tracks under the time bar before they happen, and a skip leads to just before', async ({ page }) => {
  await playground.openAt(9, 'preset=slow-database-bulkhead&actions=3s:model:hang');
  const tracks = page.getByRole('region', { name: 'Faults and breakers over time' });
  const track = (name) => tracks.getByRole('list', { name });
  await expect(tracks.getByRole('list')).toHaveCount(4);
  await expect(track('Model provider')).toContainText('hanging');
  await expect(track('Model provider')).toContainText(/Breaker open from 7\.[1-4] s to 9\.0 s/);
  await expect(track('Cache').getByRole('listitem')).toHaveCount(0);
  await expect(track('Database').locator('.track__label')).toHaveText('slow, 20 to 80 s');
  await track('Database').getByRole('button', { name: 'Skip to it: slow, 20 to 80 s' }).click();
  await playground.isAt(19.5);
  await expect(track('Database').getByRole('button')).toHaveCount(0);
});

test('the panel follows the dependency in trouble until the user chooses one', async ({ page }) => {
  await playground.openAt(9, 'preset=slow-database-bulkhead&actions=3s:model:hang');
  const title = (name) => page.getByRole('heading', { name: `Breaker on ${name}` });
  await expect(title('the model provider')).toBeVisible();
  await expect.poll(() => playground.link()).not.toContain('on=');
  await playground.breaker.getByRole('button', { name: 'Cache: closed' }).click();
  await expect(title('the cache')).toBeVisible();
  await playground.seek(8);
  await expect(title('the cache')).toBeVisible();
  await playground.breaker.getByRole('button', { name: 'Follow' }).click();
  await expect(title('the model provider')).toBeVisible();
  await expect(playground.breaker.getByRole('button', { name: 'Stay on it' })).toBeVisible();
});

test('the scrubber goes by keys, and says where it is', async () => {
  await playground.openAt(10, TAPE);
  await expect(playground.scrubber).toHaveAttribute('aria-valuetext', '10.0 s of 10.0 s');
  await playground.scrubber.press('ArrowLeft');
  await playground.isAt(9.9);
  await playground.scrubber.press('ArrowLeft');
  await playground.isAt(9.8);
  await playground.scrubber.press('ArrowRight');
  await playground.isAt(9.9);
  await playground.scrubber.press('Home');
  await playground.isAt(0);
  await playground.scrubber.press('End');
  await playground.isAt(10);
  await expect(playground.scrubber).toHaveAttribute('aria-valuetext', '10.0 s of 10.0 s');
});

test('a click into a chart goes to its moment', async () => {
  await playground.openAt(30, TAPE);
  const plot = playground.charts.getByRole('slider', { name: /^Calls per second/ });
  const { width } = await plot.boundingBox();
  await plot.click({ position: { x: 46 + (width - 56) * (15 / 60), y: 60 } });
  await expect.poll(() => playground.seconds()).toBeGreaterThan(14);
  expect(await playground.seconds()).toBeLessThan(16);
});

test('the first trial is shown for two seconds with a caption, at any speed, unless it is skipped', async ({ page }) => {
  const caption = playground.stage.locator('.caption');
  // Half-open takes some 20 ms of the run.
  const halfOpen = async () => {
    await expect(caption).toContainText('from open to half-open');
    await expect(playground.state).toHaveText(/^Half-open/);
    const start = Date.now();
    await expect(playground.state).toHaveText(/^Closed/);
    return Date.now() - start;
  };
  const cycle = 'actions=5s:postgres:down,6s:postgres:heal';
  await playground.openAt(15, cycle);
  await playground.speed('5×');
  await playground.time.getByRole('button', { name: 'Play' }).click();
  await expect(caption).toContainText('The breaker on the database is about to let a trial pass.');
  expect(await halfOpen()).toBeGreaterThan(1_900);
  await expect(caption).toContainText('All calls pass again.');
  await page.keyboard.press('Escape');
  await expect(caption).toHaveCount(0);

  await page.goto('about:blank');
  await playground.openAt(15, cycle);
  await playground.time.getByRole('button', { name: 'Play' }).click();
  await expect(caption).toContainText('from open to half-open');
  await caption.getByRole('button', { name: 'Skip' }).click();
  await expect(caption).toHaveCount(0);
  await expect(playground.state).toHaveText(/^Closed/, { timeout: 1_000 });
});

test('slow motion is switched off with one switch', async () => {
  const caption = playground.stage.locator('.caption');
  await playground.openAt(4.9, 'actions=5s:postgres:down');
  await playground.time.getByRole('button', { name: 'Play' }).click();
  await expect(caption).toContainText('Calls now fail at once instead of waiting.');
  await caption.getByRole('switch', { name: 'Slow motion' }).click();
  await expect(caption).toHaveCount(0);
  await expect(playground.run.getByRole('switch', { name: 'Slow motion' })).not.toBeChecked();
});

test('with reduced motion the run stops at the first transitions until the user goes on', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const caption = playground.stage.locator('.caption');
  await playground.openAt(15, 'actions=5s:postgres:down,6s:postgres:heal');
  await playground.time.getByRole('button', { name: 'Play' }).click();
  await expect(caption).toContainText('from open to half-open');
  const at = await playground.seconds();
  await page.waitForTimeout(1_500);
  expect(await playground.seconds()).toBe(at);
  await expect(playground.state).toHaveText(/^Half-open/);
  await caption.getByRole('button', { name: 'Continue' }).click();
  await expect(caption).toContainText('All calls pass again.');
  await caption.getByRole('button', { name: 'Continue' }).click();
  await expect(caption).toHaveCount(0);
  await expect.poll(() => playground.seconds()).toBeGreaterThan(at + 1);
});

test('a fork drops the later actions and keeps the run before as dashed lines', async () => {
  await playground.openAt(20, TAPE);
  const fork = playground.run.getByRole('button', { name: 'Fork from here' });
  await expect(fork).toBeDisabled();
  await expect(playground.lines.filter({ hasText: 'no longer down' })).toHaveCount(1);
  await playground.seek(8);
  await expect(playground.lines.filter({ hasText: 'no longer down' })).toHaveCount(1);
  await fork.click();
  await expect(playground.lines.filter({ hasText: 'no longer down' })).toHaveCount(0);
  await expect(playground.lines.filter({ hasText: /opens: \d+ failures/ })).toHaveCount(1);
  await expect(playground.compared).toHaveValue('the pinned run');
  await expect(playground.charts.getByText('the pinned run').first()).toBeVisible();
  await playground.isAt(8);
  await expect.poll(() => playground.link()).toMatch(/actions=5s:postgres:down$/);
});

test('a click in the past forks by itself', async () => {
  await playground.openAt(20, TAPE);
  await playground.seek(3);
  await playground.kill.click();
  await expect(playground.database).toContainText('down');
  await playground.isAt(3);
  await expect(playground.compared).toHaveValue('the pinned run');
  await expect.poll(() => playground.link()).toMatch(/actions=3s:postgres:down$/);
  await playground.button('Undo').click();
  await playground.isHealthy();
  await expect.poll(() => playground.link()).toContain('12s:postgres:heal');
});
