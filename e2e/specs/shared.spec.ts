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

/** An application that owns a database of two orders, and inserts more as soon as it is told anything. */
function startApplication(path: string) {
  const text = `
    import { Aurora } from '#engine';
    const db = await Aurora.open(${JSON.stringify(path)});
    await db.newCollection('orders', { number: { type: 'Int' } });
    await db.insertMany('orders', [{ number: 1 }, { number: 2 }]);
    console.log('ready');
    let number = 3;
    process.stdin.once('data', async () => {
      // Fewer than the page lists.
      while (number < 150) {
        await db.insertInto('orders', { number });
        number += 1;
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
    });
    setInterval(() => undefined, 1_000);`;
  return spawn(process.execPath, ['--input-type=module', '--eval', text], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: ['pipe', 'pipe', 'inherit'],
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
    await page.keyboard.press('Alt+Shift+U');
    const whose = `Process ${application.pid} has this database open, and keeps no audit log`;
    await expect(page.getByRole('region', { name: 'Audit' }).getByText(whose)).toBeVisible();
    application.kill('SIGKILL');
    await expect(page.getByRole('button', { name: 'Keep an audit log' })).toBeVisible();
    await expect(status.getByText('Owner', { exact: true })).toBeVisible();
    await expect(status.getByText('1 collection · 2 documents')).toBeVisible();
  } finally {
    application.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
});

test('sees every change of the owner, in order, and goes on with its own when that is killed', async ({
  launch,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'aurora-shared-'));
  const path = join(folder, 'orders.db');
  const application = startApplication(path);
  try {
    await once(application.stdout, 'data');
    const { page } = await launch({ args: [path] });
    await page.getByRole('treeitem', { name: /orders/ }).focus();
    await page.keyboard.press('Enter');
    const grid = page.getByRole('grid', { name: 'Documents of orders' });
    await expect(grid.getByRole('row')).toHaveCount(3);
    await page.keyboard.press('Alt+Shift+E');
    await expect(page.getByText('Nothing has changed since')).toBeVisible();
    application.stdin.write('begin');
    const list = page.getByRole('list', { name: 'Transactions, newest first' });
    const commits = () => list.locator(':scope > li > header > [title="The commit"]');
    await expect.poll(() => commits().count()).toBeGreaterThan(20);
    application.kill('SIGKILL');
    await expect(page.getByRole('contentinfo').getByText('Owner', { exact: true })).toBeVisible();
    const before = await commits().count();

    await page.getByRole('button', { name: 'New query' }).first().click();
    await page.locator('.monaco-editor:visible').first().click();
    await page.keyboard.insertText(
      'mutation { insertInto(collection: "orders", data: { number: 1000000 }) { id } }',
    );
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(page.getByRole('grid', { name: 'Rows of insertInto' })).toBeVisible();
    await page.getByRole('tab', { name: 'Events' }).click();
    // What the owner had committed is there as well, whether or not it was told before it died.
    await expect.poll(() => commits().count()).toBeGreaterThan(before);
    await list.locator('summary').first().click();
    await expect(list.locator('table').first()).toContainText('1000000');
    const numbers = (await commits().allTextContents()).map((text) =>
      Number(text.replace(/[#,]/g, '')),
    );
    const newest = numbers[0] ?? Number.NaN;
    expect(numbers).toEqual(numbers.map((_, at) => newest - at));
    await expect(list.locator('.is-gap')).toHaveCount(0);
    // One row of each order, and the head.
    await page.getByRole('tab', { name: 'orders', exact: true }).click();
    await expect(grid).toHaveAttribute('aria-rowcount', String(numbers.length + 3));
  } finally {
    application.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
});
