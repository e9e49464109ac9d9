// Exported files in the libraries that they are for. The files are the golden ones of the Rust tests,
// which are what the program writes.

const { test, expect } = require('@playwright/test');
const { pathToFileURL } = require('url');
const fs = require('fs');
const path = require('path');
const yaml = require('js-yaml');
const { validateServiceConfig } = require('@grpc/grpc-js/build/src/service-config');

const golden = path.join(__dirname, '../../crates/fusebox-lab/tests/it/take_home/snapshots');

const exported = (name) => {
  const text = fs.readFileSync(path.join(golden, `it__take_home__${name}.snap`), 'utf8');
  return text.slice(text.indexOf('\n---\n') + 5);
};

// The module has to be where the libraries are found.
const load = async (name, info) => {
  const file = path.join(__dirname, `${name}-${info.workerIndex}.generated.mjs`);
  fs.writeFileSync(file, exported(name));
  try {
    return await import(pathToFileURL(file).href);
  } finally {
    fs.unlinkSync(file);
  }
};

const fail = () => Promise.reject(new Error('down'));

// The kinds of the errors of simultaneous calls.
const errors = (times, call) =>
  Promise.all(
    Array.from({ length: times }, () =>
      call().then(() => 'success', (error) => error.constructor.name),
    ),
  );

for (const name of ['cockatiel', 'portable_cockatiel']) {
  test(`cockatiel takes ${name}`, async ({}, info) => {
    const { policy } = await load(name, info);
    expect(await policy.execute(() => 42)).toBe(42);
  });
}

test('the exported breaker of cockatiel opens at the share of failures', async ({}, info) => {
  const { policy } = await load('portable_cockatiel', info);
  // A call makes three attempts, of which the breaker outside the retries counts one.
  const call = () => policy.execute(fail);
  expect(await errors(20, call)).toEqual(Array(20).fill('Error'));
  expect(await errors(1, call)).toEqual(['BrokenCircuitError']);
});

for (const name of ['opossum', 'portable_opossum']) {
  test(`opossum takes ${name}`, async ({}, info) => {
    const { options, protect } = await load(name, info);
    const breaker = protect(() => Promise.resolve(42));
    expect(await breaker.fire()).toBe(42);
    for (const [key, value] of Object.entries(options)) {
      expect(breaker.options[key]).toEqual(value);
    }
    breaker.shutdown();
  });
}

test('the exported breaker of opossum opens', async ({}, info) => {
  const { options, protect } = await load('portable_opossum', info);
  const breaker = protect(fail);
  await errors(options.volumeThreshold - 1, () => breaker.fire());
  expect(breaker.opened).toBe(false);
  await errors(1, () => breaker.fire());
  expect(breaker.opened).toBe(true);
  breaker.shutdown();
});

for (const name of ['grpc', 'portable_grpc']) {
  test(`grpc-js takes ${name}`, () => {
    const written = JSON.parse(exported(name));
    const config = validateServiceConfig(written);
    const retries = config.methodConfig[0].retryPolicy;
    expect(retries).toEqual(written.methodConfig[0].retryPolicy);
    // grpc-js has a time as seconds and nanoseconds.
    const { seconds, nanos } = config.methodConfig[0].timeout;
    expect(Number(seconds) + Number(nanos) / 1e9).toBe(parseFloat(written.methodConfig[0].timeout));
  });
}

for (const name of ['resilience4j', 'istio', 'envoy', 'gateway-api']) {
  test(`${name} is YAML`, () => {
    for (const document of [name, `portable_${name}`].flatMap((it) => yaml.loadAll(exported(it)))) {
      expect(document).toEqual(expect.any(Object));
    }
  });
}
