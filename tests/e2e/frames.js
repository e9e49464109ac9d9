// Measures the built page in a browser: the time of a frame on the main thread, frames per second, long
// tasks, and the memory of a run of ten minutes. script/frames explains the output.
//
// The time of a frame is taken from the browser's own trace: all tasks of the page's main thread
// ("RunTask") from the one in which a frame begins to the one in which the next begins. "work" is the
// processor time of that thread; "wall" is the elapsed time, in which other processes may have used the
// processor.

const { chromium } = require('@playwright/test');
const { BROWSERS } = require('./browsers');
const { spawn } = require('node:child_process');
const path = require('node:path');

const port = 4179;
const only = process.argv[2] ?? '';

const usual = { width: 1440, height: 900 };
// All four charts and the stage are visible at once.
const tall = { width: 1600, height: 2400 };

// The times are simulated seconds, except for the length of the measurement.
const cases = [
  { name: 'healthy', link: '', view: usual, speed: '1×', from: 3, seconds: 10 },
  { name: 'outage', link: 'playground?actions=3s:postgres:hang', view: tall, speed: '1×', from: 6, seconds: 10 },
  { name: 'flood', link: '', view: tall, speed: '20×', from: 30, seconds: 10 },
  { name: 'storm', link: 'playground?preset=retry-storm', view: tall, speed: '10×', from: 30, seconds: 10 },
  { name: 'herd', link: 'playground?preset=herd-immediate', view: tall, speed: '5×', from: 4, seconds: 10 },
];
const minutes = [1, 2, 5, 10];

const figure = (name, value, unit) => console.log(`figure page_${name} ${value} ${unit}`);

async function open(browser, { link, view, speed }) {
  const page = await browser.newPage({ viewport: view });
  page.on('pageerror', (error) => fail(`the page failed: ${error.message}`));
  await page.addInitScript(() => {
    // Trunk passes on the exports of the module.
    addEventListener('TrunkApplicationStarted', ({ detail }) => (window.fuseboxMemory = detail.wasm.memory));
  });
  await page.goto(`http://127.0.0.1:${port}/#${link}`);
  await page.locator('.playground').getByLabel('Speed').selectOption({ label: speed });
  return page;
}

const now = (page) => page.locator('.time__now').innerText().then(Number.parseFloat);

async function reach(page, seconds) {
  const late = Date.now() + 120_000;
  while ((await now(page)) < seconds) {
    if (Date.now() > late) fail(`simulated second ${seconds} does not come`);
    await page.waitForTimeout(100);
  }
}

async function trace(page, seconds) {
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const done = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['__metadata', 'devtools.timeline', 'disabled-by-default-devtools.timeline'] },
  });
  await page.waitForTimeout(seconds * 1000);
  await session.send('Tracing.end');
  await done;
  return events;
}

// The milliseconds of each frame on the main thread, in ascending order, and the frames per second.
function frames(events) {
  const place = ({ pid, tid }) => `${pid}:${tid}`;
  const begins = events.filter(({ name }) => name === 'FireAnimationFrame');
  const counts = new Map();
  for (const event of begins) counts.set(place(event), (counts.get(place(event)) ?? 0) + 1);
  const [main] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? fail('the trace has no frame');
  const sorted = (list) => list.filter((event) => place(event) === main).sort((a, b) => a.ts - b.ts);
  const tasks = sorted(events.filter(({ name, ph }) => name === 'RunTask' && ph === 'X'));
  // Several callbacks of one frame start in one task.
  const starts = [...new Set(sorted(begins).map(({ ts }) => taskAt(tasks, ts)))].filter((n) => n >= 0);
  const [work, wall] = [[], []];
  for (let n = 0; n + 1 < starts.length; n += 1) {
    const all = tasks.slice(starts[n], starts[n + 1]);
    work.push(all.reduce((sum, { tdur }) => sum + tdur, 0) / 1000);
    wall.push(all.reduce((sum, { dur }) => sum + dur, 0) / 1000);
  }
  const ascending = (a, b) => a - b;
  const rate = (work.length * 1e6) / (tasks[starts.at(-1)].ts - tasks[starts[0]].ts);
  const long = tasks.map(({ dur }) => dur / 1000).filter((length) => length > 50);
  return { work: work.sort(ascending), wall: wall.sort(ascending), rate, long };
}

function taskAt(tasks, ts) {
  let [low, high] = [0, tasks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tasks[middle].ts <= ts) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

async function measure(browser, one) {
  const page = await open(browser, one);
  await reach(page, one.from);
  const [simulated, started] = [await now(page), Date.now()];
  // The number of dots that are drawn, and the number of calls that they stand for.
  const [dots, stands] = [[], []];
  const look = setInterval(async () => {
    const data = await page.locator('.scene__dots').evaluate(({ dataset }) => ({ ...dataset })).catch(() => ({}));
    dots.push(Number(data.dots ?? 0));
    stands.push(Number(data.dots ?? 0) * Number(data.oneIn ?? 1));
  }, 500);
  const events = await trace(page, one.seconds);
  clearInterval(look);
  const speed = ((await now(page)) - simulated) / ((Date.now() - started) / 1000);
  const { work, wall, rate, long } = frames(events);
  figure(`${one.name}_work_p50`, at(work, 0.5).toFixed(2), 'ms');
  figure(`${one.name}_work_p95`, at(work, 0.95).toFixed(2), 'ms');
  figure(`${one.name}_work_max`, work.at(-1).toFixed(2), 'ms');
  figure(`${one.name}_wall_p95`, at(wall, 0.95).toFixed(2), 'ms');
  figure(`${one.name}_frames`, rate.toFixed(1), '1/s');
  figure(`${one.name}_long_tasks`, long.length, 'tasks');
  figure(`${one.name}_longest_task`, Math.max(0, ...long).toFixed(0), 'ms');
  figure(`${one.name}_dots`, Math.max(0, ...dots), 'dots');
  figure(`${one.name}_in_flight`, Math.max(0, ...stands), 'dots');
  figure(`${one.name}_speed`, speed.toFixed(2), 'simulated_seconds_a_second');
  if (process.env.TRACE) require('node:fs').writeFileSync(`${process.env.TRACE}-${one.name}.json`, JSON.stringify(events));
  await page.close();
}

// The time from a change in the Herd until its result is on the page, and the longest stall of the page
// for a lane of 100,000 clients: with web workers, and without.
async function lanes(browser) {
  await lanesOf(browser, '');
  await lanesOf(browser, 'without_workers_');
}

async function lanesOf(browser, crew) {
  const page = await browser.newPage({ viewport: usual });
  if (crew) await page.addInitScript(() => delete window.Worker);
  page.on('pageerror', (error) => fail(`the page failed: ${error.message}`));
  await page.addInitScript(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longTasks.push(duration);
    }).observe({ type: 'longtask' });
  });
  const done = () => page.waitForFunction(
    () => document.querySelector('.lane__numbers') && !document.querySelector('.herd__progress').textContent,
    null,
    { timeout: 120_000, polling: 20 },
  );
  await page.goto(`http://127.0.0.1:${port}/#herd`);
  await done();
  await page.waitForTimeout(1_000);
  const times = [];
  for (let n = 0; n < 20; n += 1) {
    times.push(await page.evaluate((clients) => new Promise((resolve) => {
      const start = performance.now();
      const isDone = () => !document.querySelector('.lane.is-stale, .herd__progress:not(:empty)');
      const observer = new MutationObserver(() => {
        if (!isDone()) return;
        observer.disconnect();
        requestAnimationFrame(() => resolve(performance.now() - start));
      });
      observer.observe(document.querySelector('.herd'), { subtree: true, childList: true, characterData: true, attributes: true });
      const field = document.querySelector('#herd-clients');
      field.value = clients;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
    }), String(990 + n)));
  }
  times.sort((a, b) => a - b);
  figure(`${crew}change_of_usual_lanes_p50`, at(times, 0.5).toFixed(0), 'ms');
  figure(`${crew}change_of_usual_lanes_p95`, at(times, 0.95).toFixed(0), 'ms');
  await page.goto(`http://127.0.0.1:${port}/#herd?clients=100000&lanes=full`);
  await page.evaluate(() => (window.longTasks.length = 0));
  const start = Date.now();
  await done();
  figure(`${crew}lane_of_100000_clients`, Date.now() - start, 'ms');
  await page.waitForTimeout(500);
  const stalls = await page.evaluate(() => window.longTasks);
  figure(`${crew}lane_of_100000_clients_stall`, Math.max(0, ...stalls).toFixed(0), 'ms');
  await page.close();
}

// How often the page is drawn in the other browsers while it plays and while it is paused, and how often
// an empty page in which one word changes is: the most that they can do on this machine.
async function others() {
  const rate = (window, seconds) => window.run((length) => new Promise((then) => {
    let [count, start] = [0, performance.now()];
    const frame = () => {
      const passed = performance.now() - start;
      if (passed >= length) return then((count / passed) * 1000);
      count += 1;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }), seconds * 1000);
  for (const Browser of BROWSERS.filter((it) => !it.missing)) {
    const window = await Browser.open();
    const name = Browser.name.toLowerCase();
    await window.goto(`http://127.0.0.1:${port}/empty`);
    await window.run(() => {
      const word = document.body.appendChild(document.createElement('p'));
      const change = (time) => {
        word.textContent = time;
        requestAnimationFrame(change);
      };
      requestAnimationFrame(change);
    });
    figure(`${name}_one_word_frames`, (await rate(window, 5)).toFixed(1), '1/s');
    await window.goto(`http://127.0.0.1:${port}/`);
    await window.shows('.breaker__state', /^Closed/);
    await window.run(() => new Promise((then) => setTimeout(then, 5000)));
    figure(`${name}_playing_frames`, (await rate(window, 5)).toFixed(1), '1/s');
    await window.press(' ');
    await window.run(() => new Promise((then) => setTimeout(then, 3000)));
    figure(`${name}_paused_frames`, (await rate(window, 5)).toFixed(1), '1/s');
    await window.close();
  }
}

async function memory(browser) {
  const page = await open(browser, { link: 'playground?actions=60s:postgres:down,90s:postgres:heal', view: usual, speed: '20×' });
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const seen = [];
  for (const minute of minutes) {
    await reach(page, minute * 60);
    await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    const metric = (name) => metrics.find((one) => one.name === name).value;
    const wasm = await page.evaluate(() => window.fuseboxMemory.buffer.byteLength);
    const [heap, nodes] = [metric('JSHeapUsedSize'), metric('Nodes')];
    figure(`minute_${minute}_wasm_memory`, (wasm / 2 ** 20).toFixed(2), 'MiB');
    figure(`minute_${minute}_script_heap`, (heap / 2 ** 20).toFixed(2), 'MiB');
    figure(`minute_${minute}_nodes`, nodes, 'nodes');
    seen.push({ minute, wasm, heap });
  }
  const [first, last] = [seen[1], seen.at(-1)];
  const growth = (of) => ((last[of] - first[of]) / 1024 / (last.minute - first.minute)).toFixed(1);
  figure('wasm_memory_growth', growth('wasm'), 'KiB_a_minute');
  figure('script_heap_growth', growth('heap'), 'KiB_a_minute');
  await page.close();
}

function fail(message) {
  console.error(`frames: ${message}`);
  server.kill();
  process.exit(1);
}

const server = spawn(process.execPath, [path.join(__dirname, 'serve.js'), String(port)], { stdio: 'inherit' });

async function main() {
  const { launchOptions } = require('./playwright.config.js').use;
  const browser = await chromium.launch(launchOptions);
  for (const one of cases) {
    if (one.name.startsWith(only)) await measure(browser, one);
  }
  if ('lanes'.startsWith(only)) await lanes(browser);
  if ('memory'.startsWith(only)) await memory(browser);
  if ('others'.startsWith(only)) await others();
  await browser.close();
  server.kill();
}

main().catch((error) => fail(error.message));
