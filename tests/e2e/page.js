// What the tests know about the page: a person's names for things, and what must never happen.

const { test: base, expect } = require('@playwright/test');
const { AxeBuilder } = require('@axe-core/playwright');

// Every test fails if the page writes an error to the console, or throws one.
const test = base.extend({
  page: async ({ page }, use) => {
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await use(page);
    expect(errors, 'errors on the page').toEqual([]);
  },
});

class Playground {
  constructor(page) {
    this.page = page;
    this.view = page.locator('.playground');
    this.database = page.locator('.database');
    this.state = page.locator('.machine__state');
    this.time = this.view.locator('.transport__time');
    this.seed = this.view.getByLabel('Seed', { exact: true });
  }

  async open() {
    await this.page.goto('./');
    await expect(this.state).toHaveText(/^Closed/);
  }

  button(name) {
    return this.view.getByRole('button', { name });
  }

  async speed(label) {
    await this.view.getByLabel('Speed').selectOption({ label });
  }

  // The value beside a label, such as "Goodput".
  number(label) {
    return this.view.locator('.numbers__item', { hasText: label }).locator('dd').first();
  }

  async seconds() {
    return Number.parseFloat(await this.time.innerText());
  }

  // Everything that the run alone decides.
  async numbers() {
    const panel = await this.page.locator('.machine .numbers').innerText();
    return `${await this.time.innerText()}\n${panel}`;
  }
}

async function expectAccessible(page) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
  expect(found).toEqual([]);
}

module.exports = { test, expect, Playground, expectAccessible };
