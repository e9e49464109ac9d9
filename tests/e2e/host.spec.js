// What a page can ask of an embedded one, and what it is told: each word of static/api.json.

const { test, expect, course } = require('./page');
const fs = require('node:fs');
const path = require('node:path');

const api = JSON.parse(fs.readFileSync(path.resolve(__dirname, '../../static/api.json')));
const LINK = 'playground?preset=slow-database-breaker';

const sim = (page, n = 0) => page.locator('fusebox-sim').nth(n);
const frame = (page, n = 0) => page.frameLocator('fusebox-sim >> iframe').nth(n);
const call = (page, name, ...args) => sim(page).evaluate((it, [call, given]) => it[call](...given), [name, args]);
// What a call says: that it is done, or the message of its error.
const code = (page, name, ...args) =>
  sim(page).evaluate((it, [call, given]) => it[call](...given).then(() => 'done', (error) => error.message), [name, args]);

// Opens a page of a course with an element that has these attributes, and notes all events.
async function elements(page, ...all) {
  const tags = all.map((attributes) => `<fusebox-sim label="A run" ${attributes}></fusebox-sim>`).join('');
  const names = JSON.stringify(Object.keys(api.events));
  const body = `<script>
    heard = [];
    for (const name of ${names}) document.addEventListener('fusebox-' + name, ({ detail }) => heard.push({ name, ...detail }));
    </script><script src="fusebox-sim.js"></script>${tags}`;
  await course(page, body);
}

const heard = (page, name) => page.evaluate((name) => window.heard.filter((it) => it.name === name), name);

async function started(page, ...all) {
  await elements(page, ...all);
  for (let n = 0; n < all.length; n++) await sim(page, n).evaluate((it) => it.start());
  await expect.poll(async () => (await heard(page, 'ready')).length).toBe(all.length);
}

test('a host plays, pauses, seeks, breaks and changes the Playground, and hears of it', async ({ page }) => {
  await started(page, `link="${LINK}" autoplay="0" height="800"`);
  const play = frame(page).locator('.time__play');
  await expect(play).toHaveText('Play');
  expect(await code(page, 'act', 'postgres:down')).toBe('done');
  expect(await code(page, 'set', 'postgres.breaker.cooldown', '7s')).toBe('done');
  await expect(frame(page).getByRole('textbox', { name: 'Cooldown' })).toHaveValue('7 s');
  expect(await code(page, 'speed', 5)).toBe('done');
  expect(await code(page, 'play')).toBe('done');
  await expect.poll(async () => (await heard(page, 'transition')).map((it) => `${it.on} ${it.from} ${it.to}`)).toContain('postgres closed open');
  expect((await heard(page, 'fault'))[0]).toMatchObject({ on: 'postgres', ends: false });
  expect(await code(page, 'pause')).toBe('done');
  await expect(play).toHaveText('Play');
  expect((await heard(page, 'state')).map((it) => it.playing)).toEqual([false, true, false]);
  expect(await code(page, 'seek', 3)).toBe('done');
  await expect(frame(page).getByRole('slider', { name: 'Moment of the run' })).toHaveValue('3');
  expect(await call(page, 'getState')).toContain('postgres:down');
  expect(await call(page, 'describe')).toContain('Circuit breaker');
  expect(await call(page, 'poster')).toMatch(/^<svg /);
  expect(await code(page, 'reset')).toBe('done');
  await expect.poll(() => call(page, 'getState')).not.toContain('postgres:down');
});

test('what cannot be done is refused with a reason that names it', async ({ page }) => {
  await started(page, `link="${LINK}" height="800"`);
  expect(await code(page, 'set', 'postgres.breaker.cooldown', 'soon')).toMatch(/cooldown is "soon", but must be/i);
  expect(await code(page, 'set', 'postgres.nonsense', '1')).toContain('nonsense');
  expect(await code(page, 'act', 'postgres:explode')).toContain('explode');
  expect(await code(page, 'seek', -1)).toBe('at has to be a number from 0.');
  expect(await code(page, 'speed', 3)).toContain('must be one of 0.1');
  expect(await code(page, 'setState')).toBe('link has to be a text.');
  await call(page, 'setState', 'check');
  await expect(frame(page).locator('.check')).toBeVisible();
  expect(await code(page, 'act', 'postgres:down')).toBe('The view that is shown has no act.');
});

test('a host plays and changes the Herd', async ({ page }) => {
  await started(page, 'link="herd?clients=50" autoplay="0" height="800"');
  await expect(frame(page).locator('.lane').first()).toBeVisible();
  expect(await code(page, 'set', 'clients', '60')).toBe('done');
  await expect.poll(() => call(page, 'getState')).toContain('clients=60');
  expect(await code(page, 'set', 'clients', '0')).toContain('must be');
  expect(await code(page, 'seek', 4)).toBe('done');
  await expect(frame(page).getByRole('slider', { name: 'Moment of the run' })).toHaveValue('4');
  expect(await code(page, 'play')).toBe('done');
  await expect.poll(async () => (await heard(page, 'state')).map((it) => it.playing)).toEqual([false, true]);
});

test('a lesson and a check tell their progress, and a right and a wrong answer', async ({ page }) => {
  await started(page, 'link="learn" height="800"', 'link="check?answers=last-thread:10" height="800"');
  await expect.poll(async () => new Set((await heard(page, 'progress')).map((it) => it.of)).size).toBe(2);
  await frame(page).getByRole('link', { name: /Next/ }).first().click();
  await expect.poll(async () => (await heard(page, 'progress')).some((it) => it.done === 1 && it.of > 30)).toBe(true);
  await expect.poll(async () => (await heard(page, 'answer')).map((it) => [it.id, it.passed])).toEqual([['last-thread', expect.any(Boolean)]]);
});

test('each panel can be left out by its name, and none is left out otherwise', async ({ page }) => {
  const panels = Object.keys(api.panels);
  const shown = async (link, hide) => {
    await page.goto('about:blank');
    await page.goto(`./embed.html?reveal=auto${hide ? `&hide=${hide}` : ''}#${link}`);
    await expect(page.locator(':is(.stage, .lane__result):visible').last()).toBeVisible();
    await page.locator('.charts, .herd__actions').first().waitFor({ state: 'attached' });
    await page.waitForTimeout(700);
    return page.evaluate(() => [...document.querySelectorAll('#main *')].filter((it) => it.offsetParent).length);
  };
  const views = { [`${LINK}&at=5s`]: panels.filter((it) => !/settings|actions|contention|explanation/.test(it)), 'herd?clients=50&at=5s': ['bar', 'time', 'actions', 'contention'] };
  for (const [link, names] of Object.entries(views)) {
    const all = await shown(link);
    for (const name of names) expect(await shown(link, name), `${link} without ${name}`).toBeLessThan(all);
  }
});

test('what is locked holds against the learner and the host', async ({ page }) => {
  await started(page, `link="${LINK}" lock="settings faults" height="800"`);
  expect(await code(page, 'set', 'postgres.breaker.cooldown', '7s')).toContain('settings is locked');
  expect(await code(page, 'act', 'postgres:down')).toContain('faults is locked');
  expect(await code(page, 'setState', 'herd')).toContain('locked');
  const kill = frame(page).locator('.node__act').first();
  await expect(kill).toBeVisible();
  await kill.click({ force: true });
  await frame(page).locator('.stage').press('k');
  await page.waitForTimeout(500);
  expect(await call(page, 'getState')).toBe(LINK);
  expect(await code(page, 'pause')).toBe('done');
  await frame(page).getByRole('button', { name: 'Share' }).click();
  await frame(page).getByRole('button', { name: 'Take the settings home' }).click();
  await expect(frame(page).locator('.home__bring')).toHaveAttribute('inert', '');
});

test('a host that knows only parameters opens what it wants, and gets the height unasked', async ({ page }) => {
  await course(page, `<script>heard = []; addEventListener('message', ({ data }) => heard.push(data))</script>
        <iframe title="Run" width="700" height="450" src="embed.html?preset=slow-database-breaker&postgres.breaker.cooldown=7s&height=auto&motion=reduce&reveal=auto&utm_source=x"></iframe>`);
  const embedded = page.frameLocator('iframe');
  await expect(embedded.locator('.breaker__state')).not.toBeEmpty();
  const link = page.frames()[1].url().split('#')[1];
  expect(link).toBe('playground?preset=slow-database-breaker&postgres.breaker.cooldown=7s');
  await expect.poll(() => page.evaluate(() => window.heard.filter((it) => it.subject === 'lti.frameResize').at(-1)?.height)).toBeGreaterThan(450);
  await expect(embedded.locator('html')).toHaveAttribute('data-motion', 'reduce');
});

test('elements of a group play and change together', async ({ page }) => {
  await started(page, `link="${LINK}" group="a" autoplay="0" height="700"`, 'link="playground?preset=slow-database" group="a" autoplay="0" height="700"');
  await sim(page).evaluate((it) => it.act('postgres:down'));
  await expect.poll(() => sim(page, 1).evaluate((it) => it.getState())).toContain('postgres:down');
  await sim(page).evaluate((it) => it.play());
  await expect(frame(page, 1).locator('.time__play')).toHaveText('Pause');
});

test('a poster says how much has been loaded', async ({ page }) => {
  await page.route(/_bg\.wasm$/, () => {});
  await page.goto(`./embed.html#${LINK}`);
  await page.getByRole('button', { name: 'Run it here' }).click();
  await expect(page.locator('.poster').getByRole('status')).toBeVisible();
  await expect(page.locator('.poster').getByRole('status')).toContainText(/Nothing has arrived|Loading/);
});

test('the element has a method for each call and an attribute for each parameter', async ({ page }) => {
  await elements(page, `link="${LINK}"`);
  const [methods, attributes] = await sim(page).evaluate((it) => [
    Object.getOwnPropertyNames(it.constructor.prototype),
    it.constructor.observedAttributes,
  ]);
  expect(methods).toEqual(expect.arrayContaining(Object.keys(api.calls)));
  const parameters = Object.keys(api.parameters).filter((it) => it !== 'origin');
  expect(attributes).toEqual(expect.arrayContaining(parameters));
});

test('one key goes past it', async ({ page }) => {
  await course(page, `<a href="#a">before</a><iframe title="Run" width="900" height="700" src="embed.html?reveal=auto#${LINK}"></iframe><a href="#b">after</a>`);
  await expect(page.frameLocator('iframe').locator('.charts')).toBeVisible();
  await page.getByRole('link', { name: 'before' }).focus();
  await page.keyboard.press('Tab');
  await expect(page.frameLocator('iframe').getByRole('button', { name: 'Skip this experiment' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'after' })).toBeFocused();
});

test('on paper it is its picture, in the light, and its link', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(`./embed.html?reveal=auto#${LINK}`);
  await expect(page.locator('.breaker__state')).not.toBeEmpty();
  await expect(page.locator('.on-paper img')).toHaveAttribute('src', /-light\.svg$/);
  await expect(page.locator('.on-paper')).toBeHidden();
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await expect(page.locator('.on-paper')).toContainText(`/#${LINK}`);
  await expect(page.locator('.on-paper img')).toBeVisible();
  await expect(page.locator('#app')).toBeHidden();
});

test('whatever a host sends is answered, and does no harm', async ({ page }) => {
  await course(page, `<iframe title="Run" width="900" height="700" src="embed.html?reveal=auto#${LINK}"></iframe>`);
  await expect(page.frameLocator('iframe').locator('.breaker__state')).not.toBeEmpty();
  const codes = await page.evaluate(async (names) => {
    // The same messages each time.
    let seed = 7;
    const draw = (n) => (seed = (seed * 48271) % 2147483647) % n;
    const pick = (all) => all[draw(all.length)];
    const word = () => pick(['', 'postgres:down', '1e999s:x:y', '%00', 'playground?'.repeat(draw(50)), '\u{1f600}', '<img src=x onerror=alert(1)>', '__proto__', 'x'.repeat(draw(5000))]);
    const value = (depth = 0) => pick([() => word(), () => draw(1e6) - 5e5, () => NaN, () => Infinity, () => null, () => undefined, () => true, () => [word()], () => (depth > 3 ? {} : { [word()]: value(depth + 1) })])();
    const args = () => ({ at: value(), key: value(), value: value(), action: value(), link: value(), theme: value(), speed: value() });
    const message = (id) => pick([() => ({ id, call: pick(names), args: args() }), () => ({ id, call: word(), args: value() }), () => ({ id, call: pick(names), args: value() })])();
    const { port1, port2 } = new MessageChannel();
    const answers = new Map();
    let wake;
    port1.onmessage = ({ data }) => {
      if (data.event !== undefined) return;
      answers.set(data.id, data.error?.code ?? 'ok');
      wake?.();
    };
    const frame = document.querySelector('iframe');
    frame.contentWindow.postMessage({ fusebox: 1, type: 'connect' }, '*', [port2]);
    // At the allowed pace some, and then many at once.
    const count = 400;
    for (let id = 1; id <= count; id++) {
      port1.postMessage(message(id));
      if (id < 60) await new Promise((later) => setTimeout(later, 60));
    }
    const end = performance.now() + 20_000;
    while (answers.size < count && performance.now() < end) await new Promise((resolve) => ((wake = resolve), setTimeout(resolve, 500)));
    return [answers.size, [...new Set(answers.values())].sort()];
  }, Object.keys(api.calls));
  expect(codes[0]).toBe(400);
  expect(codes[1].filter((code) => code !== 'ok' && !Object.hasOwn(api.errors, code))).toEqual([]);
  await expect(page.frameLocator('iframe').locator('#failure')).toBeHidden();
});
