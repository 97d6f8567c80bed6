import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { test } from '../hosts.ts';

/*
 * The studio beside the application that owns a database: it says whose the database is, and goes on when the
 * application dies.
 */

/** An application that owns a database of two orders. */
function startApplication(path: string) {
  const text = `
    import { Aurora } from '#engine';
    const db = await Aurora.open(${JSON.stringify(path)});
    await db.newCollection('orders', { number: { type: 'Int' } });
    await db.insertMany('orders', [{ number: 1 }, { number: 2 }]);
    console.log('ready');
    setInterval(() => undefined, 1_000);`;
  return spawn(process.execPath, ['--input-type=module', '--eval', text], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

test('is the guest of the application that owns a database, and takes over when that dies', async ({
  launch,
}, testInfo) => {
  const folder = await mkdtemp(join(tmpdir(), 'aurora-shared-'));
  const path = join(folder, 'orders.db');
  const application = startApplication(path);
  try {
    await once(application.stdout, 'data');
    const { page } = await launch({ args: [path] });
    const status = page.getByRole('contentinfo');
    await expect(status.getByText(`Guest of process ${application.pid}`)).toBeVisible();
    await expect(status.getByText('1 collection · 2 documents')).toBeVisible();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: testInfo.outputPath(`guest-${colorScheme}.png`) });
    }
    application.kill('SIGKILL');
    await expect(status.getByText('Owner', { exact: true })).toBeVisible();
    await expect(status.getByText('1 collection · 2 documents')).toBeVisible();
  } finally {
    application.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
});
