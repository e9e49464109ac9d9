// The Check view: questions whose answers are experiments, on a document of its own.

const fs = require('fs');
const path = require('path');
const { test, expect, expectAccessible } = require('./page');

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const DOCUMENT = fs.readFileSync(path.join(__dirname, 'check.json'), 'utf8');

let item;
let list;
const button = (name) => item.getByRole('button', { name, exact: true });
// A live world beside a question has announcements of its own.
const verdict = () => item.locator('> [role=status]');

async function open(page, link = 'check') {
  await page.route('**/lessons/*.json', (route) => route.fulfill({ contentType: 'application/json', body: DOCUMENT }));
  await page.goto(`./#${link}`);
  item = page.locator('.check__item');
  list = page.getByRole('navigation', { name: 'Questions' });
  await expect(item.locator('h2')).toBeVisible();
}

test('a prediction is compared with the run, and told by how much it is off', async ({ page }) => {
  await open(page);
  await expect(item.locator('h2')).toContainText('64 threads');
  await item.getByRole('spinbutton', { name: 'You predict' }).fill('15');
  const slider = item.getByRole('slider', { name: 'Your prediction' });
  await expect(slider).toHaveAttribute('aria-valuetext', '15 s');
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  await expect(slider).toHaveAttribute('aria-valuetext', '15.1 s');
  await page.keyboard.press('ArrowLeft');
  await button('Answer').click();
  await expect(verdict()).toContainText(/^Not yet: .* too long, about \d+ times what the run says\.$/);
  await expect(item.locator('.check__box', { hasText: 'The run says' })).toBeVisible();
  await expect(item.getByRole('heading', { name: 'What would have to be true' })).toBeVisible();
  await expect(item.getByRole('link', { name: 'Run that world ›' })).toHaveAttribute('href', /clients\.rate=10|clients\.0\.rate=10/);
  await expect(list.getByRole('button', { name: 'Question 1: not yet' })).toHaveAttribute('aria-current', 'true');
  const text = await item.locator('.check__box').nth(1).locator('b').innerText();
  await button('Answer again').click();
  await item.getByRole('spinbutton', { name: 'You predict' }).fill(String(Number.parseFloat(text) / (text.endsWith('ms') ? 1_000 : 1)));
  await button('Answer').click();
  await expect(verdict()).toHaveText('Right.');
  await expect(list).toContainText('1 right of 1, 5 to go');
  await expectAccessible(page);
});

test('a curve is drawn with the keyboard', async ({ page }) => {
  await open(page, 'check?on=curve');
  const points = item.getByRole('group', { name: 'Your curve' }).getByRole('slider');
  await expect(points).toHaveCount(9);
  await points.nth(4).focus();
  const before = await points.nth(4).getAttribute('aria-valuetext');
  for (let n = 0; n < 3; n += 1) await page.keyboard.press('ArrowUp');
  await expect(points.nth(4)).not.toHaveAttribute('aria-valuetext', before);
  await button('Answer').click();
  await expect(verdict()).toContainText(/of the height off on average, and most at .*, where you drew/);
});

test('a claim is chosen, and moments are put in order', async ({ page }) => {
  await open(page, 'check?on=opens');
  await expect(button('Answer')).toHaveAttribute('aria-disabled', 'true');
  await item.getByRole('radio', { name: /never opens/ }).check();
  await button('Answer').click();
  await expect(verdict()).toHaveText('Not yet.');
  await expect(item.locator('.check__option.is-right')).toContainText('enough of the calls');
  // The same button goes on and keeps the focus; the title of the next question then has it.
  await expect(item.getByRole('button', { name: /^Next/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(item.locator('h2')).toBeFocused();
  const order = ['The database dies', 'A call fails', 'The breaker opens', 'The first trial is let through'];
  for (const title of order) {
    const earlier = item.getByRole('button', { name: `Move “${title}” earlier` });
    for (let n = 0; n < 4 && (await item.locator('.check__row').nth(order.indexOf(title)).innerText()).includes(title) === false; n += 1) {
      await earlier.click();
    }
  }
  await button('Answer').click();
  await expect(verdict()).toHaveText('Right.');
  await expect(item.getByRole('list', { name: 'Your order, with the times of the run' })).toContainText('The breaker opens');
  await expectAccessible(page);
});

test('settings are judged on ten seeds, and locked ones are not there', async ({ page }) => {
  await open(page, 'check?on=cooldown');
  await expect(item.locator('.setting')).toHaveCount(1);
  const field = item.getByRole('textbox', { name: 'Cooldown' });
  await field.fill('40 s');
  await field.press('Enter');
  await button('Answer').click();
  await expect(verdict()).toHaveText('Not yet: the goal held on 0 of 10 seeds.');
  await expect(item).toContainText('It is silent for even longer.');
  await button('Answer again').click();
  await field.fill('5 s');
  await field.press('Enter');
  await button('Answer').click();
  await expect(verdict()).toHaveText('Right.');
  await expect(item.locator('.check__ten .is-right')).toHaveCount(10);
});

test('the mistake in a configuration is shown by the run without it', async ({ page }) => {
  await open(page, 'check?on=mistake');
  await item.getByRole('radio', { name: /failures/ }).check();
  await button('Answer').click();
  await expect(verdict()).toHaveText('Right.');
  await expect(item).toContainText('With this setting changed:');
  await expect(item.locator('.check__clauses li')).toHaveText(/holds: A breaker opened, at the database: never\s*measured 0$/);
});

test('a challenge has few tries, and is passed on ten seeds', async ({ page }) => {
  await open(page, 'check?on=challenge-mend');
  await expect(item).toContainText('2 tries left');
  await expect(item.getByRole('region', { name: 'The goal, on ten seeds that you have not seen' }).getByRole('listitem')).toContainText('in the run shown');
  await button('Judge on ten seeds').click();
  await expect(verdict()).toContainText('Not yet: the goal held on', { timeout: 60_000 });
  await expect(item).toContainText('1 try left');
  const field = item.getByRole('textbox', { name: 'Cooldown' });
  await field.fill('5 s');
  await field.press('Enter');
  await button('Judge on ten seeds').click();
  await expect(verdict()).toHaveText('Passed on all ten seeds.', { timeout: 60_000 });
  await expect(item.getByRole('heading', { name: 'A shorter cooldown' })).toBeVisible();
  await expect(button('Judge on ten seeds')).toHaveAttribute('aria-disabled', 'true');
  await expectAccessible(page);
});

test('a link cannot answer a challenge with what is locked, or with another world', async ({ page }) => {
  for (const answer of ['1/postgres.breaker.min_calls=1', '1/seed=7', '1/playground?preset=search-service', '3/', '1/postgres.breaker.cooldown=soon']) {
    await open(page, `check?on=challenge-mend&answers=challenge-mend:${answer}`);
    await expect(item).toContainText('2 tries left');
    await expect(item.locator('.check__verdict')).toHaveCount(0);
    await expect(list.getByRole('button', { name: 'Challenge 1: open' })).toBeVisible();
  }
  // What a link may change is judged in the world of the challenge.
  await open(page, 'check?on=challenge-mend&answers=challenge-mend:1/postgres.breaker.cooldown=5s');
  await expect(verdict()).toHaveText('Passed on all ten seeds.', { timeout: 60_000 });
});

test('an interview question is thought about before its model answer is shown', async ({ page }) => {
  await open(page, 'check?on=interview-dies');
  await expect(item.getByRole('heading', { name: 'A model answer' })).toHaveCount(0);
  await button('Show the model answer').click();
  await expect(item.getByRole('heading', { name: 'A model answer' })).toBeVisible();
  await expect(item.getByRole('checkbox')).toHaveCount(2);
});

test('a result is a link, and whoever opens it has the engine judge the answers', async ({ page }) => {
  await open(page, 'check?on=result&answers=threads:15,opens:1,mistake:0,order:9/9,nothing:1,cooldown:postgres.breaker.cooldown=5s');
  await expect(item.getByRole('heading', { level: 2 })).toHaveText('2 right of 4, 2 to go', { timeout: 60_000 });
  const link = item.getByRole('textbox', { name: 'A link to your result' });
  await expect(link).toHaveValue(/answers=threads:15,opens:1,cooldown:postgres\.breaker\.cooldown=5s,mistake:0$/);
  await expect(page).toHaveURL(/on=result/);
  await expectAccessible(page);
});

test('the arrow keys go from question to question, but not out of a control', async ({ page }) => {
  await open(page);
  await page.keyboard.press('ArrowRight');
  await expect(item.locator('.check__kind')).toContainText('Question 2 of 6');
  await item.getByRole('slider').first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(item.locator('.check__kind')).toContainText('Question 2 of 6');
  await page.locator('#check-title').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(item.locator('.check__kind')).toContainText('Question 1 of 6');
});

test('on a slow machine the arrow keys act on what is shown at that moment', async ({ page }) => {
  // Each look at the clock is 20 ms later, so that what follows a rendering waits for the next timers,
  // and these come late.
  await page.addInitScript(() => {
    const [wait, start] = [setTimeout, Date.now()];
    let looks = 0;
    Date.now = () => start + (looks += 20);
    globalThis.setTimeout = (act, time = 0, ...rest) => wait(act, time + 500, ...rest);
  });
  await open(page);
  for (const question of [2, 3, 4]) {
    await page.keyboard.press('ArrowRight');
    await expect(item.locator('.check__kind')).toContainText(`Question ${question} of 6`);
  }
});

for (const width of [360, 900, 1920]) {
  test(`nothing is wider than a page of ${width} pixels, in the dark too`, async ({ page }) => {
    await page.setViewportSize({ width, height: 740 });
    await page.emulateMedia({ colorScheme: 'dark' });
    for (const on of ['threads', 'opens', 'order', 'mistake', 'challenge-mend', 'result']) {
      await open(page, `check?on=${on}&answers=threads:15,opens:1,order:0/1/2/3,mistake:0`);
      await expect(item.locator('.check__hint', { hasText: 'The experiment runs' })).toHaveCount(0, { timeout: 30_000 });
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(beyond, on).toBeLessThanOrEqual(0);
    }
    await expectAccessible(page);
  });
}

test('a document that cannot be read says so', async ({ page }) => {
  await page.route('**/lessons/*.json', (route) => route.fulfill({ contentType: 'application/json', body: '{"id":"x"}' }));
  await page.goto('./#check?lesson=mine');
  await expect(page.getByRole('alert')).toContainText('lessons/mine.json cannot be read');
});
