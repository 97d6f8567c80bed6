import { expect } from '@playwright/test';
import { test } from '../hosts.ts';

/*
 * The grid with the keyboard alone: from the tree into a collection, over every kind of cell, each read by role and
 * name, to both ends, into the head, and into a value that is larger than its cell.
 */

test('reaches and reads every cell with the keyboard alone', async ({ launch }) => {
  const { page } = await launch({ args: ['--sample'] });
  await page.getByRole('treeitem', { name: /films/ }).focus();
  await page.keyboard.press('Enter');
  const grid = page.getByRole('grid', { name: 'Documents of films' });
  const focused = page.locator(':focus');
  const columnCount = await columnsOf();
  await page.keyboard.press('ControlOrMeta+K');
  await page.getByRole('dialog').getByRole('combobox').fill('Go to the grid');
  await expect(page.getByRole('option', { name: /Go to the grid/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(focused).toHaveRole('gridcell');
  await page.keyboard.press('ControlOrMeta+Home');

  await test.step('every column of a row, in order, by name', async () => {
    for (let at = 0; at < columnCount; at += 1) {
      await expect(focused).toHaveRole('gridcell');
      await expect(focused).toHaveAttribute('aria-colindex', String(at + 2));
      await expect(focused).toHaveAccessibleName(/\S/);
      await page.keyboard.press('ArrowRight');
    }
    // The last column is where it ends.
    await expect(focused).toHaveAttribute('aria-colindex', String(columnCount + 1));
  });
  await test.step('both ends, and a page', async () => {
    const rowCount = Number(await grid.getAttribute('aria-rowcount'));
    await page.keyboard.press('ControlOrMeta+End');
    await expect(focusedRow()).toHaveAttribute('aria-rowindex', String(rowCount));
    await expect(focused).toHaveAccessibleName(/\S/);
    await page.keyboard.press('PageUp');
    await expect(focused).toHaveRole('gridcell');
    await page.keyboard.press('ControlOrMeta+Home');
    await expect(focusedRow()).toHaveAttribute('aria-rowindex', '2');
    await expect(focused).toHaveAttribute('aria-colindex', '2');
  });
  await test.step('the head: sorted, and by a second column too', async () => {
    await page.keyboard.press('ArrowUp');
    await expect(focused).toHaveRole('columnheader');
    await expect(focused).toHaveAccessibleName(/^.*id/);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect(focused).toHaveAttribute('aria-sort', 'ascending');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+Enter');
    await expect(grid.locator('[aria-sort="ascending"]')).toHaveCount(2);
  });
  await test.step('a range and what it comes to, and a value as a whole', async () => {
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await expect(grid.locator('[aria-selected="true"]')).toHaveCount(3);
    await page.keyboard.press('Escape');
    await page.keyboard.press(' ');
    await expect(page.getByRole('dialog', { name: /^Value of/ })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(focused).toHaveRole('gridcell');
  });

  async function columnsOf(): Promise<number> {
    await expect(grid.getByRole('gridcell').first()).toBeVisible();
    // The numbers of the rows are a column as well.
    return Number(await grid.getAttribute('aria-colcount')) - 1;
  }

  function focusedRow() {
    return grid.getByRole('row').filter({ has: page.locator(':focus') });
  }
});
