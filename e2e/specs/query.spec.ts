import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, type Page } from '@playwright/test';
import { test } from '../hosts.ts';

/*
 * The heart of the studio, as a person uses it: write a query with the help of completion, run it, look at the rows,
 * make a mistake and be led to it, stop what takes too long. What the grid must show is computed from the files the
 * sample database is made of, not by the engine. It is one test, because making the sample database takes longer than
 * everything that is done with it here.
 */

interface Film {
  readonly id: string;
  readonly title: string;
  readonly year: number;
  readonly released_at: string;
}

const sampleFolder = join(import.meta.dirname, '../../resources/sample');

test('write, complete, run, look, correct, cancel', async ({ studio }) => {
  test.setTimeout(180_000);
  const { page, problems } = studio;
  await test.step('open the sample database', async () => {
    await page.getByRole('button', { name: 'Open sample database' }).click();
    await expect(page.locator('.monaco-editor').first()).toBeVisible({ timeout: 90_000 });
  });
  await test.step('completion offers the fields of the collection', () => completeField(page));
  await test.step('the grid shows the right rows', () => checkRows(page));
  await test.step('a mistake is marked, listed and reached', () => correctMistake(page));
  await test.step('a long scan stops when it is cancelled', () => cancelScan(page));
  await test.step('documents stand as a tree and as text', () => checkDocuments(page));
  await test.step('totals, groups and pages are tables', () => checkTables(page));
  expect(problems).toEqual([]);
});

async function completeField(page: Page): Promise<void> {
  await writeText(page, 'query { films(where: { year: { gte: 2005 } }) { title year  } }');
  for (let step = 0; step < ' } }'.length; step += 1) await page.keyboard.press('ArrowLeft');
  await page.keyboard.type('relea');
  await expect(page.locator('.suggest-widget').getByText('released_at').first()).toBeVisible();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ControlOrMeta+Enter');
}

async function checkRows(page: Page): Promise<void> {
  const expected = films().filter((film) => film.year >= 2005);
  const grid = page.getByRole('grid', { name: 'Rows of films' });
  await expect(grid).toHaveAttribute('aria-rowcount', String(expected.length + 1));
  await expect(grid.getByRole('columnheader')).toHaveText([/Row/, /title/, /year/, /released_at/]);
  for (const [row, film] of expected.slice(0, 8).entries()) {
    await expect(cell(page, row, 0)).toHaveText(film.title);
    await expect(cell(page, row, 1)).toHaveText(String(film.year));
    await expect(cell(page, row, 2).locator('[title]')).toHaveAttribute('title', film.released_at);
  }
  await cell(page, 0, 0).click();
  await page.keyboard.press('ControlOrMeta+End');
  const last = expected.length - 1;
  await expect(cell(page, last, 2)).toBeFocused();
  await expect(cell(page, last, 0)).toHaveText(expected[last]?.title ?? '');
}

async function correctMistake(page: Page): Promise<void> {
  await writeText(page, '# The second word on line 2 is wrong.');
  await page.keyboard.press('Enter');
  await page.keyboard.insertText('query { films(limit: 3) { title yaer } }');
  await expect(page.locator('.squiggly-error')).toHaveCount(1);
  await page.keyboard.press('ControlOrMeta+Enter');
  const note = page.getByRole('alert').filter({ hasText: 'yaer' });
  await expect(note.filter({ hasText: 'Did you mean' })).toBeVisible();

  await page.getByRole('tab', { name: /Problems/ }).click();
  const problem = page.getByRole('list', { name: 'Problems' }).getByRole('button');
  await expect(problem).toHaveCount(1);
  await expect(problem).toContainText('Ln 2, Col 33');
  await problem.focus();
  await page.keyboard.press('Enter');
  // The place is selected in the editor: what is typed now replaces exactly the wrong word.
  await page.keyboard.insertText('year');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByRole('grid', { name: 'Rows of films' }).getByRole('row')).toHaveCount(4);
  await expect(page.locator('.squiggly-error')).toHaveCount(0);
}

async function cancelScan(page: Page): Promise<void> {
  // Twenty thousand flights, each held for some milliseconds against expressions with many ways to fail.
  const held = Array.from({ length: 12 }, (_, at) => {
    return `{ route: { matches: "([A-Z-]*[A-Z]*){900}[0-9]{${at + 1}}" } }`;
  });
  await writeText(page, `query { flights(where: { or: [${held.join(' ')}] }) { route } }`);
  await page.keyboard.press('ControlOrMeta+Enter');
  const toolbar = page.getByRole('toolbar', { name: 'Query' });
  const cancel = toolbar.getByRole('button', { name: 'Cancel' });
  await expect(page.getByRole('progressbar', { name: 'Running' })).toBeVisible();
  await cancel.click({ timeout: 20_000 });
  await expect(page.getByText('Cancelled before the first row was there')).toBeVisible();
  await expect(toolbar.getByRole('status')).toHaveText(/^Cancelled after/);
  await expect(cancel).toBeDisabled();

  // The host is free again, and nothing of the cancelled run comes back.
  await writeText(page, 'query { countries(limit: 2) { name } }');
  await page.keyboard.press('ControlOrMeta+Enter');
  const rows = page.getByRole('grid', { name: 'Rows of countries' }).getByRole('row');
  await expect(rows).toHaveCount(3);
}

async function checkDocuments(page: Page): Promise<void> {
  const film = films().find(({ title }) => title === 'Memento');
  await writeText(
    page,
    'query { films(where: { title: { eq: "Memento" } }) { title year gross } }',
  );
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.getByRole('tab', { name: 'JSON' }).click();
  const tree = page.getByRole('tree', { name: 'Documents of films' });
  await tree.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowRight');
  await expect(tree.getByRole('treeitem', { name: /worldwide/ })).toHaveAttribute(
    'aria-level',
    '3',
  );
  await page.getByRole('tab', { name: 'Raw' }).click();
  const raw = await page.getByRole('region', { name: 'JSON text of films' }).textContent();
  expect(JSON.parse(raw ?? '')).toMatchObject([{ title: 'Memento', year: film?.year }]);
}

/** Films of the sample in the order of their ids, which is the order of a query that names none. */
/** A row for each group and node, a column for each value; what is nested stands as JSON in its cell. */
async function checkTables(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Grid' }).click();
  await writeText(page, grouped);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByRole('tab', { name: /^films\.groupBy/ })).toBeVisible();
  await shoot(page, 'totals');
  await page.getByRole('tab', { name: /^films\.groupBy/ }).click();
  const groups = page.getByRole('grid', { name: 'Rows of films.groupBy' });
  await expect(groups.getByRole('columnheader')).toHaveText([
    /Row/,
    /key/,
    /count/,
    /avg/,
    /nodes/,
  ]);
  const counts = new Map<number, number>();
  for (const { year } of films()) counts.set(year, (counts.get(year) ?? 0) + 1);
  const [[year, count] = [0, 0]] = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  await expect(cell(page, 0, 0)).toHaveText(String(year));
  await expect(cell(page, 0, 1)).toHaveText(String(count));
  await shoot(page, 'groups');
  await writeText(page, paged);
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.getByRole('tab', { name: /^films\.edges/ }).click();
  const edges = page.getByRole('grid', { name: 'Rows of films.edges' });
  await expect(edges).toHaveAttribute('aria-rowcount', '21');
  await expect(edges.getByRole('columnheader')).toHaveText([/Row/, /title/, /director/, /cursor/]);
  await shoot(page, 'pages');
}

async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['RESULT_SCREENS'];
  if (folder === undefined) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
  }
}

const grouped = `query {
  films {
    totalCount
    aggregate { first: min(field: "year") best: max(field: "imdb_rating") avg(field: "imdb_rating") }
    groupBy(field: "year", orderBy: { count: DESC }, limit: 12) {
      key count aggregate { avg(field: "imdb_rating") } nodes(limit: 3, orderBy: { imdb_rating: DESC }) { title }
    }
  }
}`;
const paged =
  'query { films(first: 20, orderBy: { title: ASC }) { edges { node { title director { name } } cursor } pageInfo { hasNextPage endCursor } } }';

function films(): readonly Film[] {
  const text = gunzipSync(readFileSync(join(sampleFolder, 'films.ndjson.gz'))).toString('utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  const all = lines.map((line): Film => JSON.parse(line));
  return all.sort((left, right) => (left.id < right.id ? -1 : 1));
}

/** Puts a text into the editor of the tab in front, in place of what is there. */
async function writeText(page: Page, text: string): Promise<void> {
  await page.locator('.monaco-editor').first().click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
}

function cell(page: Page, row: number, column: number) {
  return page.locator(`[role="gridcell"][data-row="${row}"][data-col="${column}"]`);
}
