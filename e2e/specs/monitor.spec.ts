import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from '@playwright/test';
import { test } from '../hosts.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = join(
  root,
  process.env['UPDATE_SCREENS'] === '1' ? 'docs/screens' : 'test-results/screens',
);

test('the monitor shows what a database did over time', async ({ launch }) => {
  test.setTimeout(120_000);
  mkdirSync(folder, { recursive: true });
  const first = await launch({});
  const { page } = first;
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('button', { name: 'Open sample database' }).click();
  await expect(page.locator('.monaco-editor').first()).toBeVisible();
  // Something to be seen.
  await page.locator('.monaco-editor').first().click();
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByRole('grid').getByRole('row').nth(5)).toBeVisible();
  await page.keyboard.press('Alt+Shift+O');
  const monitor = page.getByRole('region', { name: 'Monitor', exact: true });
  await expect(monitor.getByRole('img', { name: /^Operations, .*: reads .*, writes/ })).toBeVisible(
    {
      timeout: 30_000,
    },
  );
  await expect(monitor.getByRole('figure')).toHaveCount(8);
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({
      path: join(folder, `monitor-${colorScheme}.png`),
      animations: 'disabled',
    });
  }
  await monitor.getByRole('radio', { name: 'Last 15 days' }).check();
  await expect(monitor.getByRole('figure', { name: 'Operations' })).toBeVisible();
  await monitor.getByRole('button', { name: 'Close monitor' }).click();
  await expect(monitor).toHaveCount(0);
});
