import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, type Page } from '@playwright/test';
import { faultsOf } from '../faults.ts';
import { test } from '../hosts.ts';

/*
 * Values are edited where a query shows them: those of its documents and those of the documents that they refer to. With
 * EDITING_LOOKS=1 axe looks at it and pictures are made, in both themes.
 */

const isLookedAt = process.env['EDITING_LOOKS'] === '1';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

async function execute(path: string, text: string): Promise<string> {
  const { stdout } = await run(process.execPath, [
    ...[join(root, 'out/cli/aurora.js'), 'exec', path, '-q', text],
  ]);
  return stdout;
}

const cell = (page: Page, row: number, column: number) =>
  page.locator(`[role="gridcell"][data-row="${row}"][data-col="${column}"]`);

const joined = `{ users(orderBy: { name: ASC }) {
  name age team { title: name city } home { town: city } twice: compute("age * 2") } }`;

test('edit a value in a joined query result', async ({ launch }, testInfo) => {
  test.setTimeout(120_000);
  const folder = await mkdtemp(join(tmpdir(), 'aurora-results-'));
  const path = join(folder, 'club.db');
  await execute(
    path,
    `schema {
      define collection teams { name: String!  city: String  size: Int }
      define collection users { name: String! @unique  age: Int  team_id: Uuid @references(collection: "teams")  home: Object }
    }`,
  );
  const red = '01920000-0000-7000-8000-000000000001';
  await execute(
    path,
    `mutation {
      insertInto(collection: "teams", data: { id: "${red}", name: "red", city: "Rome" }) { id }
      insertMany(collection: "users", data: [
        { name: "Ada", age: 30, team_id: "${red}", home: { city: "London", street: "High" } }
        { name: "Bob", age: 7 }
      ]) { id }
    }`,
  );
  try {
    const { page, problems } = await launch({ args: [path] });
    await page.locator('.monaco-editor').first().click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText(joined);
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(cell(page, 1, 0)).toHaveText('Bob');
    await page.getByRole('grid').locator('[tabindex="0"]').focus();
    await expect(cell(page, 0, 0)).toBeFocused();
    const editor = page.getByRole('dialog', { name: /^Edit / });
    const replace = async (text: string, key: string) => {
      await page.keyboard.press('Enter');
      await expect(editor).toBeVisible();
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type(text);
      await page.keyboard.press(key);
      await expect(editor).toHaveCount(0);
    };
    await test.step('a field of the document, of its team, of its object', async () => {
      await replace('Ada L.', 'Tab');
      await expect(cell(page, 0, 0)).toHaveText('Ada L.');
      await page.keyboard.press('ArrowRight');
      await replace('{ "title": "blue", "city": "Rome" }', 'ControlOrMeta+Enter');
      await expect(cell(page, 0, 2)).toContainText('blue');
      await page.keyboard.press('ControlOrMeta+Home');
      for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowRight');
      await replace('{ "town": "Paris" }', 'ControlOrMeta+Enter');
      await expect(cell(page, 0, 3)).toContainText('Paris');
      await expect(page.getByText('2 changed')).toHaveCount(1);
    });
    await test.step('a cell that comes from nowhere says why', async () => {
      await page.keyboard.press('ControlOrMeta+Home');
      for (let step = 0; step < 4; step += 1) await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await expect(page.getByText('twice cannot be edited: it is computed.')).toBeVisible();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Enter');
      await expect(page.getByText(/team refers to no document/)).toBeVisible();
    });
    await test.step('undo and redo', async () => {
      await page.keyboard.press('ControlOrMeta+z');
      await expect(cell(page, 0, 3)).toContainText('London');
      await page.keyboard.press('ControlOrMeta+Shift+z');
      await expect(cell(page, 0, 3)).toContainText('Paris');
    });
    await test.step('a value that another document has is told and not taken', async () => {
      await page.keyboard.press('ControlOrMeta+Home');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await expect(editor).toBeVisible();
      await page.keyboard.type('Ada L.');
      await expect(editor.getByText('name is going to be the same')).toBeVisible();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Escape');
      await expect(editor).toHaveCount(0);
      await expect(cell(page, 1, 0)).toHaveText('Bob');
    });
    await test.step('find and replace', async () => {
      await page.keyboard.press('Alt+r');
      const dialog = page.getByRole('dialog', { name: 'Find and replace in the result' });
      await expect(dialog.getByLabel('Column')).toHaveValue('name');
      await page.keyboard.type('bob');
      await page.keyboard.press('Tab');
      await page.keyboard.type('Rob');
      await expect(dialog.getByRole('button', { name: 'Stage 1 replacement' })).toBeEnabled();
      await page.keyboard.press('Enter');
      await expect(cell(page, 1, 0)).toHaveText('Rob');
      await expect(page.getByText('3 changed')).toHaveCount(1);
    });
    for (const colorScheme of isLookedAt ? (['light', 'dark'] as const) : []) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const picture = testInfo.outputPath(`result-${colorScheme}.png`);
      await page.screenshot({ path: picture, animations: 'disabled' });
      expect(await faultsOf(page), colorScheme).toEqual([]);
    }
    await test.step('a mutation written by hand says what it does, and leaves what is staged', async () => {
      await page.keyboard.press('ControlOrMeta+s');
      const dialog = page.getByRole('dialog', { name: /Review 3 changes to/ });
      const text = dialog.getByRole('textbox', { name: 'The mutation that runs' });
      // The proposal follows what is read of the documents; then it rests.
      await expect(dialog.getByRole('button', { name: 'Commit 3 changes' })).toBeEnabled();
      const adding = 'insertInto(collection: "teams", data: { name: "green" }) { id }';
      await text.fill(`mutation { ${adding} }`);
      await expect(dialog.getByText('It will: Insert 1 document into teams.')).toBeVisible();
      await text.fill(
        `mutation { ${adding} update(collection: "teams", where: { id: { eq: "${red}" } }, data: { size: 3 }) { id } }`,
      );
      await expect(
        dialog.getByText('It will: Insert 1 document into teams; Update 1 document in teams.'),
      ).toBeVisible();
      await expect(dialog.getByText('What it leaves out stays staged.')).toBeVisible();
      await dialog.getByRole('button', { name: 'Run the mutation' }).click();
      // The one that it adds counts too, though nobody was asked about it.
      await expect(page.getByText('Committed 2 changes.')).toBeVisible();
      await expect(page.getByText('3 changed')).toHaveCount(1);
      expect(await execute(path, '{ teams { size } }')).toContain('3');
    });
    await test.step('both collections are reviewed and committed at once', async () => {
      await page.keyboard.press('ControlOrMeta+s');
      const dialog = page.getByRole('dialog', { name: /Review 3 changes to/ });
      await expect(dialog.getByText('London')).toBeVisible();
      await dialog.getByRole('button', { name: 'Commit 3 changes' }).click();
      await expect(page.getByText('Committed 3 changes.')).toBeVisible();
      await expect(cell(page, 0, 2)).toContainText('blue');
      const stored = await execute(
        path,
        '{ users(orderBy: { name: ASC }, limit: 1) { name home team { name city } } }',
      );
      for (const part of ['Ada L.', 'Paris', 'High', 'blue', 'Rome'])
        expect(stored).toContain(part);
    });
    expect(problems).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
});
