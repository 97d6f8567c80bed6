import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
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
    await page.getByRole('menuitem', { name: /Production/ }).click();
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
    await page.getByRole('menuitem', { name: /Development/ }).click();
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
});

test('every tab comes back after host and page were killed while typing', async ({ launch }) => {
  const first = await launch({ args: ['--sample'] });
  await write(first.page, '# the first');
  await first.page.getByRole('button', { name: 'New query' }).first().click();
  await expect(first.page.getByRole('tab', { selected: true, name: /Query/ })).toBeVisible();
  await first.page.keyboard.type('# never run, never saved');
  await first.page.waitForTimeout(1000);
  await first.kill();

  const second = await launch({ dataFolder: first.dataFolder });
  const tabs = second.page.locator('.dock-tab-name');
  await expect(tabs).toHaveText([
    'Filter and order',
    'Search by name',
    'Insert and update',
    'Query 4',
  ]);
  const shown = second.page.locator('.monaco-editor:visible .view-lines');
  await expect(shown).toContainText(/never.run,.never.saved/);
  // The cursor stands where it stood: what is typed goes on there.
  await second.page.keyboard.type('!');
  await expect(shown).toContainText('saved!');
  await second.page.getByRole('tab', { name: /Filter and order/ }).click();
  await expect(second.page.locator('.monaco-editor:visible .view-lines')).toContainText(
    /the.first/,
  );
});

async function write(page: Page, text: string): Promise<void> {
  await page.locator('.monaco-editor:visible').first().click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
}

async function moveLeft(page: Page, steps: number): Promise<void> {
  for (let step = 0; step < steps; step += 1) await page.keyboard.press('ArrowLeft');
}
