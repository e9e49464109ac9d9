const { chromium } = require('@playwright/test');
(async () => {
  const b = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  const jobs = [];
  for (const [w, h, theme] of [[1440, 900, 'light'], [360, 740, 'dark']]) {
    for (const view of ['playground', 'herd']) {
      jobs.push((async () => {
        const p = await b.newPage({ viewport: { width: w, height: h }, colorScheme: theme });
        await p.goto(`http://127.0.0.1:4302/#${view}`);
        const t = Date.now();
        const at = async (s) => { await p.waitForTimeout(Math.max(0, s * 1000 - (Date.now() - t))); await p.screenshot({ path: `/tmp/eyes/${view}-${w}-${theme}-${s}s.png` }); };
        await at(5);
        if (view === 'playground') await p.getByRole('button', { name: 'Kill the database' }).first().click();
        await at(15);
        if (view === 'playground') { await p.waitForTimeout(10000); const heal = p.getByRole('button', { name: 'Heal the database' }).first(); if (await heal.count()) await heal.click(); }
        await at(60);
        await p.close();
      })());
      await Promise.all(jobs);
    }
  }
  await b.close();
})();
