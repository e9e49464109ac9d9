// What an author takes from the page for authors, opened as its user would open it.

const { test, expect, course, expectAccessible } = require('./page');
const fs = require('node:fs');

const LINK = 'playground?preset=slow-database-breaker&postgres.breaker.cooldown=7s';
const HERD = 'herd?preset=lesson';

const text = (page) => page.getByRole('textbox', { name: 'What to copy' });
const forms = (page) => page.getByRole('combobox', { name: 'For', exact: true });
const link = (page) => page.getByRole('textbox', { name: 'Link', exact: true });
const choose = (page, form) => forms(page).selectOption(form);

test('Share leads to it, and each line opens the experiment', async ({ page, context }) => {
  await page.goto(`./#${LINK}`);
  await page.getByRole('button', { name: 'Share' }).click();
  const opened = context.waitForEvent('page');
  await page.getByRole('link', { name: 'Put it into a page' }).click();
  const author = await opened;
  await expect(author.getByLabel('Title')).toHaveValue('A slow database with timeouts, retries and a breaker');
  await expect(author.frameLocator('#preview').getByRole('heading')).toHaveText(/slow database/);
  await author.getByRole('combobox', { name: 'Colours' }).selectOption('dark');
  await author.getByRole('combobox', { name: 'Starts' }).selectOption('when it is seen');
  await author.getByRole('checkbox', { name: 'settings' }).check();
  await author.getByLabel('Height').fill('700');
  const lines = {};
  for (const form of await forms(author).locator('option').allTextContents()) {
    await choose(author, form);
    lines[form] = await text(author).inputValue();
    expect(lines[form], form).toContain('slow-database-breaker');
  }
  for (const form of ['A page (iframe)', 'Canvas', 'Moodle']) {
    await course(page, lines[form]);
    const frame = page.frameLocator('iframe');
    await expect(frame.getByRole('textbox', { name: 'Cooldown' })).toHaveValue('7 s');
    await expect(frame.locator('html')).toHaveAttribute('data-theme', 'dark');
    await expect(frame.locator('.stack')).toHaveAttribute('inert', '');
    expect((await page.locator('iframe').boundingBox()).height).toBeGreaterThanOrEqual(700);
  }
  await course(page, lines['A page (element)']);
  await expect(page.frameLocator('fusebox-sim >> iframe').getByRole('textbox', { name: 'Cooldown' })).toHaveValue('7 s');
  await page.goto(lines['A link']);
  await expect(page.getByRole('textbox', { name: 'Cooldown' })).toHaveValue('7 s');
});

test('a height that cannot be is named with its range, and the rest is kept', async ({ page }) => {
  await page.goto(`./share.html#${HERD}`);
  await page.getByLabel('Height').fill('many');
  await expect(page.getByRole('alert')).toHaveText('The height has to be a whole number of pixels from 200 to 4000.');
  await expect(text(page)).toHaveValue(/height="600"/);
  await page.getByLabel('Height').fill('1,200');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(text(page)).toHaveValue(/height="1200"/);
});

test('markup in a link or a title stays text', async ({ page }) => {
  await page.goto(`./share.html#${HERD}`);
  await page.getByLabel('Title').fill('"><script>alert(1)</script>');
  await link(page).fill('herd?x="><img src=y onerror=alert(1)>');
  const lines = [];
  for (const form of ['A page (iframe)', 'A page (element)', 'reveal.js']) {
    await choose(page, form);
    lines.push(await text(page).inputValue());
  }
  // Styles in the lines are not for the policy of this page.
  await page.goto('about:blank');
  const made = await page.evaluate((lines) => lines.map((html) => {
    const parsed = new DOMParser().parseFromString(html, 'text/html');
    return parsed.querySelectorAll('script:not([src]), img').length;
  }), lines);
  expect(made).toEqual([0, 0, 0]);
});

test('it saves a poster, draws a code, and says where it cannot', async ({ page }) => {
  await page.goto(`./share.html#${HERD}`);
  const save = async (name) => {
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name }).click();
    return fs.readFileSync(await (await saved).path());
  };
  expect((await save('Poster, SVG')).toString()).toMatch(/^<svg /);
  expect((await save('Poster, PNG')).subarray(1, 4).toString()).toBe('PNG');
  await expect(page.getByRole('img', { name: 'A QR code of the link' })).toBeVisible();
  await link(page).fill(`herd?${'x'.repeat(1_300)}`);
  await expect(page.getByText(/too many for a code/)).toBeVisible();
  await link(page).fill('check');
  await page.getByRole('button', { name: 'Poster, SVG' }).click();
  await expect(page.getByText('It could not be made: only the Playground and the Herd have posters.')).toBeVisible();
});

test('it copies, and says what to press where it may not', async ({ page }) => {
  await page.goto(`./share.html#${HERD}`);
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await page.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByText('Press Ctrl+C to copy it.')).toBeVisible();
});

test('the pages for authors are whole, linked with each other, and accessible', async ({ page }) => {
  for (const name of ['', 'learning.html', 'model.html', 'settings.html', 'take-home.html']) {
    await page.goto(`./docs/${name}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(await page.evaluate(() => document.body.innerHTML.includes('{tables}'))).toBe(false);
    await expectAccessible(page);
    for (const href of await page.locator('nav a').evaluateAll((links) => links.map((it) => it.href))) {
      expect((await page.request.get(href)).status(), href).toBe(200);
    }
  }
  await page.goto('./docs/learning.html');
  const links = await page.locator('td a[href^="../#"]').evaluateAll((all) => all.map((it) => it.href));
  expect(links.length).toBeGreaterThan(40);
  for (const href of [links[0], links[10], links.at(-12), links.at(-1)]) {
    await page.goto('about:blank');
    await page.goto(href);
    await expect(page.locator(':is(.stage, .lane, .learn, .check):visible').first()).toBeVisible();
    await expect(page.getByRole('status', { name: 'About this link' })).toHaveCount(0);
  }
  await page.goto(`./share.html#${LINK}`);
  await expectAccessible(page);
});

test('packed copies are the page too', async ({ page }) => {
  const sent = [];
  page.on('response', (response) => sent.push(response.headers()['content-encoding']));
  await page.goto(`./packed/#${LINK}`);
  await expect(page.getByRole('textbox', { name: 'Cooldown' })).toHaveValue('7 s');
  expect(sent.filter(Boolean).length).toBeGreaterThan(5);
});
