import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from '@playwright/test';
import { faultsOf } from '../faults.ts';
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
  // The moment under the pointer is told by all charts, and stays under it.
  const operations = monitor.getByRole('figure', { name: 'Operations' });
  const plot = operations.getByRole('img');
  await plot.hover({ position: { x: 120, y: 60 } });
  const told = operations.getByRole('status');
  await expect(told).toHaveText(/^\d\d:\d\d:\d\dreads.*writes.*errors/);
  await expect(monitor.getByText('cached documents')).toHaveCount(2);
  const pointedAt = await told.textContent();
  await expect(operations.getByText('held while you look')).toBeVisible({ timeout: 30_000 });
  expect(await told.textContent()).toBe(pointedAt);
  await page.screenshot({ path: join(root, 'test-results/monitor-pointed.png') });
  // Without a pointer, the arrow keys go from moment to moment.
  await monitor.getByRole('radio', { name: 'Last 15 minutes' }).hover();
  await expect(told).toHaveCount(0);
  await expect(operations.getByText('held while you look')).toHaveCount(0);
  await monitor.getByRole('radio', { name: 'Last 15 minutes' }).focus();
  await page.keyboard.press('Tab');
  await expect(plot).toBeFocused();
  const oldest = await told.textContent();
  await page.keyboard.press('ArrowRight');
  await expect(told).not.toHaveText(oldest ?? '');
  expect(await faultsOf(page, { within: '.monitor-charts' })).toEqual([]);
  await page.screenshot({ path: join(root, 'test-results/monitor-focused.png') });
  await monitor.getByRole('radio', { name: 'Last 15 days' }).check();
  await expect(monitor.getByRole('figure', { name: 'Operations' })).toBeVisible();
  await monitor.getByRole('button', { name: 'Close monitor' }).click();
  await expect(monitor).toHaveCount(0);
});
