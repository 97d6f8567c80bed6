import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import { faultsOf } from '../faults.ts';
import { test } from '../hosts.ts';

/* The wizard for imports: by keyboard from a file to documents, what is refused mended and imported; its screens. */

const root = resolve(import.meta.dirname, '../..');
const isRecorded = process.env['UPDATE_SCREENS'] === '1';
const folder = join(root, isRecorded ? 'docs/screens' : 'test-results/screens');

const countries = `Name;Region;Population;Life expectancy;Note
Atlantis;Oceania;1200;81.5;sunk
Lemuria;Asia;many;;lost
France;Europe & Central Asia;65000000;81;there already
Utopia;Europe;4000;99;an island
Mu;Oceania;12;7;8;too many cells
`;

/** Goes on with Tab until it is there. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
}

test('a file is imported by keyboard, and what was refused is mended and imported', async ({
  launch,
}) => {
  test.setTimeout(240_000);
  await mkdir(folder, { recursive: true });
  const { page, problems } = await launch({ args: ['--sample'] });
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(page.locator('.monaco-editor').first()).toBeVisible();
  const dialog = page.getByRole('dialog', { name: /^Import/ });
  const button = (name: string | RegExp) => dialog.getByRole('button', { name });
  const press = async (name: string | RegExp) => {
    await tabTo(page, button(name));
    await page.keyboard.press('Enter');
  };
  let file = { name: '', mimeType: 'text/csv', buffer: Buffer.alloc(0) };
  page.on('filechooser', (chooser) => void chooser.setFiles(file));
  const choose = async (name: string, text: string) => {
    file = { ...file, name, buffer: Buffer.from(text) };
    await expect(dialog.getByRole('heading', { name: 'File, step 1 of 4' })).toBeFocused();
    await tabTo(page, button(/^Choose a file/));
    await expect(async () => {
      await page.keyboard.press('Enter');
      await expect(dialog.getByText(`${name}, ${text.length} B`)).toBeVisible({
        timeout: 5_000,
      });
    }).toPass({ intervals: [1_000] });
  };
  const look = async (name: string, { hasAxe = false } = {}) => {
    if (!hasAxe && !isRecorded) return;
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
      const options = { isOfColourAlone: colorScheme === 'dark', within: '[role=dialog]' };
      if (hasAxe) expect(await faultsOf(page, options), `${name}, ${colorScheme}`).toEqual([]);
      const path = join(folder, `${name}-${colorScheme}.png`);
      await page.screenshot({ path, animations: 'disabled' });
    }
  };

  await page.keyboard.press('Alt+Shift+I');
  await expect(dialog).toBeVisible();
  await choose('countries.csv', countries);
  await expect(
    dialog.getByText('CSV, separated by semicolons: 5 columns, 5 records.'),
  ).toBeVisible();
  await expect(dialog.getByLabel('Collection', { exact: true })).toHaveValue('countries');
  await look('import-file');
  await press('Choose columns');
  await expect(dialog.getByLabel('Field of Life expectancy')).toHaveValue('life_expectancy');
  await expect(dialog.getByLabel('Field of Note')).toHaveValue('');
  await look('import-columns', { hasAxe: true });
  await press('Try the import');
  await expect(
    dialog.getByText('The import would insert 2 documents and refuse 3 of 5 records.'),
  ).toBeVisible();
  await look('import-trial');
  await press('Import 2 documents');
  await expect(
    dialog.getByText('✓ Inserted 2 documents and refused 3 of 5 records.'),
  ).toBeVisible();
  await look('import-report');

  const saving = page.waitForEvent('download');
  await press('Save 3 refused records');
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe('countries.refused.csv');
  const refused = readFileSync(await saved.path(), 'utf8');
  const mended = refused.replace('many', '7').replace('France', 'Gaul').replace('7;8;too', '7;too');
  await press('Import another file');
  await choose('countries.csv', mended);
  await press('Choose columns');
  await press('Try the import');
  await press('Import 3 documents');
  await expect(dialog.getByText('✓ Inserted 3 documents of 3 records.')).toBeVisible();
  await press('Open countries');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('grid', { name: 'Documents of countries' })).toBeVisible();
  await expect(page.getByRole('treeitem', { name: /^countries/ })).toContainText('71');
  expect(problems).toEqual([]);
});
