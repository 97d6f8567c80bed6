import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, type Page } from '@playwright/test';
import { expectShown, heldSkipReason, hold, send, shownIn } from '../held-back.ts';
import { test } from '../hosts.ts';

/* What is typed into a value or a document as JSON before, while and after its editor comes. */

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

const cell = (page: Page, row: number, column: number) =>
  page.locator(`[role="gridcell"][data-row="${row}"][data-col="${column}"]`);

test('a cell of JSON loses nothing that is typed while its editor comes', async ({
  launch,
  host,
}) => {
  test.skip(host === 'electron', heldSkipReason);
  test.setTimeout(240_000);
  const folder = await mkdtemp(join(tmpdir(), 'aurora-arrival-'));
  const path = join(folder, 'club.db');
  await run(process.execPath, [
    ...[join(root, 'out/cli/aurora.js'), 'exec', path, '-q'],
    `schema { define collection clubs { info: Object  name: String } }
     mutation { insertMany(collection: "clubs", data: [{ info: { a: 1 }, name: "red" }, { name: "blue" }]) { id } }`,
  ]);
  try {
    const { page, problems } = await launch({ args: [path] });
    // A page that is loaded again before it has its session with the host has no key to it.
    await page.getByRole('treeitem', { name: /clubs/ }).waitFor();
    const editor = page.getByRole('dialog', { name: /^Edit / });
    const plain = editor.locator('textarea.plain-editor');
    const arrived = editor.locator('.monaco-editor');
    const first = '{\n  "a": 1\n}';
    /** A page of its own, with a cell that is edited and whose editor is held back. */
    const begin = async (key = 'Enter') => {
      await page.unrouteAll();
      const held = await hold(page, '**/json-editor-*.js');
      await page.reload();
      const item = page.getByRole('treeitem', { name: /clubs/ });
      if ((await cell(page, 0, 1).count()) === 0) {
        await item.focus();
        await page.keyboard.press('Enter');
      }
      await expect(cell(page, 0, 1)).toBeVisible();
      await page.getByRole('grid').locator('[tabindex="0"]').focus();
      await page.keyboard.press('ControlOrMeta+Home');
      await page.keyboard.press('ArrowRight');
      await expect(cell(page, 0, 1)).toBeFocused();
      await page.keyboard.press(key);
      await expect(plain).toBeFocused();
      return held;
    };
    const throwAway = async () => {
      // Where a list of completions is open, Escape closes that one first.
      await expect(async () => {
        if ((await editor.count()) > 0) await page.keyboard.press('Escape');
        expect(await editor.count()).toBe(0);
      }).toPass();
      await expect(cell(page, 0, 1)).toBeFocused();
    };

    await test.step('what is typed all the while stands there whole, and is undone to what was there', async () => {
      const held = await begin();
      const keys = [...'{ "word": "abcdefghijklmnopqrstuvwxyz'];
      await send(page, keys.slice(0, 12));
      // The code comes while keys do.
      held.release();
      await send(page, keys.slice(12));
      await expect(arrived).toBeVisible();
      await send(page, [...'" }']);
      await expectShown(editor, '{ "word": "abcdefghijklmnopqrstuvwxyz" }');
      await expect(async () => {
        await page.keyboard.press('ControlOrMeta+z');
        expect(await shownIn(editor)).toBe(first);
      }).toPass();
      await throwAway();
    });
    await test.step('the cursor stays where it was', async () => {
      const held = await begin();
      await page.keyboard.type('{ "b": 12 }');
      await send(page, ['ArrowLeft', 'ArrowLeft', 'ArrowLeft']);
      held.release();
      await expect(arrived).toBeVisible();
      await page.keyboard.type('0');
      await expectShown(editor, '{ "b": 102 }');
      await throwAway();
    });
    await test.step('a cursor that was only moved replaces nothing', async () => {
      const held = await begin();
      await page.keyboard.press('End');
      held.release();
      await expect(arrived).toBeVisible();
      await page.keyboard.type(' ');
      await expectShown(editor, `${first} `);
      await throwAway();
    });
    await test.step('a selection stays, in its direction', async () => {
      const held = await begin();
      await page.keyboard.type('{ "b": 12 }');
      await send(page, ['ArrowLeft', 'ArrowLeft', 'Shift+ArrowLeft']);
      held.release();
      await expect(arrived).toBeVisible();
      await page.keyboard.press('Shift+ArrowLeft');
      await page.keyboard.type('7');
      await expectShown(editor, '{ "b": 7 }');
      await throwAway();
    });
    await test.step('all of it, selected again, is replaced', async () => {
      const held = await begin();
      await page.keyboard.type('{ "b": 12 }');
      await page.keyboard.press('ControlOrMeta+a');
      held.release();
      await expect(arrived).toBeVisible();
      await page.keyboard.type('{}');
      await expectShown(editor, '{}');
      await throwAway();
    });
    await test.step('what an input method composes is finished first', async () => {
      const held = await begin();
      const method = await page.context().newCDPSession(page);
      await page.keyboard.type('"');
      await method.send('Input.imeSetComposition', {
        ...{ text: 'にほ', selectionStart: 2, selectionEnd: 2 },
      });
      const come = page.waitForResponse('**/json-editor-*.js');
      held.release();
      // The code is there: nothing but the composition holds the editor back.
      await come;
      await page.evaluate(() => new Promise((done) => setTimeout(done, 500)));
      await method.send('Input.imeSetComposition', {
        ...{ text: 'にほん', selectionStart: 3, selectionEnd: 3 },
      });
      await expect(plain).toBeFocused();
      await method.send('Input.insertText', { text: '日本' });
      await expect(arrived).toBeVisible();
      await page.keyboard.type('"');
      await expectShown(editor, '"日本"');
      await throwAway();
    });
    await test.step('what is pasted comes whole, before and after', async () => {
      const held = await begin();
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      const piece = '"pasted"';
      await page.evaluate((text) => navigator.clipboard.writeText(text), piece);
      await page.keyboard.type('[');
      await page.keyboard.press('ControlOrMeta+v');
      await page.keyboard.type(',');
      held.release();
      await expect(arrived).toBeVisible();
      await send(page, ['ControlOrMeta+v', ']']);
      await expectShown(editor, `[${piece},${piece}]`);
      await throwAway();
    });
    await test.step('a mouse that selects is not interrupted', async () => {
      const held = await begin();
      const box = await plain.boundingBox();
      const [x, y] = [box?.x ?? 0, (box?.y ?? 0) + 14];
      await page.keyboard.type('"one" ');
      await page.mouse.move(x + 2, y);
      await page.mouse.down();
      await page.mouse.move(x + 20, y);
      const come = page.waitForResponse('**/json-editor-*.js');
      held.release();
      await come;
      await page.evaluate(() => new Promise((done) => setTimeout(done, 500)));
      await page.mouse.move(x + 300, y);
      await expect(plain).toBeFocused();
      await page.mouse.up();
      await expect(arrived).toBeVisible();
      await page.keyboard.type('[]');
      await expectShown(editor, '[]');
      await throwAway();
    });
    await test.step('Tab indents from the first moment on', async () => {
      const held = await begin();
      await send(page, ['{', 'Tab', '"', 'a']);
      held.release();
      await expect(arrived).toBeVisible();
      await expectShown(editor, '{  "a');
      await throwAway();
    });
    await test.step('what can be no value stays, and goes on being typed', async () => {
      const held = await begin();
      held.release();
      await expect(arrived).toBeVisible();
      await page.keyboard.type('{ "d": ');
      await page.getByRole('contentinfo').getByText('Connected').click();
      await expect(editor.getByText(/Escape throws away what was typed/)).toBeVisible();
      await page.keyboard.type('4 }');
      await expectShown(editor, '{ "d": 4 }');
      await throwAway();
    });
    await test.step('the focus stays where it has gone', async () => {
      const held = await begin();
      const other = editor.getByRole('button').first();
      await other.focus();
      held.release();
      await expect(arrived).toBeVisible();
      await expect(other).toBeFocused();
      await throwAway();
    });
    await test.step('a value is taken, or thrown away, before the editor is there', async () => {
      await begin();
      await send(page, [...'{ "b": 1 }', 'ControlOrMeta+Enter']);
      await expect(editor).toHaveCount(0);
      await expect(cell(page, 0, 1)).toContainText('b');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ControlOrMeta+z');
      await expect(cell(page, 0, 1)).toContainText('a');
      await begin();
      await throwAway();
    });
    await test.step('a key that opens the cell is the first of what is typed', async () => {
      const held = await begin('[');
      await send(page, ['1', ',']);
      held.release();
      await expect(arrived).toBeVisible();
      await send(page, ['2', ']']);
      await expectShown(editor, '[1,2]');
      await throwAway();
    });
    await test.step('a value is taken with the very last key that was typed', async () => {
      const held = await begin();
      held.release();
      await expect(arrived).toBeVisible();
      await page.keyboard.type('{ "last": 12345 ');
      // Both keys come while the page is busy, and are taken one right after the other.
      const keys = await page.context().newCDPSession(page);
      const busy = page.evaluate(() => {
        const until = performance.now() + 300;
        while (performance.now() < until);
      });
      const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, modifiers: 2 };
      await Promise.all([
        ...[busy, keys.send('Input.dispatchKeyEvent', { type: 'keyDown', key: '}', text: '}' })],
        keys.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enter }),
      ]);
      await expect(editor).toHaveCount(0);
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Enter');
      await expectShown(editor, '{\n  "last": 12345\n}');
      await throwAway();
      await page.keyboard.press('ControlOrMeta+z');
    });
    await test.step('a document as JSON is taken and left by the same keys', async () => {
      const held = await begin();
      await throwAway();
      await page.getByRole('button', { name: 'Record', exact: true }).click();
      const record = page.getByRole('complementary', { name: 'Record' });
      await record.getByRole('button', { name: 'Show as JSON' }).click();
      await record.getByRole('button', { name: 'Edit as JSON' }).click();
      await page.keyboard.type('{ "name": "gre');
      held.release();
      await page.keyboard.type('en" }');
      await expect(record.locator('.monaco-editor')).toBeVisible();
      await expectShown(record, '{ "name": "green" }');
      await page.keyboard.press('ControlOrMeta+Enter');
      await expect(cell(page, 0, 2)).toHaveText('green');
      await hold(page, '**/json-editor-*.js');
      await page.reload();
      await expect(cell(page, 0, 2)).toHaveText('green');
    });
    expect(problems).toEqual([]);
    await test.step('without its code the field stays, and works', async () => {
      const held = await begin();
      await page.keyboard.type('{ "c"');
      const failed = page.waitForEvent('requestfailed');
      held.refuse();
      await failed;
      await send(page, [...': 3 }', 'ControlOrMeta+Enter']);
      await expect(editor).toHaveCount(0);
      await expect(cell(page, 0, 1)).toContainText('c');
    });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
});
