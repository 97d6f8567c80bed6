import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, type Page } from '@playwright/test';
import { test } from '../hosts.ts';

/*
 * Editing as a person does it without a mouse: browse, filter, edit values of five types, insert, delete, meet a conflict
 * that another window made, decide it, review, commit, take it back. What is staged in both windows survives the death
 * of the host, each window with its own. How it looks is in editing-pointer.spec.ts.
 */

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** Runs AQL as another process does, a guest of whoever owns the database. */
async function execute(path: string, text: string): Promise<void> {
  await run(process.execPath, [join(root, 'out/cli/aurora.js'), 'exec', path, '-q', text]);
}

const cell = (page: Page, row: number, column: number) =>
  page.locator(`[role="gridcell"][data-row="${row}"][data-col="${column}"]`);

async function openCollection(page: Page): Promise<void> {
  await page.getByRole('treeitem', { name: /films/ }).focus();
  await page.keyboard.press('Enter');
  await expect(cell(page, 2, 1)).toHaveText('Ran');
  await page.getByRole('grid').locator('[tabindex="0"]').focus();
  await goTo(page, 0, 1);
}

/** Moves the focus inside the grid by keys. */
async function goTo(page: Page, row: number, column: number): Promise<void> {
  await page.keyboard.press('ControlOrMeta+Home');
  for (let step = 0; step < row; step += 1) await page.keyboard.press('ArrowDown');
  for (let step = 0; step < column; step += 1) await page.keyboard.press('ArrowRight');
  await expect(cell(page, row, column)).toBeFocused();
}

/** Types a value into the focused cell, and goes on to the right. */
async function edit(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: /^Edit / })).toBeVisible();
  await page.keyboard.type(text);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('dialog', { name: /^Edit / })).toHaveCount(0);
}

/** Changes a year in a window of its own, commits it there, and leaves another edit staged. */
async function writeInOtherWindow(page: Page): Promise<void> {
  const other = await page.context().newPage();
  await other.goto(page.url());
  await openCollection(other);
  // What the first window has staged is its own.
  await expect(cell(other, 0, 1)).toHaveText('Heat');
  await goTo(other, 0, 2);
  await edit(other, '2000');
  await other.keyboard.press('ControlOrMeta+s');
  const commit = other.getByRole('button', { name: 'Commit 1 change' });
  await expect(commit).toBeEnabled();
  await commit.focus();
  await other.keyboard.press('Enter');
  await expect(other.getByText('Committed 1 change.')).toBeVisible();
  await other.getByRole('grid').locator('[tabindex="0"]').focus();
  await goTo(other, 2, 1);
  await edit(other, 'Ran, by the other');
  await expect(other.getByText('1 changed')).toHaveCount(1);
}

test('edit, meet a conflict, review, commit, take back, all by keyboard', async ({
  launch,
  host,
}) => {
  test.setTimeout(300_000);
  const folder = await mkdtemp(join(tmpdir(), 'aurora-editing-'));
  const path = join(folder, 'shop.db');
  await execute(
    path,
    `schema { define collection films {
      title: String!  year: Int  rating: Float  seen: Boolean  released: DateTime  tags: [String]  info: Object
    } }
    mutation { insertMany(collection: "films", data: [
      { title: "Heat", year: 1995, rating: 8.2, seen: true, released: "1995-12-15T00:00:00Z", tags: ["crime"] }
      { title: "M", year: 1931 }
      { title: "Ran", year: 1985, rating: 8.1, info: { director: "Kurosawa" } }
      { title: "Alien", year: 1979 }
    ]) { id } }`,
  );
  try {
    const first = await launch({ args: [path] });
    const { page, dataFolder, problems } = first;
    await openCollection(page);
    await test.step('filter', async () => {
      const filter = page.getByRole('combobox', { name: 'Filter' });
      await filter.focus();
      await page.keyboard.insertText('year: { gt: 1940 }');
      await page.keyboard.press('Enter');
      await expect(page.getByText('3 documents match')).toBeVisible();
      await page.getByRole('grid').locator('[tabindex="0"]').focus();
      await goTo(page, 0, 1);
    });
    await test.step('values of five types', async () => {
      await edit(page, 'Heat!');
      await edit(page, '1996');
      await edit(page, '8.5');
      await edit(page, 'false');
      await edit(page, '1996-01-01');
      await expect(cell(page, 0, 1)).toHaveText('Heat!');
      await expect(cell(page, 0, 4)).toHaveText(/false/);
      await expect(page.getByText('1 changed')).toHaveCount(1);
    });
    await test.step('a value that does not fit is refused in place', async () => {
      await goTo(page, 1, 2);
      await page.keyboard.press('Enter');
      await page.keyboard.type('soon');
      await expect(page.getByText('This is not a whole number.')).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(cell(page, 1, 2)).toBeFocused();
    });
    await test.step('delete, insert, undo and redo', async () => {
      await goTo(page, 2, 1);
      await page.keyboard.press('Delete');
      await expect(page.getByText('1 deleted')).toHaveCount(1);
      await page.keyboard.press('ControlOrMeta+z');
      await expect(page.getByText('1 deleted')).toHaveCount(0);
      await page.keyboard.press('ControlOrMeta+Shift+z');
      await expect(page.getByText('1 deleted')).toHaveCount(1);
      await page.keyboard.press('ControlOrMeta+i');
      await expect(cell(page, 0, 1)).toBeFocused();
      await edit(page, 'Stalker');
      await edit(page, '1979');
      await expect(page.getByText('1 inserted')).toHaveCount(1);
    });
    await test.step('another window changes the same value', async () => {
      const theirs =
        'mutation { update(collection: "films", where: { title: "Heat" }, data: { year: 2000 }) { id } }';
      if (host === 'browser') await writeInOtherWindow(page);
      else await execute(path, theirs);
      await page.bringToFront();
      await expect(cell(page, 1, 2)).toContainText('conflict');
      await expect(page.getByText('1 in conflict')).toHaveCount(1);
      await page.keyboard.press('ControlOrMeta+Shift+s');
      const dialog = page.getByRole('dialog', { name: /Review/ });
      await expect(dialog.getByText('A conflict is to be decided.')).toBeVisible();
      await dialog.getByRole('button', { name: 'Keep mine for year' }).focus();
      await page.keyboard.press('Enter');
      await expect(dialog.getByText('A conflict is to be decided.')).toHaveCount(0);
    });
    await test.step('what is staged survives the death of the host', async () => {
      await page.waitForTimeout(1_000);
      expect(problems).toEqual([]);
      await first.kill();
    });
    const second = await launch({ args: [path], dataFolder });
    const again = second.page;
    await expect(again.getByText('1 inserted')).toHaveCount(1);
    if (host === 'browser') {
      await test.step('each window has what was staged in it', async () => {
        await expect(again.getByText('Ran, by the other')).toHaveCount(0);
        const other = await again.context().newPage();
        await other.goto(again.url());
        await expect(cell(other, 2, 1)).toHaveText('Ran, by the other');
        await expect(other.getByText('1 changed')).toHaveCount(1);
        await other.close();
        await again.bringToFront();
      });
    }
    await test.step('commit, and take it back', async () => {
      await openCommitted(again);
      await again.keyboard.press('ControlOrMeta+s');
      const commit = again.getByRole('button', { name: 'Commit 3 changes' });
      await expect(commit).toBeEnabled();
      await commit.focus();
      await again.keyboard.press('Enter');
      await expect(again.getByText('Committed 3 changes.')).toBeVisible();
      await expect(again.getByText('1 inserted')).toHaveCount(0);
      await expect(again.getByRole('gridcell', { name: 'Stalker' })).toBeVisible();
      await expect(again.getByRole('gridcell', { name: 'Alien' })).toHaveCount(0);
      await again.getByRole('button', { name: 'Take it back' }).focus();
      await again.keyboard.press('Enter');
      const back = again.getByRole('button', { name: 'Take back 3 changes' });
      await expect(back).toBeEnabled();
      await back.focus();
      await again.keyboard.press('Enter');
      await expect(again.getByRole('gridcell', { name: 'Alien' })).toBeVisible();
      await expect(again.getByRole('gridcell', { name: 'Stalker' })).toHaveCount(0);
    });
    await test.step('a hundred rows from a spreadsheet', async () => {
      await again.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      const rows = Array.from({ length: 100 }, (_, at) => `Pasted ${at}\t${1900 + at}`);
      await again.evaluate(
        (text) => navigator.clipboard.writeText(text),
        ['title\tyear', ...rows].join('\n'),
      );
      await again.getByRole('grid').locator('[tabindex="0"]').focus();
      await again.keyboard.press('ControlOrMeta+Shift+v');
      await expect(again.getByText('Pasted 100 rows.')).toBeVisible();
      await expect(again.getByText('100 inserted')).toHaveCount(1);
      await expect(cell(again, 0, 1)).toHaveText('Pasted 0');
      await again.keyboard.press('ControlOrMeta+z');
      await expect(again.getByText('100 inserted')).toHaveCount(0);
    });
    await test.step('a row that was copied comes back as it was, not set where it was not', async () => {
      await goTo(again, 1, 1);
      for (let step = 0; step < 6; step += 1) await again.keyboard.press('Shift+ArrowRight');
      const fields = async (row: number) =>
        await again.locator(`[role="gridcell"][data-row="${row}"]`).allInnerTexts();
      const [, , ...copied] = await fields(1);
      expect(copied.join(' ')).toContain('not set');
      await again.keyboard.press('ControlOrMeta+c');
      await again.keyboard.press('ControlOrMeta+Shift+v');
      await expect(again.getByText('Pasted 1 row.')).toBeVisible();
      await expect(cell(again, 0, 1)).toBeFocused();
      expect((await fields(0)).slice(2)).toEqual(copied);
      await again.keyboard.press('ControlOrMeta+z');
      await expect(again.getByText('Pasted 1 row.')).toHaveCount(0);
    });
    await test.step('keys typed without waiting for the screen all arrive', async () => {
      await again.getByRole('grid').locator('[tabindex="0"]').focus();
      await goTo(again, 0, 1);
      const before = await again
        .getByRole('grid')
        .locator('[data-col="1"][role="gridcell"]')
        .allInnerTexts();
      // Sent all at once: the page is given each key as soon as it has taken the one before.
      const sent: Promise<void>[] = [];
      for (let row = 0; row < 3; row += 1) {
        // A row is opened by Enter, the next one by what is typed.
        const keys = [...(row % 2 === 0 ? ['Enter'] : []), ...`Quick${row}`, 'Enter'];
        for (const key of keys) sent.push(again.keyboard.press(key));
      }
      await Promise.all(sent);
      for (let row = 0; row < 3; row += 1)
        await expect(cell(again, row, 1)).toHaveText(`Quick${row}`);
      for (let row = 0; row < 3; row += 1) await again.keyboard.press('ControlOrMeta+z');
      for (let row = 0; row < 3; row += 1) {
        await expect(cell(again, row, 1)).toHaveText(before[row]?.trim() ?? '');
      }
    });
    await test.step('a row that is inserted has the keys at once, and so has the grid after what came over it', async () => {
      await again.getByRole('grid').locator('[tabindex="0"]').focus();
      await goTo(again, 1, 1);
      const before = await again
        .getByRole('grid')
        .locator('[data-col="1"][role="gridcell"]')
        .allInnerTexts();
      // Both keys are there before anything is painted.
      await again.evaluate(async () => {
        for (const key of [{ key: 'i', ctrlKey: true }, { key: 'N' }]) {
          const pressed = new KeyboardEvent('keydown', { ...key, bubbles: true, cancelable: true });
          document.activeElement?.dispatchEvent(pressed);
          await Promise.resolve();
        }
      });
      await Promise.all([...'ew', 'Enter'].map((key) => again.keyboard.press(key)));
      await expect(cell(again, 0, 1)).toHaveText('New');
      await expect(cell(again, 1, 1)).toHaveText(before[0]?.trim() ?? '');
      await expect(cell(again, 2, 1)).toHaveText(before[1]?.trim() ?? '');
      await goTo(again, 1, 1);
      await again.keyboard.press('Alt+h');
      await expect(again.getByRole('dialog', { name: 'History of the document' })).toBeVisible();
      await Promise.all(['Escape', 'ArrowDown'].map((key) => again.keyboard.press(key)));
      await expect(cell(again, 2, 1)).toBeFocused();
      // The last undo takes the button its use, and with it the focus.
      const undo = again.getByRole('button', { name: 'Undo' });
      while (await undo.isEnabled()) await undo.click();
      await again.keyboard.press('ControlOrMeta+Home');
      await expect(cell(again, 0, 0)).toBeFocused();
    });
    await test.step('the history of a row', async () => {
      await again.getByRole('grid').locator('[tabindex="0"]').focus();
      await goTo(again, 0, 1);
      await again.keyboard.press('Alt+h');
      const history = again.getByRole('dialog', { name: 'History of the document' });
      await expect(history.getByRole('listitem')).toHaveCount(4);
      await again.keyboard.press('Escape');
    });
    expect(second.problems).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
});

async function openCommitted(page: Page): Promise<void> {
  await expect(cell(page, 0, 1)).toHaveText('Stalker');
  await page.getByRole('grid').locator('[tabindex="0"]').focus();
  await goTo(page, 0, 1);
}
