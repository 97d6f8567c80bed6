import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from '@playwright/test';
import { faultsOf } from '../faults.ts';
import { test } from '../hosts.ts';

/* The page Migrations: a version is tried, applied, found again, seen to drift, and undone; and the screens of record. */

const root = resolve(import.meta.dirname, '../..');
const folder = join(
  root,
  process.env['UPDATE_SCREENS'] === '1' ? 'docs/screens' : 'test-results/screens',
);
const version = `migrate { "v1.1.0": {
  alter collection films { add decade: String rename rating to grade drop tags }
  migrate data in films { set decade = "nineties" where { year: { between: [1990, 1999] } } }
} }`;

test('a migration is tried, applied, seen to drift, and undone', async ({ launch }) => {
  test.setTimeout(240_000);
  mkdirSync(folder, { recursive: true });
  const dataFolder = join(tmpdir(), 'aurora-migrations-screens');
  mkdirSync(dataFolder, { recursive: true });
  const { page } = await launch({ dataFolder });
  await page.setViewportSize({ width: 1440, height: 900 });
  const shoot = async (name: string) => {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const path = join(folder, `${name}-${colorScheme}.png`);
      await page.screenshot({ path, animations: 'disabled' });
    }
  };
  await page.getByRole('button', { name: 'Open sample database' }).click();
  await expect(page.locator('.monaco-editor').first()).toBeVisible();
  await page.keyboard.press('Alt+Shift+M');
  const migrations = page.getByRole('region', { name: 'Migrations', exact: true });
  await expect(migrations.getByText('No version is applied yet')).toBeVisible();
  const versions = migrations.getByRole('region', { name: 'Versions' });
  const folderField = versions.getByLabel('Folder of *.aql files');
  await expect(folderField).toBeInViewport({ ratio: 1 });
  const editor = migrations.locator('.monaco-editor');
  const write = async (text: string) => {
    await editor.first().click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText(text);
  };
  const tryIt = () => migrations.getByRole('button', { name: 'Try it' }).click();

  await write(version.replace('rename rating', 'rename ratng'));
  await tryIt();
  await expect(migrations.getByRole('alert')).toContainText('ratng');
  await write(version);
  await tryIt();
  await expect(migrations.getByText(/3,200 documents would change/)).toBeVisible();
  const schema = migrations.getByRole('table', { name: 'Fields of films' });
  await expect(schema.getByRole('row', { name: /^renamed rating: .* grade: / })).toBeVisible();
  await expect(schema.getByRole('row', { name: /^removed tags: .*destructive$/ })).toBeVisible();
  await expect(schema.getByRole('row', { name: 'added decade: String' })).toBeVisible();
  await expect(migrations.getByRole('region', { name: 'Steps of v1.1.0' })).toContainText(
    'destructive',
  );
  await expect(
    migrations.getByRole('cell', { name: '{"decade":"nineties"}' }).first(),
  ).toBeVisible();
  await shoot('migrations-plan');
  // The page is light now; what of it depends on the theme is looked at in the dark.
  expect(await faultsOf(page, { within: '.migrations' })).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await faultsOf(page, { within: '.migrations', isOfColourAlone: true })).toEqual([]);

  await migrations.getByRole('button', { name: 'Apply v1.1.0' }).click();
  await expect(migrations.getByText(/✓ Applied/)).toBeVisible({ timeout: 60_000 });
  const applied = versions.getByRole('listitem').filter({ hasText: 'v1.1.0' });
  await expect(applied).toContainText('3,200 documents changed');
  await expect(applied).toContainText(`by ${userInfo().username}`);
  await expect(versions.getByRole('region', { name: 'Under way' })).toHaveCount(0);
  // A text that is applied means what it meant then, not what the schema now makes of it.
  await expect(editor.locator('.squiggly-error, .squiggly-warning')).toHaveCount(0);
  await migrations.getByRole('button', { name: 'Verify the database' }).click();
  await expect(migrations.getByText(/^Sound: [\d,]+ documents/)).toBeVisible({ timeout: 60_000 });
  await shoot('migrations-run');

  await write(version.replace('"nineties"', '"90s"'));
  await tryIt();
  const drift = migrations.getByRole('region', { name: 'Drift of v1.1.0' });
  await expect(drift).toContainText('+ set decade = "90s"');
  await expect(drift).toContainText('− set decade = "nineties"');
  await shoot('migrations-drift');

  // A version that cannot be applied, from the outside, and a folder whose files change.
  const files = mkdtempSync(join(tmpdir(), 'aurora-migration-files-'));
  const file = (name: string, text: string) => writeFileSync(join(files, name), text);
  file('1.aql', version);
  file('2.aql', 'migrate { "v1.2.0": { alter collection films { modify grade: Int } } }');
  await folderField.fill(`${files} of old`);
  await versions.getByRole('button', { name: 'Follow' }).click();
  await expect(versions.getByRole('alert')).toContainText('There is no folder');
  await folderField.fill(files);
  await versions.getByRole('button', { name: 'Follow' }).click();
  const entry = (name: string) => versions.getByRole('listitem').filter({ hasText: name });
  await expect(entry('v1.2.0').first()).toContainText('Pending');
  file('1.aql', version.replace('"nineties"', '"of 1990"'));
  await expect(entry('v1.1.0').first()).toContainText('Drifted');
  await expect(drift).toContainText('+ set decade = "of 1990"');
  file('10.aql', 'migrate { "v2.0.0": { create collection studios { name: String! } } }');
  await expect(entry('v2.0.0').first()).toContainText('Pending');
  rmSync(join(files, '1.aql'));
  await expect(entry('v1.1.0').first()).toContainText('Missing');
  await shoot('migrations-folder');
  await versions.getByRole('button', { name: 'Leave folder' }).click();
  rmSync(files, { recursive: true });

  await versions.getByRole('button', { name: 'Undo…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Undo the last version' });
  await expect(
    dialog.getByText('films: add tags: [String]! @indexed, with its values'),
  ).toBeVisible();
  await expect(dialog.getByText('Nothing is lost')).toBeVisible();
  await shoot('migrations-undo');
  await dialog.getByRole('button', { name: 'Undo v1.1.0' }).click();
  await expect(migrations.getByText('Undid v1.1.0.')).toBeVisible({ timeout: 60_000 });
  await expect(migrations.getByText('No version is applied yet')).toBeVisible();
  await page.setViewportSize({ width: 1024, height: 640 });
  await page.screenshot({ path: join(root, 'test-results/migrations-small.png') });
  await migrations.getByRole('button', { name: 'Close migrations' }).click();
  await expect(migrations).toHaveCount(0);
});
