import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { test } from '../hosts.ts';

/* The page about a database's health: figures, maintenance with its reports, and the screen of record. */

const root = resolve(import.meta.dirname, '../..');
const folder = join(
  root,
  process.env['UPDATE_SCREENS'] === '1' ? 'docs/screens' : 'test-results/screens',
);

test('health tells of the database and keeps it well', async ({ launch }) => {
  test.setTimeout(400_000);
  mkdirSync(folder, { recursive: true });
  const dataFolder = join(tmpdir(), 'aurora-health');
  mkdirSync(dataFolder, { recursive: true });
  const backups = await mkdtemp(join(tmpdir(), 'aurora-backups-'));
  const { page } = await launch({ dataFolder });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('button', { name: 'Open sample database' }).click();
  await expect(page.locator('.monaco-editor').first()).toBeVisible();

  await page.keyboard.press('Alt+Shift+H');
  const health = page.getByRole('region', { name: 'Health', exact: true });
  await expect(health.getByText(/lock held by process \d+/)).toBeVisible();
  await expect(health.getByRole('row', { name: /films/ })).toBeVisible();
  await expect(health.getByRole('img', { name: /Size of the file/ })).toBeVisible();

  await health.getByRole('button', { name: 'Verify' }).click();
  await expect(health.getByText(/Sound: 32,909 documents/)).toBeVisible({ timeout: 150_000 });
  const target = join(backups, 'sample-backup.db');
  await health.getByRole('textbox', { name: 'Folder for a backup' }).fill(target);
  await page.keyboard.press('Enter');
  await expect(health.getByText(/Backed up .* opened and is sound/)).toBeVisible({
    timeout: 150_000,
  });
  await health.getByRole('textbox', { name: 'Backup to restore' }).fill(target);
  const restored = join(backups, 'restored.db');
  await health.getByRole('textbox', { name: 'Folder for what is restored' }).fill(restored);
  await page.keyboard.press('Enter');
  await expect(health.getByText(/Restored .* opened and is sound/)).toBeVisible({
    timeout: 150_000,
  });
  await health.getByRole('button', { name: 'Compact' }).click();
  await expect(health.getByText(/Compacted from/)).toBeVisible({ timeout: 150_000 });
  await shoot(page, (colorScheme) => join(folder, `health-${colorScheme}.png`));

  await health.getByRole('button', { name: 'Back up' }).click();
  await expect(health.getByRole('alert')).toContainText('is not empty');
  await page.setViewportSize({ width: 1024, height: 640 });
  await shoot(page, (colorScheme) => join(root, `test-results/health-small-${colorScheme}.png`));
  await health.getByRole('button', { name: 'Close health' }).click();
  await expect(health).toHaveCount(0);
  await page.keyboard.type('# typed into the text');
  await expect(page.locator('.monaco-editor').first()).toContainText('typed into the text');
  await rm(backups, { recursive: true });
});

/** A picture in each theme. */
async function shoot(page: Page, pathOf: (colorScheme: string) => string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
    await page.screenshot({ path: pathOf(colorScheme), animations: 'disabled' });
  }
}
