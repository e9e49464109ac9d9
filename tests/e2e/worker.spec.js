// Long work: in workers if the browser allows them, else on the page, with the same numbers.

const { test, expect } = require('./page');
const base = require('@playwright/test').test;

const WORKERS = /computed in (a worker|\d workers)\.$/;
const PAGE = /computed on the page\.$/;

class Contention {
  constructor(root) {
    this.panel = root.getByRole('region', { name: 'Contention on one row' });
    this.state = this.panel.locator('.contention__state');
    this.writers = this.panel.getByRole('slider', { name: 'Writers' });
    this.lesson = this.panel.getByRole('status');
  }

  // Chooses anew until workers compute it: on a busy machine the page stands in for them at first.
  async chooseInWorkers(writers) {
    await expect(async () => {
      await this.choose(writers + 10);
      await this.choose(writers);
      await expect(this.state).toHaveText(WORKERS, { timeout: 1 });
    }).toPass({ timeout: 30_000 });
  }

  async choose(writers) {
    await this.writers.fill(String(writers));
    await expect(this.panel.getByRole('table', { name: `Calls and time of ${writers} writers of one row` })).toBeVisible();
    await expect(this.panel).toHaveAttribute('aria-busy', 'false');
  }

  // The rows of the table: the backoff, its calls, and its time.
  async rows() {
    const rows = await this.panel.locator('tbody tr').all();
    return Promise.all(rows.map(async (row) => (await row.locator('th, td').allInnerTexts()).join(' | ')));
  }
}

const open = async (page) => {
  await page.goto('./#herd');
  return new Contention(page);
};

// The numbers that workers compute.
async function computedInWorkers(context) {
  const page = await context.newPage();
  const contention = await open(page);
  await contention.chooseInWorkers(40);
  const rows = await contention.rows();
  await page.close();
  return rows;
}

test('workers compute the contention, and the words fit the numbers', async ({ page }) => {
  const contention = await open(page);
  await contention.chooseInWorkers(100);
  expect(page.workers().length).toBeGreaterThan(0);
  const rows = await contention.rows();
  expect(rows).toHaveLength(5);
  const calls = rows.map((row) => Number(row.split(' | ')[1].replace(',', '')));
  expect(Math.max(...calls)).toBe(calls[0]);
  await expect(contention.lesson).toContainText('the fastest, and the most expensive');
  await expect(contention.lesson).toContainText(`with ${rows[0].split(' | ')[1]} calls`);
});

test('there is no worker before there is work', async ({ page }) => {
  await page.goto('./');
  await expect(page.locator('.breaker__state')).not.toBeEmpty();
  expect(page.workers()).toEqual([]);
});

test('the first result of the Herd is there in the second frame after it is opened', async ({ page }) => {
  await page.goto('./');
  await expect.poll(() => page.locator('.lane__numbers').count(), { timeout: 30_000 }).toBeGreaterThan(1);
  await expect(page.locator('.herd__progress')).toBeEmpty();
  const shown = await page.evaluate(async () => {
    document.querySelector('nav a[href="#herd"]').click();
    const frame = () => new Promise((then) => requestAnimationFrame(then));
    await frame();
    await frame();
    const numbers = [...document.querySelectorAll('.lane__numbers')];
    return numbers.map((it) => it.checkVisibility());
  });
  expect(shown.length).toBeGreaterThan(1);
  expect(shown).not.toContain(false);
});

test('the results with which the Herd opens are those that the page computes', async ({ page, context }) => {
  const said = async (page) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto('./#herd');
    await expect(page.locator('.calls')).toHaveCount(2, { timeout: 30_000 });
    return page.locator('.lane__sentence, .calls').allInnerTexts();
  };
  const other = await context.newPage();
  let asked = 0;
  await other.route('**/results/herd.txt*', (route) => {
    asked += 1;
    return route.fulfill({ body: 'nothing that can be read' });
  });
  const computed = await said(other);
  expect(asked).toBe(1);
  await other.close();
  const [fetched] = await Promise.all([said(page), page.waitForResponse('**/results/herd.txt*')]);
  expect(fetched).toEqual(computed);
  expect(fetched).toHaveLength(4);
});

test('while the network stalls, the page computes the results with which the Herd opens', async ({ page }) => {
  await page.route('**/results/herd.txt*', () => {});
  await page.goto('./#herd');
  await expect(page.locator('.calls')).toHaveCount(2, { timeout: 30_000 });
});

test('only the last of many choices is computed to its end', async ({ page }) => {
  const contention = await open(page);
  await contention.choose(20);
  const small = await contention.rows();
  await contention.writers.fill('200');
  await expect(contention.state).toHaveText(/^Computing/);
  await contention.choose(20);
  expect(await contention.rows()).toEqual(small);
});

test.describe('the numbers are the same', () => {
  test('without workers, and the page does not stall', async ({ page, context }) => {
    const rows = await computedInWorkers(context);
    await page.addInitScript(() => {
      delete globalThis.Worker;
    });
    const contention = await open(page);
    await contention.choose(200);
    await page.evaluate(() => {
      globalThis.longest = 0;
      let before = performance.now();
      const look = () => {
        const now = performance.now();
        globalThis.longest = Math.max(globalThis.longest, now - before);
        before = now;
        setTimeout(look);
      };
      look();
    });
    await contention.choose(40);
    expect(await page.evaluate(() => globalThis.longest)).toBeLessThan(400);
    await expect(contention.state).toHaveText(PAGE);
    expect(await contention.rows()).toEqual(rows);
  });

  test('where a worker never answers', async ({ page, context }) => {
    const rows = await computedInWorkers(context);
    await page.addInitScript(() => {
      globalThis.Worker = class extends EventTarget {
        postMessage() {}
        terminate() {}
      };
    });
    const contention = await open(page);
    await contention.choose(40);
    await expect(contention.state).toHaveText(PAGE);
    expect(await contention.rows()).toEqual(rows);
  });

  test('while the workers are late, and once they are there', async ({ page }) => {
    await page.addInitScript(() => {
      const Real = Worker;
      globalThis.Worker = class extends Real {
        postMessage(message) {
          if (this.isStarted) return super.postMessage(message);
          this.isStarted = true;
          globalThis.started ??= new Promise((then) => (globalThis.nowStart = then));
          globalThis.started.then(() => super.postMessage(message));
        }
      };
    });
    const contention = await open(page);
    await contention.choose(40);
    await expect(contention.state).toHaveText(PAGE);
    const rows = await contention.rows();
    await page.evaluate(() => globalThis.nowStart());
    await contention.chooseInWorkers(40);
    expect(await contention.rows()).toEqual(rows);
  });

  test('where a worker fails in the middle of its work', async ({ page, context }) => {
    const rows = await computedInWorkers(context);
    await page.addInitScript(() => {
      const Real = Worker;
      globalThis.Worker = class extends Real {
        postMessage(message) {
          super.postMessage(message);
          // The first message is the start; the second is a job.
          this.messages = (this.messages ?? 0) + 1;
          if (this.messages === 2) queueMicrotask(() => this.dispatchEvent(new Event('error')));
        }
      };
    });
    const contention = await open(page);
    await contention.choose(40);
    await expect(contention.state).toHaveText(PAGE);
    expect(page.workers()).toEqual([]);
    expect(await contention.rows()).toEqual(rows);
  });

  test('in a sandboxed frame', async ({ page, context, baseURL }) => {
    const rows = await computedInWorkers(context);
    await page.route('**/course.html', (route) => {
      const frame = `<iframe sandbox="allow-scripts" width="1200" height="900" src="${baseURL}embed.html?reveal=auto#herd"></iframe>`;
      return route.fulfill({ contentType: 'text/html', body: `<!doctype html><title>A course</title>${frame}` });
    });
    await page.goto('./course.html');
    const contention = new Contention(page.frameLocator('iframe'));
    await contention.choose(40);
    await expect(contention.state).toHaveText(PAGE);
    expect(await contention.rows()).toEqual(rows);
  });
});

// The browser itself reports violations of the policy on the console.
base('under a policy without workers the page does the work', async ({ page }) => {
  await page.route(/\/(#.*)?$/, async (route) => {
    const response = await route.fetch();
    const policy = response.headers()['content-security-policy'];
    const headers = { ...response.headers(), 'content-security-policy': `${policy}; worker-src 'none'` };
    await route.fulfill({ response, headers });
  });
  const contention = await open(page);
  await contention.choose(40);
  await expect(contention.state).toHaveText(PAGE);
});
