const { defineConfig } = require('@playwright/test');

const OTHERS = 'browsers.spec.js';
const port = Number(process.env.PORT || 4178);

module.exports = defineConfig({
  testDir: '.',
  // Browsers without a graphics card take all of the machine, so those tests run last and alone:
  //   npx playwright test --no-deps browsers.spec.js
  projects: [
    { name: 'chromium', testMatch: '*.spec.js', testIgnore: OTHERS },
    { name: 'others', testMatch: OTHERS, dependencies: ['chromium'] },
  ],
  outputDir: 'test-results',
  // After an intended change, renew the references with
  //   npx playwright test references.spec.js --update-snapshots
  // and look at each new one before you keep it.
  snapshotPathTemplate: 'references/{arg}{ext}',
  reporter: 'list',
  // A flaky test is a failure.
  retries: 0,
  // The page computes a lot, so more browsers than this would slow each other down.
  workers: 2,
  timeout: 60_000,
  expect: {
    timeout: 15_000,
    // Other fonts would break lines in other places.
    toHaveScreenshot: { maxDiffPixelRatio: 0.03, animations: 'disabled', scale: 'css' },
  },
  forbidOnly: true,
  use: {
    baseURL: `http://127.0.0.1:${port}/`,
    browserName: 'chromium',
    // High enough for the whole page.
    viewport: { width: 1280, height: 1080 },
    // A trace of each test would take a third of the time of all. To see why one fails:
    //   npx playwright test --trace retain-on-failure file.spec.js
    screenshot: 'only-on-failure',
    launchOptions: {
      // Uses the system's browser, as Playwright's own would have to be downloaded.
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      // No sandbox, because it does not work for root; and the browser sends no requests of its own.
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: {
    command: `node serve.js ${port}`,
    url: `http://127.0.0.1:${port}/`,
    reuseExistingServer: false,
  },
});
