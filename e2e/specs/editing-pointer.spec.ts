import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, type Page } from '@playwright/test';
import { faultsOf } from '../faults.ts';
import { test } from '../hosts.ts';

/*
 * Editing with the pointer, on whatever is typed into what it opened: filter, edit values of five types, insert, delete,
 * find and replace, the record panel, a conflict from another process, review, commit, take back. With EDITING_LOOKS=1
 * (`npm run test:long -- edit-looks`) axe looks at what comes over the grid, and pictures are made, in both themes; with
 * UPDATE_SCREENS=1 some of them are screens of record.
 */

const isUpdate = process.env['UPDATE_SCREENS'] === '1';
const isLookedAt = isUpdate || process.env['EDITING_LOOKS'] === '1';
const screens: Readonly<Record<string, string>> = { review: 'conflict', history: 'row-history' };

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

async function execute(path: string, text: string): Promise<void> {
  await run(process.execPath, [join(root, 'out/cli/aurora.js'), 'exec', path, '-q', text]);
}

const idOf = (at: number) => `01920000-0000-7000-8000-${String(at).padStart(12, '0')}`;
const studio = idOf(1_000);
const schema = `schema {
  define collection studios { name: String! }
  define collection films {
    title: String!  year: Int  seen: Boolean @default(value: false)  released: DateTime  tags: [String]
    studio_id: Uuid @references(collection: "studios")
  }
}`;
const documents = `mutation {
  insertInto(collection: "studios", data: { id: "${studio}", name: "Toho" }) { id }
  insertMany(collection: "films", data: [
    { id: "${idOf(1)}", title: "Heat", year: 1995, seen: true, released: "1995-12-15T00:00:00Z", tags: ["crime"] }
    { id: "${idOf(2)}", title: "Ran", year: 1985 }
    { id: "${idOf(3)}", title: "Alien", year: 1979 }
    ${Array.from({ length: 200 }, (_, at) => `{ id: "${idOf(10 + at)}", title: "Old film ${at}", year: ${1900 + (at % 40)} }`).join('\n')}
  ]) { id }
}`;

const cell = (page: Page, row: number, column: number) =>
  page.locator(`[role="gridcell"][data-row="${row}"][data-col="${column}"]`);

test('edit with the pointer, from the filter to the commit that is taken back', async ({
  launch,
}, testInfo) => {
  test.setTimeout(isLookedAt ? 1_200_000 : 300_000);
  const folder = isUpdate
    ? join(tmpdir(), 'aurora-pointer')
    : await mkdtemp(join(tmpdir(), 'aurora-pointer-'));
  if (isUpdate) await mkdir(folder);
  const path = join(folder, 'shop.db');
  await execute(path, schema);
  await execute(path, documents);
  try {
    const { page, problems } = await launch({ args: [path] });
    await page.setViewportSize({ width: 1440, height: 900 });
    const look = async (name: string, within?: string) => {
      if (!isLookedAt) return;
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
        const screen = isUpdate ? screens[name] : undefined;
        const path =
          screen === undefined
            ? testInfo.outputPath(`${name}-${colorScheme}.png`)
            : join(root, `docs/screens/${screen}-${colorScheme}.png`);
        await page.screenshot({ path, animations: 'disabled' });
        const options = { isOfColourAlone: colorScheme === 'dark', ...(within && { within }) };
        expect(await faultsOf(page, options), `${name}, ${colorScheme}`).toEqual([]);
      }
    };
    const editor = page.getByRole('dialog', { name: /^Edit / });
    const open = async (row: number, column: number) => {
      await cell(page, row, column).dblclick();
      await expect(editor).toBeVisible();
    };
    await page.getByRole('treeitem', { name: /films/ }).dblclick();
    await expect(cell(page, 2, 1)).toHaveText('Alien');

    await test.step('filter: built, completed, saved as a view', async () => {
      await page.getByRole('button', { name: 'Build the filter' }).click();
      const builder = page.getByRole('dialog', { name: 'Filter' });
      await builder.getByLabel('Field of condition 1').selectOption('year');
      await builder.getByLabel('Operator of condition 1').selectOption('gt');
      await builder.getByLabel('Value of condition 1').fill('soon');
      await builder.getByRole('button', { name: 'Add a condition' }).click();
      await look('builder', '[role=dialog]');
      await builder.getByLabel('Value of condition 1').fill('1960');
      await builder.getByRole('button', { name: 'Remove condition 2' }).click();
      await builder.getByRole('button', { name: 'Apply' }).click();
      await expect(page.getByText('3 documents match')).toBeVisible();
      const filter = page.getByRole('combobox', { name: 'Filter' });
      await filter.fill('');
      await filter.pressSequentially('ti');
      await page.getByRole('option', { name: /^title/ }).click();
      await look('completion', '.data-toolbar');
      await filter.fill('year: { gt: 1960 }');
      await filter.press('Enter');
      await expect(page.getByText('3 documents match')).toBeVisible();
      await page.getByRole('button', { name: /views/i }).click();
      await look('views', '[role=menu]');
      await page.keyboard.press('Escape');
    });
    await test.step('values of five types', async () => {
      await open(0, 1);
      await page.keyboard.type('Heat!');
      await page.keyboard.press('Enter');
      await open(0, 2);
      await page.keyboard.type('1996');
      // Whoever goes elsewhere takes what was typed.
      await cell(page, 1, 1).click();
      await expect(cell(page, 0, 2)).toHaveText('1996');
      await open(0, 3);
      await page.getByRole('option', { name: 'false' }).click();
      await open(0, 4);
      await look('date', '[role=dialog]');
      await page.keyboard.type('1996-01-01');
      await page.keyboard.press('Enter');
      await open(0, 5);
      await page.keyboard.type('heist');
      await page.keyboard.press('Enter');
      await look('chips', '[role=dialog]');
      await page.keyboard.press('Enter');
      await open(0, 6);
      await page.keyboard.type('To');
      await expect(page.getByRole('option', { name: /Toho/ })).toBeVisible();
      await look('reference', '[role=dialog]');
      await page.getByRole('option', { name: /Toho/ }).click();
      await expect(cell(page, 0, 3)).toHaveText(/false/);
      await expect(cell(page, 0, 5)).toContainText('heist');
      await expect(page.getByText('1 changed')).toHaveCount(1);
    });
    await test.step('null, not set and the default are told apart', async () => {
      for (const [act, shown] of [
        ['Null', 'null'],
        ['Unset', 'not set'],
        ['Default', 'false'],
      ] as const) {
        await open(2, 3);
        await editor.getByRole('button', { name: act }).click();
        await expect(cell(page, 2, 3)).toContainText(shown);
      }
      await expect(page.getByText('1 changed')).toHaveCount(1);
    });
    await test.step('find and replace', async () => {
      await cell(page, 1, 1).click();
      await page.getByRole('button', { name: 'Find and replace in a column' }).click();
      const dialog = page.getByRole('dialog', { name: 'Find and replace in films' });
      await dialog.getByLabel('Find').fill('RAN');
      await dialog.getByLabel('Replace with').fill('Kagemusha');
      await expect(dialog.getByText('1 replacement.')).toBeVisible();
      await look('replace', '[role=dialog]');
      await dialog.getByRole('button', { name: 'Stage 1 replacement' }).click();
      await expect(cell(page, 1, 1)).toHaveText('Kagemusha');
      await expect(page.getByText('2 changed')).toHaveCount(1);
    });
    await test.step('the record, field by field and as JSON', async () => {
      await page.getByRole('button', { name: 'Record', exact: true }).click();
      const record = page.getByRole('complementary', { name: 'Record' });
      await record.getByText('year').hover();
      await record.getByRole('button', { name: 'Edit year' }).click();
      await page.keyboard.type('1980');
      await page.keyboard.press('Enter');
      await expect(cell(page, 1, 2)).toHaveText('1980');
      await look('record', '.record');
      await record.getByRole('button', { name: 'Show as JSON' }).click();
      await record.getByRole('button', { name: 'Edit as JSON' }).click();
      await record.locator('.monaco-editor').click();
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type('{ "title": "Kagemusha", "year": "soon" }');
      await expect(record.getByText('This is not a whole number.')).toBeVisible();
      await look('record-json', '.record');
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type('{ "title": "Kagemusha", "year": 1981, "seen": true }');
      await record.getByRole('button', { name: 'Stage' }).click();
      await expect(cell(page, 1, 2)).toHaveText('1981');
      await expect(cell(page, 1, 3)).toHaveText(/true/);
      await page.getByRole('button', { name: 'Close the record' }).click();
    });
    await test.step('insert and delete', async () => {
      await page.getByRole('button', { name: 'Insert a row' }).click();
      // The new row takes the focus once it is drawn.
      await expect(cell(page, 0, 1)).toBeFocused();
      await open(0, 1);
      await page.keyboard.type('Stalker');
      await page.keyboard.press('Enter');
      await cell(page, 3, 1).click({ button: 'right' });
      await look('cell-menu', '[role=menu]');
      await page.getByRole('menuitem', { name: 'Delete the row' }).click();
      await expect(page.getByText('1 inserted')).toHaveCount(1);
      await expect(page.getByText('1 deleted')).toHaveCount(1);
      await look('staged');
      await page.getByRole('button', { name: 'Documents as a tree' }).click();
      const tree = page.getByRole('tree', { name: /^Documents of films/ });
      await expect(tree.getByRole('treeitem', { name: /^title.*Stalker/ })).toBeVisible();
      await expect(tree.getByRole('treeitem', { name: /^inserted/ })).toBeVisible();
      await look('tree', '.data-body');
      await page.getByRole('button', { name: 'Documents as a tree' }).click();
    });
    await test.step('a conflict, decided in the review; commit; take back', async () => {
      await open(1, 2);
      await execute(
        path,
        'mutation { update(collection: "films", where: { title: "Heat" }, data: { year: 2000 }) { id } }',
      );
      await expect(editor.getByText('Others have set this to 2000 meanwhile.')).toBeVisible();
      await look('meanwhile', '[role=dialog]');
      await page.keyboard.press('Escape');
      await expect(cell(page, 1, 2)).toContainText('conflict');
      await page.getByRole('button', { name: 'Review' }).click();
      const dialog = page.getByRole('dialog', { name: /Review/ });
      await expect(dialog.getByText('A conflict is to be decided.')).toBeVisible();
      await look('review', '[role=dialog]');
      await dialog.getByRole('button', { name: 'Keep mine for year' }).click();
      const commit = dialog.getByRole('button', { name: 'Commit 4 changes' });
      // The buttons stood below what a small window shows of the review.
      for (const size of [
        { width: 1024, height: 700 },
        { width: 1280, height: 600 },
      ]) {
        await page.setViewportSize(size);
        await expect(commit).toBeInViewport({ ratio: 1 });
      }
      await page.setViewportSize({ width: 1440, height: 900 });
      await commit.click();
      await expect(page.getByText('Committed 4 changes.')).toBeVisible();
      await page.getByRole('button', { name: 'Take it back' }).click();
      await page.getByRole('button', { name: 'Take back 4 changes' }).click();
      await expect(page.getByRole('gridcell', { name: 'Alien' })).toBeVisible();
      await expect(page.getByRole('gridcell', { name: 'Stalker' })).toHaveCount(0);
      await cell(page, 0, 1).click();
      await page.getByRole('button', { name: 'History of the row' }).click();
      await expect(page.getByRole('dialog', { name: 'History of the document' })).toBeVisible();
      await look('history', '[role=dialog]');
      await page.keyboard.press('Escape');
    });
    await test.step('where the grid was scrolled to comes back with the page', async () => {
      await page.getByRole('button', { name: 'Clear filter' }).first().click();
      await expect(page.locator('.data-count')).toHaveText('203 documents');
      await cell(page, 0, 1).hover();
      await page.mouse.wheel(0, 28 * 120);
      await expect(cell(page, 120, 1)).toBeVisible();
      await page.waitForTimeout(1_000);
      await page.reload();
      await expect(cell(page, 120, 1)).toBeVisible();
      await expect(cell(page, 0, 1)).toHaveCount(0);
    });
    await test.step('and so do the commits of the window, to be taken back', async () => {
      await page.keyboard.press('Alt+u');
      const commits = page.getByRole('dialog', { name: 'Commits of this window' });
      await expect(commits.getByRole('listitem')).toHaveCount(2);
      await look('commits', '[role=dialog]');
      await commits
        .getByRole('button', { name: /^Take back commit/ })
        .first()
        .click();
      await expect(page.getByRole('button', { name: 'Take back 4 changes' })).toBeEnabled();
      await look('take-back', '[role=dialog]');
      await page.getByRole('button', { name: 'Cancel' }).click();
    });
    expect(problems).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
});
