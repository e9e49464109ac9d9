// The page in one file, and the packages for learning systems that have it inside.

const { test, expect, Playground } = require('./page');
const { unzip, serveFiles, learningRecords } = require('./learning');
const base = require('@playwright/test').test;
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const dist = path.resolve(__dirname, '../../dist');
const single = path.join(dist, 'fusebox.html');
const address = pathToFileURL(single).href;
const LINK = 'playground?preset=slow-database-breaker';

const kill = (page) => page.getByRole('button', { name: 'Kill the database' });

// What is requested, apart from the page itself and what it makes for its workers.
function strangers(page) {
  const requests = [];
  page.on('request', (request) => {
    if (!/^blob:/.test(request.url()) && request.url().split(/[?#]/)[0] !== address) requests.push(request.url());
  });
  return requests;
}

async function makePackage(kind, link, title) {
  const code = fs.readFileSync(path.join(dist, 'package.js'));
  const { pack } = await import(`data:text/javascript;base64,${code.toString('base64')}`);
  const bytes = Buffer.from(await pack({ kind, link, title }, async (name) => fs.readFileSync(path.join(dist, name), 'utf8')));
  return kind === 'single' ? bytes.toString() : unzip(bytes);
}

// In place of the page, one that says what the test has it say.
const STUB = `<!doctype html><title>A page</title><script>
  const greeting = setInterval(() => parent.postMessage({ fusebox: 1, type: 'hello' }, '*'), 20);
  addEventListener('message', ({ data, ports }) => {
    if (data?.type !== 'connect') return;
    clearInterval(greeting);
    window.port = ports[0];
  });
</script>`;

const inner = (page) => page.frames().find((frame) => frame.url().includes('/fusebox.html'));

async function tell(page, events) {
  await expect.poll(() => inner(page)?.evaluate(() => 'port' in window)).toBe(true);
  await inner(page).evaluate((all) => all.forEach(([event, detail]) => window.port.postMessage({ event, detail })), events);
}

// Messages that say nothing, whatever they look like.
const NONSENSE = [
  [undefined, undefined],
  ['constructor', {}],
  ['goal', null],
  ['goal', { id: '', passed: true }],
  ['goal', { id: 'x'.repeat(10_000), passed: true }],
  ['goal', { id: 'a', passed: 'yes' }],
  ['answer', { id: { toString: 7 }, passed: true }],
  ['goal', { id: 'a', passed: true, view: 'herd' }],
  ['progress', { done: 3, of: 2 }],
  ['progress', { done: -1, of: 1e9 }],
  ['progress', { done: NaN, of: Infinity }],
  ['change', { link: 'x'.repeat(100_000) }],
  ['change', 7],
  ['change', { link: 'herd' }],
];

test.describe('the page in one file', () => {
  test('opens from a disk with all its views, and requests nothing', async ({ page }) => {
    const requests = strangers(page);
    await page.goto(`${address}#${LINK}`);
    const playground = new Playground(page);
    await playground.kill.click();
    await expect(playground.state).toHaveText(/open/i);
    await page.goto(`${address}#learn`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('.breaker__state, canvas').first()).toBeVisible();
    await page.goto(`${address}#check`);
    await expect(page.getByText('24 questions')).toBeVisible();
    await page.goto(`${address}#herd?clients=50&duration=5s&bands=5`);
    await expect(page.locator('.bands__verdict')).toBeVisible();
    await expect.poll(() => page.workers().length).toBeGreaterThan(0);
    expect(requests).toEqual([]);
  });

  test('runs in a frame that may only run scripts, at the link that it brings', async ({ page }) => {
    const requests = strangers(page);
    await page.setContent('<iframe sandbox="allow-scripts" title="A page" width="1200" height="900"></iframe>');
    await page.locator('iframe').evaluate((frame, text) => (frame.srcdoc = text), await makePackage('single', `${LINK}&postgres.breaker.cooldown=7s`));
    const frame = page.frameLocator('iframe');
    await expect(frame.getByRole('textbox', { name: 'Cooldown' })).toHaveValue('7 s');
    await kill(frame).click();
    await expect(frame.locator('.breaker__state')).toHaveText(/open/i);
    expect(requests).toEqual([]);
  });
});

test.describe('a package for SCORM 1.2', () => {
  const API = fs.readFileSync(require.resolve('scorm-again/scorm12/min'), 'utf8');
  const lms = (saved) => `<!doctype html><title>A course</title><script src="scorm-again.js"></script><script>
      window.API = new Scorm12API({ autocommit: false });
      API.loadFromJSON({ core: { lesson_mode: 'normal', credit: 'credit' }, suspend_data: ${JSON.stringify(saved)} });
      window.finished = 0;
      API.on('LMSFinish', () => window.finished++);
      // A learning system shows these to nobody.
      window.set = {};
      for (const key of ['exit', 'session_time']) API.on(\`LMSSetValue.cmi.core.\${key}\`, (_, value) => (window.set[key] = value));
    </script><iframe title="A package" src="index.html" width="1200" height="900"></iframe>`;

  // Opens the package in a learning system, which has saved this.
  async function open(page, files, saved = '') {
    const server = await serveFiles(new Map([...files, ['lms.html', lms(saved)], ['scorm-again.js', API]]));
    await page.goto(`${server.address}/lms.html`);
    return server;
  }
  const recorded = (page) =>
    page.evaluate(() => {
      const { cmi } = window.API;
      return [cmi.core.lesson_status, cmi.core.score.raw];
    });
  const leave = (page) => page.locator('iframe').evaluate((frame) => frame.remove());

  test('has a manifest with all its files', async ({ page }) => {
    const files = await makePackage('scorm12', '#learn?step=trips&x="<>', 'A & B <"\u0001\ud800>');
    const manifest = files.get('imsmanifest.xml').toString();
    const seen = await page.evaluate((text) => {
      const xml = new DOMParser().parseFromString(text, 'application/xml');
      const [resource] = xml.getElementsByTagName('resource');
      return {
        wrong: xml.getElementsByTagName('parsererror').length,
        schema: [...xml.querySelectorAll('metadata > *')].map((it) => it.textContent),
        titles: [...xml.getElementsByTagName('title')].map((it) => it.textContent),
        refers: xml.querySelector('item').getAttribute('identifierref') === resource.id || resource.getAttribute('identifier'),
        kind: resource.getAttributeNS('http://www.adlnet.org/xsd/adlcp_rootv1p2', 'scormtype'),
        start: resource.getAttribute('href'),
        files: [...xml.getElementsByTagName('file')].map((it) => it.getAttribute('href')),
      };
    }, manifest);
    expect(seen).toEqual({
      wrong: 0,
      schema: ['ADL SCORM', '1.2'],
      titles: ['A & B <">', 'A & B <">'],
      refers: 'page',
      kind: 'sco',
      start: 'index.html',
      files: [...files.keys()].filter((name) => name !== 'imsmanifest.xml'),
    });
    await page.setContent(files.get('index.html').toString().replace(/<script.*<\/script>/g, ''));
    expect(await page.locator('html').getAttribute('data-link')).toBe('learn?step=trips&x="<>');
    await expect(makePackage('scorm13', 'learn')).rejects.toThrow('single, scorm12 or cmi5');
    await expect(makePackage('cmi5', 'x'.repeat(5_000))).rejects.toThrow('at most 4000 letters');
  });

  test('reports the score and the status, and goes on where it was left', async ({ page }) => {
    const files = new Map([...(await makePackage('scorm12', 'learn?step=trips')), ['fusebox.html', STUB]]);
    const first = await open(page, files);
    await tell(page, [['progress', { done: 0, of: 3, goals: 2 }]]);
    await expect.poll(() => recorded(page)).toEqual(['incomplete', '']);
    await tell(page, NONSENSE);
    await tell(page, [['goal', { id: 'a', passed: false }], ['goal', { id: 'a', passed: true }], ['goal', { id: 'a', passed: false }]]);
    await expect.poll(() => recorded(page)).toEqual(['incomplete', '50']);
    await tell(page, [['change', { link: 'learn?step=walls' }], ['progress', { done: 2, of: 3, goals: 2 }]]);
    await expect.poll(() => page.evaluate(() => window.API.cmi.suspend_data)).toContain('learn?step=walls');
    await leave(page);
    await expect.poll(() => page.evaluate(() => window.finished)).toBe(1);
    const [saved, set] = await page.evaluate(() => [window.API.cmi.suspend_data, window.set]);
    expect(set).toEqual({ exit: 'suspend', session_time: expect.stringMatching(/^0000:00:\d\d\.\d\d$/) });
    expect(saved.length).toBeLessThanOrEqual(4_096);
    first.close();

    const second = await open(page, files, saved);
    await tell(page, [['progress', { done: 3, of: 3, goals: 2 }]]);
    expect(inner(page).url()).toContain('#learn?step=walls');
    await expect.poll(() => recorded(page)).toEqual(['failed', '50']);
    await tell(page, [['answer', { id: 'b', passed: true }]]);
    await expect.poll(() => recorded(page)).toEqual(['passed', '100']);
    await tell(page, [['progress', { done: 1, of: 3, goals: 2 }]]);
    await leave(page);
    await expect.poll(() => page.evaluate(() => window.finished)).toBe(1);
    expect((await recorded(page))[0]).toBe('passed');
    second.close();
  });

  test('keeps to what a learning system can keep, and survives what it says', async ({ page }) => {
    const files = new Map([...(await makePackage('scorm12', 'check')), ['fusebox.html', STUB]]);
    const server = await open(page, files, '{"link":7,"passed":{"a":1},"done":"x"}');
    const many = Array.from({ length: 300 }, (_, n) => ['answer', { id: `question-${n}-${'x'.repeat(50)}`, passed: true }]);
    await tell(page, [['change', { link: `check?answers=${'y'.repeat(4_000)}` }], ...many, ['progress', { done: 300, of: 300 }]]);
    await expect.poll(() => recorded(page)).toEqual(['passed', '100']);
    const saved = await page.evaluate(() => window.API.cmi.suspend_data);
    expect(saved.length).toBeLessThanOrEqual(4_096);
    expect(saved.length).toBeGreaterThan(4_000);
    expect(JSON.parse(saved).passed.length).toBeGreaterThan(50);
    server.close();
  });

  test('is the page alone where the learning system fails or there is none', async ({ page }) => {
    const files = new Map([...(await makePackage('scorm12', LINK)), ['fusebox.html', STUB]]);
    const fails = `<!doctype html><title>A course</title><script>
      window.API = { LMSInitialize: () => true, LMSGetValue() { throw new Error('down') }, LMSSetValue: () => null };
    </script><iframe title="A package" src="index.html"></iframe>`;
    const server = await serveFiles(new Map([...files, ['lms.html', fails]]));
    await page.goto(`${server.address}/lms.html`);
    await tell(page, [['ready', {}]]);
    await expect(page.frameLocator('iframe').getByRole('status')).toHaveText('The learning system has not taken the last result.');
    await leave(page);
    await page.goto(`${server.address}/index.html`);
    await tell(page, [['ready', {}]]);
    await expect(page.getByRole('status')).toHaveText('No learning system was found, so no result is recorded.');
    server.close();
  });

  test('completes an experiment in the page itself, and saves its link', async ({ page }) => {
    const server = await open(page, await makePackage('scorm12', LINK));
    const frame = page.frameLocator('iframe').frameLocator('iframe');
    await kill(frame).click();
    await expect(frame.locator('.breaker__state')).toHaveText(/open/i);
    await expect.poll(() => recorded(page)).toEqual(['completed', '']);
    // The page settles before it changes its link.
    await page.waitForTimeout(500);
    await leave(page);
    await expect.poll(() => page.evaluate(() => window.API.cmi.suspend_data)).toContain('postgres:down');
    expect(await page.evaluate(() => window.finished)).toBe(1);
    server.close();
  });
});

// A learning system without a document answers 404, which is an error on the console.
base.describe('a package for cmi5', () => {
  const SESSION = 'https://w3id.org/xapi/cmi5/context/extensions/sessionid';
  const CATEGORY = 'https://w3id.org/xapi/cmi5/context/categories/';
  const grouping = [{ id: 'urn:fusebox:course' }];
  const ACTOR = { objectType: 'Agent', account: { homePage: 'https://lms.example', name: 'ada' } };
  const ACTIVITY = 'https://lms.example/activities/1';
  const REGISTRATION = '11111111-2222-4333-8444-555555555555';
  const data = {
    contextTemplate: { extensions: { [SESSION]: 'session-7' }, contextActivities: { grouping, category: { id: 'urn:theirs' } } },
    launchMode: 'Normal',
    masteryScore: 0.7,
    moveOn: 'CompletedAndPassed',
  };

  let files;
  base.beforeAll(async () => (files = new Map([...(await makePackage('cmi5', 'learn?step=trips', 'Breakers & more')), ['fusebox.html', STUB]])));

  // Runs a session with these events; gives the verbs that have been recorded in all.
  async function session(page, server, records, events) {
    records.begin();
    const query = new URLSearchParams({
      endpoint: `${records.address}/xapi`,
      fetch: `${records.address}/token`,
      actor: JSON.stringify(ACTOR),
      registration: REGISTRATION,
      activityId: ACTIVITY,
    });
    await page.goto(`${server.address}/index.html?${query}`);
    await tell(page, events);
    await page.waitForTimeout(200);
  }
  const verbs = ({ kept }) => kept.statements.map(({ verb }) => verb.id.split('/').pop());
  const done = [['progress', { done: 2, of: 2, goals: 4 }]];
  const goals = (n) => Array.from({ length: n }, (_, k) => ['goal', { id: `goal-${k}`, passed: true }]);

  base('has a course structure', async ({ page }) => {
    const seen = await page.evaluate((text) => {
      const xml = new DOMParser().parseFromString(text, 'application/xml');
      const root = xml.documentElement;
      const [au] = xml.getElementsByTagName('au');
      const attributes = Object.fromEntries([...au.attributes].map(({ name, value }) => [name, value]));
      const children = (it) => [...it.children].map(({ localName }) => localName);
      return [root.namespaceURI, root.localName, children(root), children(root.children[0]), children(au), attributes, au.textContent.replace(/\s+/g, ' ')];
    }, files.get('cmi5.xml').toString());
    expect(seen).toEqual([
      'https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd',
      'courseStructure',
      ['course', 'au'],
      ['title', 'description'],
      ['title', 'description', 'url'],
      { id: expect.stringMatching(/^urn:fusebox:[0-9a-f]{8}$/), launchMethod: 'AnyWindow', moveOn: 'CompletedAndPassed', masteryScore: '0.8' },
      ' Breakers & more Breakers & more index.html ',
    ]);
  });

  base('sends each statement once and in order, with the context of the learning system', async ({ page }) => {
    const [server, records] = [await serveFiles(files), await learningRecords(data)];
    await session(page, server, records, [...NONSENSE, ...goals(3), ['change', { link: 'learn?step=walls' }], ...done, ...done]);
    await page.goto('about:blank');
    await expect.poll(() => verbs(records)).toEqual(['initialized', 'completed', 'passed', 'terminated']);
    expect(records.kept.refused).toEqual([]);
    expect(records.kept.read).toEqual(expect.arrayContaining(['LMS.LaunchData', 'cmi5LearnerPreferences']));
    const duration = expect.stringMatching(/^PT\d+\.\d\dS$/);
    const results = records.kept.statements.map(({ result }) => result);
    expect(results).toEqual([
      undefined,
      { completion: true, duration },
      { success: true, score: { scaled: 0.75 }, duration },
      { duration },
    ]);
    for (const [n, statement] of records.kept.statements.entries()) {
      const isJudgement = n === 1 || n === 2;
      const extensions = { [SESSION]: 'session-7', ...(n === 2 ? { 'https://w3id.org/xapi/cmi5/context/extensions/masteryscore': 0.7 } : {}) };
      const category = ['urn:theirs', `${CATEGORY}cmi5`, ...(isJudgement ? [`${CATEGORY}moveon`] : [])].map((id) => ({ id }));
      expect(statement).toMatchObject({ actor: ACTOR, object: { objectType: 'Activity', id: ACTIVITY } });
      expect(statement.context).toEqual({ registration: REGISTRATION, extensions, contextActivities: { grouping, category } });
      expect(new Date(statement.timestamp).toISOString()).toBe(statement.timestamp);
    }

    // In another session nothing is said twice, and the page opens where it was left.
    await session(page, server, records, [...goals(4), ...done]);
    expect(inner(page).url()).toContain('#learn?step=walls');
    await page.goto('about:blank');
    await expect.poll(() => verbs(records).slice(4)).toEqual(['initialized', 'terminated']);
    server.close();
    records.close();
  });

  base('tells a failure at the end of a session, and a later success', async ({ page }) => {
    const [server, records] = [await serveFiles(files), await learningRecords(data)];
    await session(page, server, records, [...goals(2), ...done]);
    await page.goto('about:blank');
    await expect.poll(() => verbs(records)).toEqual(['initialized', 'completed', 'failed', 'terminated']);
    expect(records.kept.statements[2].result).toMatchObject({ success: false, score: { scaled: 0.5 } });
    await session(page, server, records, goals(4));
    await page.goto('about:blank');
    await expect.poll(() => verbs(records).slice(4)).toEqual(['initialized', 'passed', 'terminated']);
    server.close();
    records.close();
  });

  base('judges nobody who only looks around, and goes back to the learning system', async ({ page }) => {
    const server = await serveFiles(files);
    const records = await learningRecords({ ...data, launchMode: 'Browse', returnURL: `${server.address}/launch.js` });
    await session(page, server, records, [...goals(4), ...done]);
    await page.getByRole('button', { name: 'Finish' }).click();
    await page.waitForURL(/launch\.js$/);
    expect(verbs(records)).toEqual(['initialized', 'terminated']);
    server.close();
    records.close();
  });

  base('says why nothing is recorded, and is the page alone', async ({ page }) => {
    const [server, records] = [await serveFiles(files), await learningRecords(data)];
    await session(page, server, records, []);
    await page.reload();
    await expect(page.getByRole('status')).toContainText('The learning system has ended this session.');
    await tell(page, goals(1));
    await expect.poll(() => verbs(records)).toEqual(['initialized', 'terminated']);
    records.kept.documents.delete('LMS.LaunchData');
    await session(page, server, records, goals(1));
    await expect(page.getByRole('status')).toContainText('has not said how to record results');
    expect(verbs(records)).toEqual(['initialized', 'terminated']);
    server.close();
    records.close();
  });
});
