// Settings that are taken home as files of other libraries, and such files that are brought.

const { test, expect, Playground, expectAccessible } = require('./page');
const fs = require('node:fs');

let playground, panel;

test.beforeEach(async ({ page }) => {
  playground = new Playground(page);
  panel = page.getByRole('region', { name: 'Settings of other libraries' });
});

const open = async () => {
  await playground.button('Share').click();
  await playground.button('Take the settings home').click();
};
const target = () => panel.getByRole('combobox', { name: 'For', exact: true });
const bring = async (file) => {
  const field = panel.getByRole('textbox', { name: /^Paste a file/ });
  if (!(await field.isVisible())) await panel.getByText('Bring such a file').click();
  await field.fill(file);
  await panel.getByRole('button', { name: 'Use its layers' }).click();
};

test('the layers around a dependency are the file of a library, as they are now', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await playground.openAt(3, 'postgres.breaker.cooldown=7s');
  await open();
  const file = (name) => panel.getByRole('textbox', { name, exact: true });
  await expect(file('application.yml')).toHaveValue(/waitDurationInOpenState: 7s/);
  await page.getByRole('textbox', { name: 'Cooldown' }).fill('9 s');
  await page.getByRole('textbox', { name: 'Cooldown' }).press('Enter');
  await expect(file('application.yml')).toHaveValue(/waitDurationInOpenState: 9s/);
  await panel.getByRole('button', { name: 'Copy' }).click();
  await expect(panel.getByRole('status')).toHaveText('Copied.');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('waitDurationInOpenState: 9s');
  const saving = page.waitForEvent('download');
  await panel.getByRole('button', { name: 'Save application.yml' }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe('application.yml');
  expect(fs.readFileSync(await saved.path(), 'utf8')).toContain('waitDurationInOpenState: 9s');

  // A format without comments has what differs only here.
  await target().selectOption({ label: 'gRPC service config, checked with grpc-js 1.14' });
  await expect(file('service-config.json')).toHaveValue(/"maxAttempts": 3/);
  await panel.getByText(/^\d+ things are not the same in gRPC$/).click();
  await expect(panel.getByText('gRPC has no circuit breaker in its service config.')).toBeVisible();
  expect(await panel.getByRole('link', { name: 'What gRPC has for each setting' }).getAttribute('href')).toBe('docs/take-home.html#grpc');
  await target().selectOption({ label: 'resilience4j 2.4' });
  await page.goto('./#playground?preset=bulkheads-save-health&model.bulkhead.max_concurrent=7');
  await panel.getByRole('combobox', { name: 'The layers around' }).selectOption({ label: 'Model provider' });
  await expect(file('application.yml')).toHaveValue(/maxConcurrentCalls: 7/);
});

test('what the differences do to the run stands beside the file, and can be tried', async ({ page }) => {
  await playground.openAt(3, 'seed=3&actions=5s:postgres:down,20s:postgres:heal');
  await open();
  const row = (name) => panel.getByRole('row', { name: new RegExp(`^${name}`) }).getByRole('cell');
  await expect(panel.getByRole('columnheader').first()).toHaveText('In this run, up to 40.0 s');
  await expect(row('The breaker opens at').first()).toHaveText(/^[56]\.\d\d s$/);
  await target().selectOption({ label: 'gRPC service config, checked with grpc-js 1.14' });
  await expect(row('The breaker opens at').last()).toHaveText('never');
  const [here, there] = (await row('Attempts at the database').allInnerTexts()).map((text) => Number(text.replaceAll(',', '')));
  expect(there).toBeGreaterThan(here);
  await panel.getByRole('button', { name: 'Use the settings of gRPC here' }).press('Enter');
  // The button goes, and the focus stays beside it.
  await expect(panel.getByRole('button', { name: 'Use the settings of gRPC here' })).toHaveCount(0);
  await expect(panel.locator('#home-file')).toBeFocused();
  await expect(page.getByRole('switch', { name: 'Circuit breaker' })).toHaveCount(0);
  await playground.button('Undo').click();
  await expect(page.getByRole('switch', { name: 'Circuit breaker' })).toBeVisible();
});

test('a file that is brought has its layers in the run, and its mistakes named', async ({ page }) => {
  await playground.openAt(3, 'seed=3');
  await open();
  const instance = 'resilience4j.circuitbreaker.instances.postgres:\n';
  await bring(`${instance}  waitDurationInOpenState: soon\n`);
  await expect(panel.getByRole('alert')).toContainText('Nothing was changed.');
  await expect(panel.getByRole('alert')).toContainText('line 2: ');
  await expect(panel.getByRole('alert')).toContainText('"soon", but must be a time');
  await expect(page.getByRole('textbox', { name: 'Cooldown' })).not.toHaveValue('4 s');
  await bring(`${instance}  waitDurationInOpenState: 4s\n  unheardOf: 1\n`);
  await expect(page.getByRole('textbox', { name: 'Cooldown' })).toHaveValue('4 s');
  await expect(panel.getByText(/are those of the file/)).toBeVisible();
  await expect(panel.getByText(/line 3: .*unheardOf is not used/)).toBeVisible();
  await playground.button('Undo').click();
  await expect(page.getByRole('textbox', { name: 'Cooldown' })).not.toHaveValue('4 s');
  // What a file brings is in the link like any other setting.
  await bring(`${instance}  waitDurationInOpenState: 4s\n`);
  await expect(page.locator('.share__link .input')).toHaveValue(/breaker\.cooldown=4s/);
  await panel.locator('input[type=file]').setInputFiles({ name: 'a.yml', mimeType: 'text/yaml', buffer: Buffer.from(`${instance}  waitDurationInOpenState: 5s\n`) });
  await panel.getByRole('button', { name: 'Use its layers' }).click();
  await expect(page.getByRole('textbox', { name: 'Cooldown' })).toHaveValue('5 s');
});

for (const [where, width, theme] of [['in the light', 1280, 'light'], ['on a phone in the dark', 360, 'dark']]) {
  test(`${where} everyone can take settings home`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize({ width, height: 900 });
    await playground.openAt(3, 'seed=3');
    await open();
    await panel.getByText('Bring such a file').click();
    await panel.getByText(/things are not the same/).click();
    await expect(panel.getByRole('table')).toBeVisible();
    await expectAccessible(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(width);
  });
}
