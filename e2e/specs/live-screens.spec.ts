import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { test } from '../hosts.ts';

/*
 * The screens of record of what is live, drawn when they are asked for (UPDATE_SCREENS=1): what they show is checked by
 * live.spec.ts, with less waiting.
 */

const folder = resolve(import.meta.dirname, '../../docs/screens');

for (const colorScheme of ['light', 'dark'] as const) {
  test(`screens of what is live, ${colorScheme}`, async ({ launch }) => {
    test.skip(process.env['UPDATE_SCREENS'] !== '1', 'Drawn with UPDATE_SCREENS=1.');
    const dataFolder = join(tmpdir(), `aurora-screens-live-${colorScheme}`);
    mkdirSync(dataFolder, { recursive: true });
    const { page } = await launch({ dataFolder });
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.getByRole('button', { name: 'Open sample database' }).click();
    await expect(page.getByRole('treeitem', { name: /films/ })).toBeVisible();
    await shootLive(page, (name) =>
      page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), animations: 'disabled' }),
    );
  });
}

/** A result that is live, the events behind it, and a collection with one column counted and one document whole. */
async function shootLive(page: Page, shoot: (name: string) => Promise<unknown>): Promise<void> {
  await page.keyboard.press('Alt+Shift+E');
  await expect(page.getByText('Nothing has changed since')).toBeVisible();
  await page.getByRole('tab', { name: 'Filter and order' }).click();
  await write(
    page,
    'query { cars(orderBy: { name: ASC }, limit: 40) { name year origin horsepower } }',
  );
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByRole('grid', { name: 'Rows of cars' })).toBeVisible();
  await page.getByRole('button', { name: 'Live', exact: true }).click();
  await expect(page.getByText(/kept from changes alone/)).toBeVisible();
  // A run gives the tab another result, so the insertion runs in a tab of its own.
  await page.getByRole('button', { name: 'New query' }).first().click();
  await write(page, insertedCar);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByRole('grid', { name: 'Rows of insertInto' })).toBeVisible();
  await page.getByRole('tab', { name: 'Filter and order' }).click();
  await expect(page.getByRole('gridcell', { name: 'aaa' })).toBeVisible();
  await shoot('live-grid');
  await page.getByRole('tab', { name: /Changes/ }).click();
  await expect(page.getByRole('list', { name: 'Changes of this result' })).toContainText('aaa');
  await shoot('live');

  await page.getByRole('tab', { name: 'Events' }).click();
  await page.locator('.change summary').first().click();
  await shoot('events');

  await page.getByRole('treeitem', { name: /films/ }).focus();
  await page.keyboard.press('Enter');
  const grid = page.getByRole('grid', { name: 'Documents of films' });
  await grid.locator('[data-row="4"][data-col="1"]').click();
  await page.getByRole('button', { name: 'Record' }).click();
  await expect(page.getByRole('complementary', { name: 'Record' })).toContainText('title');
  await shoot('collection');
  await grid.getByRole('columnheader', { name: /^year/ }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Statistics' }).click();
  await expect(page.getByRole('dialog')).toContainText('Distribution');
  await shoot('statistics');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Close the record' }).click();
  await grid.locator('[data-row="4"][data-col="1"]').click();
  // From the last column back to what the film has earned, an object.
  await page.keyboard.press('End');
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('ArrowLeft');
  await page.keyboard.press(' ');
  await expect(page.getByRole('dialog', { name: 'Value of gross' })).toBeVisible();
  await shoot('peek');
}

const insertedCar =
  'mutation { insertInto(collection: "cars", data: { name: "aaa", year: 1982, origin: "Europe", cylinders: 4, weight_pounds: 1980 }) { id } }';

async function write(page: Page, text: string): Promise<void> {
  await page.locator('.monaco-editor:visible').first().click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
}
