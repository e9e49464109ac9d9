const { defineConfig } = require('@playwright/test');

const port = 4178;

module.exports = defineConfig({
  testDir: '.',
  testMatch: '*.spec.js',
  outputDir: 'test-results',
  // References are renewed, after a change that is meant, by
  //   npx playwright test references.spec.js --update-snapshots
  // and each new one is looked at before it is kept.
  snapshotPathTemplate: 'references/{arg}{ext}',
  reporter: 'list',
  // A test that passes only now and then is a failure.
  retries: 0,
  // The page computes a lot, so that more browsers than this take time from each other.
  workers: 2,
  timeout: 60_000,
  expect: {
    timeout: 15_000,
    // Lines break elsewhere in other fonts.
    toHaveScreenshot: { maxDiffPixelRatio: 0.03, animations: 'disabled', scale: 'css' },
  },
  forbidOnly: true,
  use: {
    baseURL: `http://127.0.0.1:${port}/`,
    browserName: 'chromium',
    // High enough for all that the page shows where there is room.
    viewport: { width: 1280, height: 1080 },
    trace: 'retain-on-failure',
    launchOptions: {
      // The system's browser is used, for Playwright's own would have to be downloaded.
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      // No sandbox, as it does not work for root; no request of the browser's own.
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
