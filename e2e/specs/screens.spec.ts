import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { test } from '../hosts.ts';

/*
 * The screens of record. Every run makes the light ones under test-results/screens and checks that what they show is
 * there; with UPDATE_SCREENS=1 both themes go to docs/screens, where the README shows them and a commit that changes
 * the interface changes them too.
 */

const root = resolve(import.meta.dirname, '../..');
const isUpdate = process.env['UPDATE_SCREENS'] === '1';
const folder = join(root, isUpdate ? 'docs/screens' : 'test-results/screens');

for (const colorScheme of ['light', 'dark'] as const) {
  test(`screens of record, ${colorScheme}`, async ({ launch }) => {
    test.skip(colorScheme === 'dark' && !isUpdate, 'the way through is the same in the dark');
    mkdirSync(folder, { recursive: true });
    // A folder of the same name every time, so that a picture changes only when the interface does.
    const dataFolder = join(tmpdir(), `aurora-screens-${colorScheme}`);
    mkdirSync(dataFolder, { recursive: true });
    const { page } = await launch({ dataFolder });
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const shoot = (name: string) =>
      page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), animations: 'disabled' });

    await expect(page.getByRole('button', { name: 'Open sample database' })).toBeVisible();
    await page.getByRole('textbox', { name: 'Folder of a database' }).fill('/data/shop.db');
    await shoot('welcome');

    await page.getByRole('button', { name: 'Open sample database' }).click();
    await page.getByRole('treeitem', { name: /films/ }).click();
    await page.keyboard.press('ArrowRight');
    await page.locator('.monaco-editor').first().click();
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(page.getByRole('grid').getByRole('row').nth(5)).toBeVisible();
    await shoot('studio');

    await write(page, 'query {\n  films(where: { genre: { eq: ');
    await page.keyboard.press('ControlOrMeta+Space');
    await expect(page.locator('.suggest-widget .monaco-list-row').first()).toContainText('Drama');
    await shoot('completion');

    await page.keyboard.press('Escape');
    await write(page, 'query { films(where: { yaer: { gt: 1990 } }) { title } }');
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(page.getByText(/did you mean "year"/i).first()).toBeVisible();
    await page.getByRole('tab', { name: /Problems/ }).click();
    await expect(page.getByRole('list', { name: 'Problems' })).toBeVisible();
    await shoot('problems');

    await write(page, explained);
    await page.keyboard.press('ControlOrMeta+Home');
    for (let step = 0; step < 'query { films('.length; step += 1) {
      await page.keyboard.press('ArrowRight');
    }
    await page.keyboard.press('ControlOrMeta+Shift+Space');
    await expect(page.locator('.parameter-hints-widget.visible')).toContainText('where');
    await shoot('signature');

    await page.keyboard.press('Escape');
    for (let step = 0; step < 'where: { ge'.length; step += 1) {
      await page.keyboard.press('ArrowRight');
    }
    await page.keyboard.press('Alt+Q');
    await expect(page.locator('.monaco-hover:visible')).toContainText('String');
    await shoot('hover');

    await page.keyboard.press('Escape');
    await write(page, withVariables);
    await page.keyboard.press('ControlOrMeta+Enter');
    const pane = page.getByRole('region', { name: 'Variables' });
    await expect(pane.getByText('A value is needed.').first()).toBeVisible();
    await shoot('variables');
    await page.keyboard.press('Alt+Shift+V');
    await expect(pane).toHaveCount(0);

    await write(page, 'query { films(where: { title: { eq: "no such film" } }) { title } }');
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(page.getByText(/no rows/i).first()).toBeVisible();
    await shoot('empty');

    await page.keyboard.press('ControlOrMeta+K');
    await expect(page.getByRole('dialog')).toBeVisible();
    await shoot('palette');

    await page.keyboard.press('Escape');
    await stageEdits(page);
    await shoot('editing');
    await page.keyboard.press('ControlOrMeta+S');
    // The new film lacks what every film has: the review says so, and leads there.
    await expect(page.getByRole('region', { name: 'To be corrected' })).toBeVisible();
    await shoot('review');
  });
}

const explained =
  'query { films(where: { genre: { eq: "Drama" } }, orderBy: { year: DESC }, limit: 20) { title year } }';
const withVariables =
  'query Films($from: Int! = 1990, $genre: String!, $hasTags: Boolean = true) {\n' +
  '  films(where: { year: { gte: $from }, genre: { eq: $genre } }, limit: 20) {\n' +
  '    title year tags @include(if: $hasTags)\n  }\n}\n';

/** Changes two films, deletes one and adds one, without committing it. */
async function stageEdits(page: Page): Promise<void> {
  await page.getByRole('treeitem', { name: /films/ }).focus();
  await page.keyboard.press('Enter');
  const grid = page.getByRole('grid', { name: 'Documents of films' });
  await expect(grid.getByRole('row').nth(8)).toBeVisible();
  await grid.locator('[tabindex="0"]').focus();
  const type = async (text: string, then: string) => {
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog', { name: /^Edit / })).toBeVisible();
    await page.keyboard.type(text);
    await page.keyboard.press(then);
    await expect(page.getByRole('dialog', { name: /^Edit / })).toHaveCount(0);
    await expect(grid.locator('[tabindex="0"]')).toBeFocused();
  };
  await page.keyboard.press('ControlOrMeta+Home');
  await page.keyboard.press('ArrowRight');
  await expect(grid.locator('[data-row="0"][data-col="1"]')).toBeFocused();
  await type('A first title', 'Enter');
  await type('A second title', 'Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Delete');
  await page.keyboard.press('ControlOrMeta+I');
  await expect(grid.locator('[data-row="0"][data-col="1"]')).toBeFocused();
  await type('A new film', 'Enter');
}

async function write(page: Page, text: string): Promise<void> {
  await page.locator('.monaco-editor').first().click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
}
