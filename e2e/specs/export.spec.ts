import { mkdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Download, expect, type Page } from '@playwright/test';
import { Aurora } from '#engine';
import { faultsOf } from '../faults.ts';
import { test } from '../hosts.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = join(
  root,
  process.env['UPDATE_SCREENS'] === '1' ? 'docs/screens' : 'test-results/screens',
);

async function textOf(download: Download): Promise<string> {
  return readFile(await download.path(), 'utf8');
}

/** Presses the button of the dialog, and gives the file that comes of it. */
async function exported(page: Page): Promise<Download> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('dialog').getByRole('button', { name: 'Export', exact: true }).click(),
  ]);
  return download;
}

test('a filtered collection, a selection and the rows of a query are exported to files', async ({
  launch,
}) => {
  test.setTimeout(240_000);
  mkdirSync(folder, { recursive: true });
  const own = await mkdtemp(join(tmpdir(), 'aurora-export-'));
  const path = join(own, 'shop.db');
  const db = await Aurora.open(path);
  await db.execute(
    'schema { define collection orders { n: Int! status: String note: String more: Object } }',
  );
  await db.insertMany(
    'orders',
    Array.from({ length: 9_000 }, (_, n) => ({
      ...{ n, status: n % 3 === 0 ? 'open' : 'sent' },
      ...(n % 2 === 0 ? { note: 'a "quoted", note', more: { at: [n] } } : {}),
    })),
  );
  const open = db.query('orders').filter((f) => f.eq('status', 'open'));
  const wanted = await open.orderBy('id').collect();
  await db.close();
  const { page, problems } = await launch({ args: [path] });
  try {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole('treeitem', { name: /orders/ }).dblclick();
    const filter = page
      .getByRole('combobox', { name: 'Filter' })
      .or(page.getByRole('textbox', { name: 'Filter' }));
    await filter.click();
    await page.keyboard.type('status: { eq: "open" }');
    await page.keyboard.press('Enter');
    await expect(page.getByText('3,000 documents match')).toBeVisible();

    await page.getByRole('button', { name: 'Export' }).click();
    const dialog = page.getByRole('dialog', { name: 'Export orders' });
    await expect(
      dialog.getByRole('radio', { name: 'The 3,000 documents that match the filter' }),
    ).toBeChecked();
    await dialog.getByRole('radio', { name: /^JSON/ }).check();
    const file = await exported(page);
    expect(file.suggestedFilename()).toBe('orders.json');
    expect(JSON.parse(await textOf(file))).toEqual(wanted);
    await expect(dialog.getByText(/^Exported 3,000 documents/)).toBeVisible();

    await dialog.getByRole('button', { name: 'Export again' }).click();
    await dialog.getByRole('radio', { name: /^CSV/ }).check();
    await dialog.getByRole('checkbox', { name: 'Nested fields in columns of their own' }).check();
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
      const options = { isOfColourAlone: colorScheme === 'dark', within: '[role=dialog]' };
      expect(await faultsOf(page, options)).toEqual([]);
      await page.screenshot({
        path: join(folder, `export-${colorScheme}.png`),
        animations: 'disabled',
      });
    }
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    // What is selected is what is offered first.
    const grid = page.getByRole('grid', { name: 'Documents of orders' });
    await grid.getByRole('row').nth(1).getByRole('gridcell').nth(1).click();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await page.getByRole('button', { name: 'Export' }).click();
    await expect(dialog.getByRole('radio', { name: 'The 3 selected documents' })).toBeChecked();
    const selected = (await textOf(await exported(page))).split('\r\n');
    expect(selected[0]).toBe('id,n,status,note,more.at');
    expect(selected.map((row) => row.split(',')[1])).toEqual(['n', '0', '3', '6', undefined]);
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();

    // The rows of a query, all of them, however few the page has read.
    await page.getByRole('button', { name: 'New query' }).first().click();
    await page.locator('.monaco-editor:visible').first().click();
    await page.keyboard.insertText('{ orders(orderBy: { n: DESC }) { n } }');
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(page.getByRole('grid', { name: 'Rows of orders' })).toBeVisible();
    await page.locator('.result-bar:visible').getByRole('button', { name: 'Export' }).click();
    await dialog.getByLabel('Columns are separated by').selectOption('Semicolon');
    const rows = (await textOf(await exported(page))).split('\r\n');
    expect([rows.length, rows[0], rows[1], rows.at(-2)]).toEqual([9_002, 'n', '8999', '0']);
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    expect(problems).toEqual([]);
  } finally {
    await rm(own, { recursive: true, force: true, maxRetries: 3 });
  }
});
