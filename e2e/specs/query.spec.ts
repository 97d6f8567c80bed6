import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, type Page } from '@playwright/test';
import { test } from '../hosts.ts';

/*
 * The heart of the studio, as a person uses it: write a query with the help of completion, run it, look at the rows,
 * make a mistake and be led to it, stop what takes too long. What the grid must show is computed from the files the
 * sample database is made of, not by the engine.
 */

interface Film {
  readonly id: string;
  readonly title: string;
  readonly year: number;
  readonly released_at: string;
}

const sampleFolder = join(import.meta.dirname, '../../resources/sample');

/** Films of the sample in the order of their ids, which is the order of a query that names none. */
function films(): readonly Film[] {
  const text = gunzipSync(readFileSync(join(sampleFolder, 'films.ndjson.gz'))).toString('utf8');
  const all = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Film);
  return all.sort((left, right) => (left.id < right.id ? -1 : 1));
}

test.beforeEach(async ({ studio: { page } }) => {
  await page.getByRole('button', { name: 'Open sample database' }).click();
  await expect(page.locator('.monaco-editor').first()).toBeVisible({ timeout: 30_000 });
});

test('completes, runs, and shows the right rows', async ({ studio: { page, problems } }) => {
  const expected = films().filter((film) => film.year >= 2005);
  await writeText(
    page,
    'query {\n  films(where: { year: { gte: 2005 } }) {\n    title\n    \n  }\n}',
  );
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('End');
  await page.keyboard.type('year relea');
  const suggestions = page.locator('.suggest-widget');
  await expect(suggestions.getByText('released_at').first()).toBeVisible();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ControlOrMeta+Enter');

  const grid = page.getByRole('grid', { name: 'Rows of films' });
  await expect(grid).toHaveAttribute('aria-rowcount', String(expected.length + 1));
  await expect(grid.getByRole('columnheader')).toHaveText([/Row/, /title/, /year/, /released_at/]);
  for (const [row, film] of expected.slice(0, 8).entries()) {
    await expect(cell(page, row, 0)).toHaveText(shown(film.title));
    await expect(cell(page, row, 1)).toHaveText(String(film.year));
    await expect(cell(page, row, 2).locator('[title]')).toHaveAttribute('title', film.released_at);
  }

  await cell(page, 0, 0).click();
  await page.keyboard.press('ControlOrMeta+End');
  const last = expected.length - 1;
  await expect(cell(page, last, 2)).toBeFocused();
  await expect(cell(page, last, 0)).toHaveText(shown(expected[last]?.title ?? ''));
  expect(problems).toEqual([]);
});

test('leads to the place of a mistake', async ({ studio: { page, problems } }) => {
  const text = 'query {\n  films(limit: 3) {\n    title\n    yaer\n  }\n}';
  await writeText(page, text);
  await expect(page.locator('.squiggly-error')).toHaveCount(1);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByRole('alert')).toContainText('yaer');
  await expect(page.getByRole('alert')).toContainText('Did you mean');

  await page.getByRole('tab', { name: /Problems/ }).click();
  const problem = page.getByRole('list', { name: 'Problems' }).getByRole('button');
  await expect(problem).toHaveCount(1);
  await expect(problem).toContainText('Ln 4, Col 5');
  await problem.focus();
  await page.keyboard.press('Enter');
  // The place is selected in the editor: what is typed now replaces exactly the wrong word.
  await page.keyboard.insertText('year');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByRole('grid', { name: 'Rows of films' }).getByRole('row')).toHaveCount(4);
  await expect(page.locator('.squiggly-error')).toHaveCount(0);
  expect(problems).toEqual([]);
});

test('stops a long scan when it is cancelled', async ({ studio: { page, problems } }) => {
  // Twenty thousand flights, each held against hundreds of expressions of which none matches.
  const conditions = Array.from(
    { length: 400 },
    (_, at) => `{ route: { matches: "^(.*-){3}X*Y${at}$" } }`,
  );
  await writeText(page, `query { flights(where: { or: [${conditions.join(' ')}] }) { route } }`);
  await page.keyboard.press('ControlOrMeta+Enter');
  const cancel = page
    .getByRole('toolbar', { name: 'Query' })
    .getByRole('button', { name: 'Cancel' });
  await expect(page.getByRole('progressbar', { name: 'Running' })).toBeVisible();
  await cancel.click();
  await expect(page.getByText('Cancelled before the first row was there')).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: /^Cancelled after/ })).toBeVisible();
  await expect(cancel).toBeDisabled();

  // The host is free again at once, and nothing of the cancelled run comes back.
  await writeText(page, 'query { countries(limit: 2) { name } }');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByRole('grid', { name: 'Rows of countries' }).getByRole('row')).toHaveCount(
    3,
  );
  expect(problems).toEqual([]);
});

test('shows documents as a tree and as text', async ({ studio: { page } }) => {
  const first = films().find((film) => film.title === 'Memento');
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
  await page.keyboard.press('ArrowDown');
  await expect(tree.getByRole('treeitem', { name: /worldwide/ })).toBeVisible();
  await page.getByRole('tab', { name: 'Raw' }).click();
  const raw = await page.getByRole('region', { name: 'JSON text of films' }).textContent();
  expect(JSON.parse(raw ?? '')).toMatchObject([{ title: 'Memento', year: first?.year }]);
});

/** Puts a text into the editor of the tab in front, in place of what is there. */
async function writeText(page: Page, text: string): Promise<void> {
  await page.locator('.monaco-editor').first().click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
}

function cell(page: Page, row: number, column: number) {
  return page.locator(`[role="gridcell"][data-row="${row}"][data-col="${column}"]`);
}

/** Titles as cells show them: the beginning of what is too long. */
function shown(title: string): string {
  return title.length <= 240 ? title : `${title.slice(0, 240)}…`;
}
