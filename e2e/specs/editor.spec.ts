import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { heldSkipReason, hold } from '../held-back.ts';
import { test } from '../hosts.ts';

/*
 * The editor as a person works in it: completion that knows types and data, writes that are shown before they run,
 * variables, history, saved queries, and tabs that come back whatever ended.
 */

test('completion offers the operators of the type, and values that documents hold', async ({
  launch,
}) => {
  const { page, problems } = await launch({ args: ['--sample'] });
  await write(page, 'query { films(where: { title: {  } }) { title } }');
  await moveLeft(page, ' } }) { title } }'.length);
  await page.keyboard.press('ControlOrMeta+Space');
  const list = page.locator('.suggest-widget .monaco-list-row');
  await expect(list.filter({ hasText: 'startsWith' })).toHaveCount(1);
  await expect(list.filter({ hasText: 'size' })).toHaveCount(0);
  await page.keyboard.press('Escape');

  await write(page, 'query { films(where: { year: {  } }) { title } }');
  await moveLeft(page, ' } }) { title } }'.length);
  await page.keyboard.press('ControlOrMeta+Space');
  await expect(list.filter({ hasText: 'between' })).toHaveCount(1);
  await expect(list.filter({ hasText: /contains|startsWith/ })).toHaveCount(0);
  await page.keyboard.press('Escape');

  await write(page, 'query { films(where: { genre: { eq:  } }) { title } }');
  await moveLeft(page, ' } }) { title } }'.length);
  await page.keyboard.press('ControlOrMeta+Space');
  await expect(list.filter({ hasText: 'Drama' }).first()).toBeVisible();
  expect(problems).toEqual([]);
});

test('an editor that comes late leaves the focus where it has gone meanwhile', async ({
  launch,
  host,
}) => {
  test.skip(host === 'electron', heldSkipReason);
  const { page, problems } = await launch({ args: ['--sample'] });
  const held = await hold(page, '**/query-tab-*.js');
  const item = page.getByRole('treeitem', { name: /^cars/ });
  await item.waitFor();
  await page.reload();
  await item.focus();
  held.release();
  await expect(page.locator('.monaco-editor')).toBeVisible();
  await expect(item).toBeFocused();
  expect(problems).toEqual([]);
});

test('a delete shows what it touches, and runs only when it is confirmed', async ({ launch }) => {
  const { page, problems } = await launch({ args: ['--sample'] });
  const dialog = page.getByRole('dialog');
  const count = page.getByRole('treeitem', { name: /^cars/ });
  const deletion =
    'mutation { deleteFrom(collection: "cars", where: { cylinders: { eq: 3 } }) { id } }';
  const insertion =
    'mutation { insertInto(collection: "cars", data: { name: "x", year: 1990, origin: "USA", cylinders: 3, weight_pounds: 1 }) { id } }';
  await expect(count).toContainText('406');

  await test.step('Escape refuses', async () => {
    await write(page, deletion);
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(dialog.getByRole('button', { name: 'Delete 4 documents' })).toBeFocused();
    await expect(dialog.getByRole('grid').getByRole('row')).toHaveCount(5);
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(count).toContainText('406');
  });

  await test.step('production asks for the name of the collection', async () => {
    await page.getByRole('button', { name: /Environment/ }).click();
    await page.getByRole('menuitemcheckbox', { name: /Production/ }).click();
    await write(page, deletion);
    await page.keyboard.press('ControlOrMeta+Enter');
    const confirm = dialog.getByRole('button', { name: 'Delete 4 documents' });
    await expect(confirm).toBeDisabled();
    await page.keyboard.type('cars');
    await page.keyboard.press('Enter');
    await expect(count).toContainText('402');
  });

  await test.step('on production an insert is shown too', async () => {
    await write(page, insertion);
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(dialog).toContainText('This adds to a production database');
    await expect(dialog.getByRole('button', { name: 'Insert 1 document' })).toBeDisabled();
    await page.keyboard.press('Escape');
    await expect(count).toContainText('402');
  });

  await test.step('elsewhere an insert is not asked about', async () => {
    await page.getByRole('button', { name: /Environment/ }).click();
    await page.getByRole('menuitemcheckbox', { name: /Development/ }).click();
    await write(page, insertion);
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(count).toContainText('403');
  });
  expect(problems).toEqual([]);
});

test('variables have a form, and a run waits for those it needs', async ({ launch }) => {
  const { page } = await launch({ args: ['--sample'] });
  await write(
    page,
    'query Films($from: Int! = 1990, $genre: String!) { films(where: { year: { gte: $from }, genre: { eq: $genre } }, limit: 3) { title } }',
  );
  await page.keyboard.press('ControlOrMeta+Enter');
  const pane = page.getByRole('region', { name: 'Variables' });
  await expect(pane.getByText('A value is needed.')).toBeVisible();
  await expect(pane.getByLabel('$genre')).toBeFocused();
  await pane.getByLabel('$from').fill('19x');
  await expect(pane.getByText('A whole number is needed.')).toBeVisible();
  await pane.getByLabel('$from').fill('2000');
  await pane.getByLabel('$genre').fill('Drama');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByRole('grid', { name: 'Rows of films' }).getByRole('row')).toHaveCount(4);

  await page.getByRole('button', { name: 'History' }).click();
  const run = page.getByRole('region', { name: 'History' }).getByRole('button', { name: /Films/ });
  await expect(run).toContainText('3 rows');
  await run.click();
  await expect(pane.getByLabel('$genre')).toHaveValue('Drama');
});

test('a query is saved as a file beside the database, and follows it', async ({ launch }) => {
  const { page, dataFolder } = await launch({ args: ['--sample'] });
  await write(page, 'query { cars(limit: 1) { name } }');
  await page.keyboard.press('ControlOrMeta+S');
  const name = page.getByRole('dialog').getByRole('textbox');
  await name.fill('reports/one car');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  const file = join(dataFolder, 'sample.db.queries', 'reports', 'one car.aql');
  expect(await readFile(file, 'utf8')).toBe('query { cars(limit: 1) { name } }');
  await page.getByRole('button', { name: 'Saved queries' }).click();
  await expect(page.getByRole('treeitem', { name: 'one car' })).toBeVisible();

  await writeFile(file, '# expect count 2\nquery { cars(limit: 1) { name } }');
  await writeFile(
    join(dataFolder, 'sample.db.queries', 'right.aql'),
    '# expect count 1\n{ cars(limit: 1) { name } }',
  );
  await expect(page.getByRole('treeitem', { name: 'right' })).toBeVisible();
  await page.getByRole('button', { name: 'Test what the queries expect' }).click();
  const tests = page.getByRole('region', { name: 'Tests' });
  await expect(tests).toContainText('1 of 2 queries are as expected.');
  await expect(tests.getByText('It gives 1 where 2 are expected.')).toBeVisible();
  await expect(page.getByRole('treeitem', { name: 'right (as expected)' })).toBeVisible();
});

test('every tab comes back after host and page were killed while typing', async ({ launch }) => {
  const first = await launch({ args: ['--sample'] });
  await write(first.page, '# the first');
  await first.page.getByRole('button', { name: 'New query' }).first().click();
  await expect(first.page.getByRole('tab', { selected: true, name: /Query/ })).toBeVisible();
  await expect(first.page.locator('.monaco-editor.focused')).toBeVisible();
  await first.page.keyboard.type('# never run, never saved');
  await first.page.keyboard.press('Control+Shift+Backslash');
  await expect(first.page.locator('.monaco-editor:visible')).toHaveCount(2);
  const arrangement = await boxes(first.page);
  await first.page.waitForTimeout(1000);
  await first.kill();

  const second = await launch({ dataFolder: first.dataFolder });
  const tabs = second.page.locator('.dock-tab-name');
  const names = ['Filter and order', 'Search by name', 'Insert and update', 'Query 4'];
  await expect(tabs).toHaveText(names, { timeout: 45_000 });
  await expect(async () => expect(await boxes(second.page)).toEqual(arrangement)).toPass();
  const shown = second.page.locator('.monaco-editor:visible .view-lines').last();
  await expect(shown).toContainText(/never.run,.never.saved/);
  // The cursor stands where it stood: what is typed goes on there.
  await second.page.keyboard.type('!');
  await expect(shown).toContainText('saved!');
  await second.page.getByRole('tab', { name: /Filter and order/ }).click();
  await expect(second.page.locator('.monaco-editor:visible .view-lines').first()).toContainText(
    /the.first/,
  );
});

test('rename changes a fragment and all its spreads; help tells the keys', async ({ launch }) => {
  const { page, problems } = await launch({ args: ['--sample'] });
  await page.locator('.monaco-editor:visible').first().click();
  await test.step('help tells all keys, from inside the editor', () => checkHelp(page));
  const fragment = 'fragment Parts on films { title year }';
  await write(
    page,
    `query { a: films(limit: 2) { ...Parts } b: films(limit: 1) { ...Parts } } ${fragment}`,
  );
  await moveLeft(page, ' on films { title year }'.length);
  await page.keyboard.press('F2');
  const field = page.locator('.rename-box input');
  await expect(field).toHaveValue('Parts');
  await field.fill('Short');
  await page.keyboard.press('Enter');
  const text = page.locator('.monaco-editor:visible .view-lines').first();
  await expect(text).toContainText(
    /a:.films.*\.\.\.Short.*b:.films.*\.\.\.Short.*fragment.Short.on/,
  );
  await expect(text).not.toContainText('Parts');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByRole('grid', { name: /Rows of/ }).getByRole('columnheader')).toHaveText([
    /Row/,
    /title/,
    /year/,
  ]);
  await expect(page.getByRole('grid', { name: /Rows of/ }).getByRole('row')).toHaveCount(3);
  expect(problems).toEqual([]);
});

test('a snippet is written, offered, inserted with its places, and deleted', async ({ launch }) => {
  const { page, problems } = await launch({ args: ['--sample'] });
  await page.locator('.monaco-editor:visible').first().click();

  await test.step('what is wrong is said at its field', async () => {
    await page.keyboard.press('Alt+Shift+S');
    await page.keyboard.type('Best of');
    await page.keyboard.press('Tab');
    await page.keyboard.type('best of');
    await page.keyboard.press('Tab');
    await page.keyboard.type(`query { $1(limit: $\{2:3) { title$0 } }`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Snippets' });
    await expect(dialog.getByText(/one word of letters/)).toBeVisible();
    await expect(dialog.getByText(/^Line 1: a place is written/)).toBeVisible();
    await dialog.getByLabel(/^Prefix/).fill('best');
    await dialog.getByLabel('Text').fill(`query ($n: Int) { $1(limit: $\{2:3}) { title$0 } }`);
    await dialog.getByLabel('Name').press('Enter');
    await expect(dialog.getByRole('list').getByRole('button')).toHaveText('bestBest of');
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  });

  await test.step('completion offers it, and Tab goes from place to place', async () => {
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('bes');
    await expect(page.locator('.suggest-widget .monaco-list-row.focused')).toContainText('Best of');
    await page.keyboard.press('Enter');
    await page.keyboard.type('films');
    // Without a list to close, Escape would leave the snippet.
    await expect(page.locator('.suggest-widget .monaco-list-row').first()).toBeVisible();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await page.keyboard.type('2');
    await page.keyboard.press('Tab');
    await page.keyboard.type(' year');
    await page.keyboard.press('Escape');
    await expect(page.locator('.monaco-editor:visible .view-lines').first()).toContainText(
      /query.\(\$n:.Int\).\{.films\(limit:.2\).\{.title.year.\}.\}/,
    );
  });

  await test.step('it is kept by the host, and goes when it is deleted', async () => {
    await page.waitForTimeout(1000);
    await page.reload();
    await page.locator('.monaco-editor:visible').first().click();
    await page.keyboard.press('Alt+Shift+S');
    const dialog = page.getByRole('dialog', { name: 'Snippets' });
    await expect(dialog.getByLabel('Name')).toHaveValue('Best of');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await expect(dialog.getByText('No snippet is written yet')).toBeVisible();
    await dialog.getByRole('button', { name: 'Undo' }).click();
    await expect(dialog.getByRole('list').getByRole('button')).toHaveCount(1);
  });
  expect(problems).toEqual([]);
});

test('splits stand side by side and stacked, by key and by mouse', async ({ launch }) => {
  const { page, problems } = await launch({ args: ['--sample'] });
  const editors = page.locator('.monaco-editor:visible');
  await write(page, '# on the left');

  await test.step('a key moves the tab into a split of its own', async () => {
    await page.keyboard.press('Control+Backslash');
    await expect(editors).toHaveCount(2);
    const [left, right] = await boxes(page);
    expect(right.x).toBeGreaterThan(left.x + left.width - 1);
    expect(right.y).toBe(left.y);
    // The tab that moved keeps the focus: what is typed goes on in it.
    await page.keyboard.press('End');
    await page.keyboard.type(', now right');
    await expect(editors.nth(1)).toContainText(/on.the.left,.now.right/);
  });

  await test.step('a split of one tab gets a new query below it', async () => {
    await page.keyboard.press('Control+Shift+Backslash');
    await expect(editors).toHaveCount(3);
    const [, right, below] = await boxes(page);
    expect(below.y).toBeGreaterThan(right.y + right.height - 1);
    expect(below.x).toBe(right.x);
    await page.keyboard.type('# below');
  });

  await test.step('keys go round, and commands go to the split in front', async () => {
    await page.keyboard.press('Alt+Backslash');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText('query { cars(limit: 1) { name } }');
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(editors.first()).toContainText(/cars/);
    await expect(page.getByRole('grid', { name: 'Rows of cars' })).toHaveCount(1);
    const [before] = await boxes(page);
    await page.keyboard.press('Alt+Equal');
    await expect(async () => {
      expect((await boxes(page))[0].width).toBeGreaterThan(before.width);
    }).toPass();
  });

  await test.step('a tab that is dragged to an edge splits too', async () => {
    const tab = page.getByRole('tab', { name: 'Search by name' });
    const left = page.locator('.dv-groupview').first();
    const box = await left.boundingBox();
    const size = { width: box?.width ?? 0, height: box?.height ?? 0 };
    await tab.dragTo(left, { targetPosition: { x: size.width / 2, y: size.height - 20 } });
    await expect(editors).toHaveCount(4);
  });
  expect(problems).toEqual([]);
});

async function checkHelp(page: Page): Promise<void> {
  await page.keyboard.press('F1');
  const help = page.getByRole('dialog', { name: 'Keys' });
  const keysOf = async (title: string) => {
    const row = help.locator('.help-row', { has: page.getByText(title, { exact: true }) });
    return (await row.locator('kbd').allTextContents()).join(' ');
  };
  await expect(help).toBeVisible();
  const told = {
    'Complete at the cursor': 'Ctrl Space',
    'Rename everywhere': 'F2',
    'Go to the definition': 'F12',
    'Find the references': 'Shift F12',
    'Quick fix and refactor': 'Ctrl .',
    'Format the text': 'Shift Alt F',
    'Find and replace': 'Ctrl H',
    'Run statement': 'Ctrl Enter',
    'Run all statements': 'Ctrl Shift Enter',
    'Split right': 'Ctrl \\',
    'Split down': 'Ctrl Shift \\',
    'Show or hide the variables': 'Alt Shift V',
    'Show the history of runs': 'Ctrl Shift Y',
    'Show saved queries': 'Alt Shift Q',
    'Write and edit snippets…': 'Alt Shift S',
    'Cancel the run': 'Esc Esc',
  };
  const found = await Promise.all(Object.keys(told).map(keysOf));
  expect(Object.fromEntries(Object.keys(told).map((title, at) => [title, found[at]]))).toEqual(
    told,
  );
  await page.keyboard.press('Escape');
  await expect(help).toHaveCount(0);
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the editors stand, from left to right and from top to bottom. */
async function boxes(page: Page): Promise<[Box, Box, Box]> {
  const found: Box[] = await page.locator('.monaco-editor:visible').evaluateAll((editors) =>
    editors.map((editor) => {
      const { x, y, width, height } = editor.getBoundingClientRect();
      return { x, y, width, height };
    }),
  );
  const none = { x: 0, y: 0, width: 0, height: 0 };
  const [first = none, second = none, third = none] = found.sort((a, b) => a.x - b.x || a.y - b.y);
  return [first, second, third];
}

async function write(page: Page, text: string): Promise<void> {
  await page.locator('.monaco-editor:visible').first().click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
}

async function moveLeft(page: Page, steps: number): Promise<void> {
  for (let step = 0; step < steps; step += 1) await page.keyboard.press('ArrowLeft');
}
