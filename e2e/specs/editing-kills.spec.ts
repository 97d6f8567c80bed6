import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, type Page } from '@playwright/test';
import type { Studio } from '../hosts/studio.ts';
import { test } from '../hosts.ts';

/*
 * Host and page are killed while somebody edits, at a moment of chance, and started again: of a text at most what was
 * typed in the last second is gone, and no staged edit is, nor what can be undone. EDIT_KILL_ROUNDS and EDIT_KILL_SEED
 * say how often, and when. That two windows keep their edits apart over the same is in editing.spec.ts.
 */

const roundCount = Number(process.env['EDIT_KILL_ROUNDS'] ?? 5);
const seed = Number(process.env['EDIT_KILL_SEED'] ?? Date.now() % 1_000_000);
const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

const cell = (page: Page, row: number, column: number) =>
  page.locator(`[role="gridcell"][data-row="${row}"][data-col="${column}"]`);

async function makeShop(path: string): Promise<void> {
  const rows = Array.from({ length: 8 }, (_, at) => `{ title: "Old ${at}" }`);
  const text = `schema { define collection films { title: String! } }
    mutation { insertMany(collection: "films", data: [${rows.join(' ')}]) { id } }`;
  await run(process.execPath, [join(root, 'out/cli/aurora.js'), 'exec', path, '-q', text]);
}

/** Opens the collection, or shows the tab that came back. */
async function showFilms(page: Page, isOpen: boolean): Promise<void> {
  if (isOpen) await page.getByRole('tab', { name: /films/ }).click();
  else {
    // The first editor of a page may come in between, and takes the focus.
    await expect(async () => {
      await page.getByRole('treeitem', { name: /films/ }).focus();
      await page.keyboard.press('Enter');
      await expect(cell(page, 0, 1)).toBeVisible({ timeout: 5_000 });
    }).toPass();
  }
  await expect(cell(page, 0, 1)).toBeVisible();
  await page.getByRole('grid').locator('[tabindex="0"]').focus();
}

/** Sets the title of a row, and gives when that was done. */
async function editRow(page: Page, row: number, text: string): Promise<number> {
  await page.keyboard.press('ControlOrMeta+Home');
  await page.keyboard.press('ArrowRight');
  for (let step = 0; step < row; step += 1) await page.keyboard.press('ArrowDown');
  await expect(cell(page, row, 1)).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await expect(cell(page, row, 1)).toHaveText(text);
  return Date.now();
}

/** Types words into the text of a query for a while; what stood there a second before the end must be kept. */
async function typeText(page: Page, untilAt: number): Promise<{ all: string; due: string }> {
  let all = '';
  const marks: { readonly at: number; readonly text: string }[] = [];
  while (Date.now() < untilAt) {
    await page.keyboard.type('abcde ');
    all += 'abcde ';
    marks.push({ at: Date.now(), text: all });
  }
  const end = Date.now();
  return { all, due: marks.findLast(({ at }) => at <= end - 1_000)?.text ?? '' };
}

test('no edit is lost when host and page are killed', async ({ launch }) => {
  test.setTimeout(120_000 + roundCount * 120_000);
  console.log(`EDIT_KILL_SEED=${seed}`);
  const random = generator(seed);
  const folder = await mkdtemp(join(tmpdir(), 'aurora-kills-'));
  const path = join(folder, 'shop.db');
  await makeShop(path);
  try {
    let studio: Studio = await launch({ args: [path] });
    const { dataFolder } = studio;
    const staged = new Map<number, string>();
    let text = '';
    for (let round = 0; round < roundCount; round += 1) {
      const { page } = studio;
      await test.step(`round ${round}`, async () => {
        await showFilms(page, round > 0);
        for (const [row, title] of staged) await expect(cell(page, row, 1)).toHaveText(title);
        const row = Math.floor(random() * 4);
        const title = `Round ${round}`;
        const stagedAt = await editRow(page, row, title);
        staged.set(row, title);
        await page.keyboard.press('ControlOrMeta+z');
        await expect(cell(page, row, 1)).not.toHaveText(title);
        await page.keyboard.press('ControlOrMeta+Shift+z');
        await expect(cell(page, row, 1)).toHaveText(title);
        await page.getByRole('tab', { name: /Query 1/ }).click();
        await page.locator('.monaco-editor').first().click();
        await page.keyboard.press('ControlOrMeta+a');
        await page.keyboard.type('# ');
        text = '# ';
        // An edit counts as kept a second after it was made, as text does.
        const typed = await typeText(page, Date.now() + 1_050 + random() * 1_000);
        expect(Date.now() - stagedAt).toBeGreaterThan(1_000);
        if (random() < 0.5) await page.context().close();
        await studio.kill();
        studio = await launch({ args: [path], dataFolder });
        const kept = await keptText(dataFolder, path);
        const isPrefix = `${text}${typed.all}`.startsWith(kept);
        expect([isPrefix, kept.length >= text.length + typed.due.length]).toEqual([true, true]);
      });
    }
    const { page } = studio;
    await showFilms(page, true);
    for (const [row, title] of staged) await expect(cell(page, row, 1)).toHaveText(title);
    await expect(page.getByText(`${staged.size} changed`)).toHaveCount(1);
    // What can be undone comes back too: every edit of every round.
    for (let step = 0; step < roundCount; step += 1) await page.keyboard.press('ControlOrMeta+z');
    await expect(cell(page, 0, 1)).toHaveText('Old 0');
    await expect(page.getByText(/\d changed/)).toHaveCount(0);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
});

/** The text of the first query as the host has it on disk. */
async function keptText(dataFolder: string, path: string): Promise<string> {
  const settings = JSON.parse(await readFile(join(dataFolder, 'settings.json'), 'utf8'));
  return String(settings[`tabs:${path}`].tabs[0].text);
}

/** Numbers from 0 to 1, the same for the same seed. */
function generator(from: number): () => number {
  let state = from;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
