import { expect, type Page, type TestInfo } from '@playwright/test';
import { faultsOf } from '../faults.ts';
import { test } from '../hosts.ts';

/*
 * With LOOKS=1 (`npm run test:long -- looks`): axe looks at every page that the rail leads to, at the panels of a query and
 * at the dialogs of the studio, in both themes, and pictures of them are made. Editing has looks of its own
 * (`edit-looks`); what is seen first is looked at in every run (accessibility.spec.ts). All that is found is told at once.
 */

test('is free of detectable faults: every page, panel and dialog', async ({ launch }, testInfo) => {
  test.skip(process.env['LOOKS'] !== '1', 'A long run: npm run test:long -- looks');
  test.setTimeout(1_200_000);
  const { page, problems } = await launch();
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('button', { name: 'Open sample database' }).click();
  await expect(page.locator('.monaco-editor').first()).toBeVisible();
  page.setDefaultTimeout(30_000);
  const found: string[] = [];
  const look = lookerOf(page, testInfo, found);
  const parts = { lookAtPages, lookAtQuery, lookAtCollection, lookAtDialogs, lookAtJobs };
  for (const [name, part] of Object.entries(parts)) {
    // What is in the way of one part is told with all the rest.
    await part(page, look).catch((error: unknown) => found.push(`${name} ended: ${String(error)}`));
    await page.keyboard.press('Escape');
  }
  expect([found, problems]).toEqual([[], []]);
});

type Look = (name: string, within?: string) => Promise<void>;

const dialog = '[role=dialog]';

function lookerOf(page: Page, testInfo: TestInfo, found: string[]): Look {
  return async (name, within) => {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
      const path = testInfo.outputPath(`${name.replaceAll(' ', '-')}-${colorScheme}.png`);
      await page.screenshot({ path, animations: 'disabled' });
      const options = { isOfColourAlone: colorScheme === 'dark', ...(within && { within }) };
      for (const fault of await faultsOf(page, options)) {
        found.push(`${name}, ${colorScheme}: ${fault}`);
        console.log(found.at(-1));
      }
    }
  };
}

/** Every button of the rail, whatever pages there are. */
async function lookAtPages(page: Page, look: Look): Promise<void> {
  const rail = page.getByRole('navigation', { name: 'Activities' });
  const names = await rail
    .getByRole('button')
    .evaluateAll((buttons) =>
      buttons.map((button) => button.getAttribute('aria-label') ?? button.textContent ?? ''),
    );
  expect(names.length).toBeGreaterThan(9);
  for (const name of names) {
    await rail.getByRole('button', { name, exact: true }).click();
    await page.waitForTimeout(1_000);
    await look(name);
    await page.keyboard.press('Escape');
  }
}

async function write(page: Page, text: string): Promise<void> {
  await page.locator('.monaco-editor:visible').first().click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
}

async function lookAtQuery(page: Page, look: Look): Promise<void> {
  const views = page.getByRole('tablist', { name: 'Result views' }).first();
  const tab = (name: RegExp) => views.getByRole('tab', { name }).click();
  const run = () => page.keyboard.press('ControlOrMeta+Enter');
  await page.keyboard.press('Alt+T');
  await write(
    page,
    'query ($from: Int = 1990) { films(where: { year: { gt: $from } }, limit: 50) { id title year tags gross } }',
  );
  await run();
  await expect(page.getByRole('grid', { name: 'Rows of films' })).toBeVisible();
  await look('variables');
  await page.keyboard.press('Alt+Shift+V');
  for (const name of ['JSON', 'Raw', 'Plan', 'Messages', 'Problems']) {
    await tab(new RegExp(`^${name}`));
    await page.waitForTimeout(500);
    await look(`result ${name}`);
  }
  await tab(/^Grid/);
  await page.getByRole('button', { name: 'Live', exact: true }).click();
  await expect(page.getByText(/kept from changes alone/)).toBeVisible();
  await tab(/^Changes/);
  await look('changes');
  await tab(/^Grid/);
  await page.getByRole('button', { name: 'Paused', exact: true }).click();
  await page.getByRole('grid').locator('[data-row="0"][data-col="4"]').click();
  await page.keyboard.press('Space');
  await look('peek', dialog);
  await page.keyboard.press('Escape');
  await write(page, 'query { films(where: { yaer: 1 }) { title } }');
  await run();
  await expect(page.getByText(/did you mean "year"/i).first()).toBeVisible();
  await look('failed run');
  await write(page, 'mutation { deleteFrom(collection: "cars", where: {}) { id } }');
  await run();
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.waitForTimeout(1_000);
  await look('guard', dialog);
  await page.keyboard.press('Escape');
  await write(page, 'query { cars { name } }');
  await page.keyboard.press('ControlOrMeta+S');
  await expect(page.getByRole('dialog')).toBeVisible();
  await look('save query', dialog);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Alt+Shift+S');
  await expect(page.getByRole('dialog')).toBeVisible();
  await look('snippets', dialog);
  await page.keyboard.press('Escape');
}

async function lookAtCollection(page: Page, look: Look): Promise<void> {
  await page.getByRole('navigation').getByRole('button', { name: 'Data', exact: true }).click();
  if (!(await page.getByRole('treeitem', { name: /films/ }).isVisible())) {
    await page.getByRole('navigation').getByRole('button', { name: 'Data', exact: true }).click();
  }
  await page.getByRole('treeitem', { name: /films/ }).click();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  const grid = page.getByRole('grid', { name: 'Documents of films' });
  await expect(grid.getByRole('row').nth(5)).toBeVisible();
  await look('collection');
  await grid.getByRole('columnheader', { name: /^year/ }).click({ button: 'right' });
  await look('column menu', '[role=menu]');
  await page.getByRole('menuitem', { name: 'Statistics' }).click();
  await expect(page.getByRole('dialog')).toContainText('Distribution');
  await look('statistics', dialog);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Columns' }).click();
  await look('columns', '[role=menu]');
  await page.keyboard.press('Escape');
}

async function lookAtDialogs(page: Page, look: Look): Promise<void> {
  for (const [name, act] of [
    ['palette', () => page.keyboard.press('ControlOrMeta+K')],
    ['settings', () => page.getByRole('button', { name: 'Settings' }).click()],
    ['help', () => page.getByRole('button', { name: 'Keys and help' }).click()],
  ] as const) {
    await act();
    await expect(page.getByRole('dialog')).toBeVisible();
    await look(name, dialog);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
  for (const name of ['Theme', 'Environment', 'Database']) {
    await page
      .getByRole('banner')
      .getByRole('button', { name: new RegExp(`^${name}`) })
      .click();
    await look(`${name} menu`, '[role=menu]');
    await page.keyboard.press('Escape');
  }
}

async function lookAtJobs(page: Page, look: Look): Promise<void> {
  await page.keyboard.press('Alt+Shift+J');
  const jobs = page.getByRole('region', { name: 'Jobs', exact: true });
  for (const name of await jobs.getByRole('tab').allInnerTexts()) {
    await jobs.getByRole('tab', { name }).click();
    await page.waitForTimeout(500);
    await look(`jobs ${name}`);
  }
  await jobs.getByRole('button', { name: 'Enqueue', exact: true }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await look('enqueue', dialog);
  await page.keyboard.press('Escape');
}
