import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { startProcess } from '../hosts/host-process.ts';
import { test } from '../hosts.ts';

/*
 * Two windows on one database: what one of them changes is in the other at once, or counted there while it is paused;
 * and a host that is killed and started anew finds its page where it was.
 */

const root = join(import.meta.dirname, '../..');

/** A database of sixty items. */
function makeDatabase(path: string): void {
  const text = `
    import { Aurora } from '#engine';
    const db = await Aurora.open(${JSON.stringify(path)});
    await db.newCollection('items', { number: { type: 'Int' }, name: { type: 'String' } });
    await db.insertMany('items', Array.from({ length: 60 }, (_, n) => ({ number: n, name: 'item ' + n })));
    await db.close();`;
  const made = spawnSync(process.execPath, ['--input-type=module', '--eval', text], { cwd: root });
  expect(String(made.stderr)).toBe('');
}

async function startHost(path: string, dataFolder: string, port: number) {
  const host = startProcess([
    join(root, 'out/main/web-host.js'),
    ...['--port', String(port), '--no-open', '--data', dataFolder, path],
  ]);
  const [, url = ''] = await host.outputMatching(/Aurora Studio is at (http:\S+)/);
  return { host, url, port: Number(new URL(url).port) };
}

/** Runs a text; what changes or removes something is confirmed. */
async function run(page: Page, text: string, confirmation?: string): Promise<void> {
  await page.locator('.monaco-editor').first().click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
  await page.keyboard.press('ControlOrMeta+Enter');
  if (confirmation === undefined) return;
  await page.getByRole('dialog').getByRole('button', { name: confirmation }).click();
}

const insertion = (from: number, count: number) => {
  const data = Array.from({ length: count }, (_, at) => `{ number: ${from + at}, name: "more" }`);
  return `mutation { insertInto(collection: "items", data: [${data.join(' ')}]) { id } }`;
};

test('two windows see the same, paused or live, and come back to a new host', async ({
  page,
  context,
}) => {
  test.setTimeout(120_000);
  const folder = await mkdtemp(join(tmpdir(), 'aurora-live-'));
  const path = join(folder, 'items.db');
  makeDatabase(path);
  let { host, url, port } = await startHost(path, join(folder, 'data'), 0);
  try {
    await page.goto(url);
    await page.getByRole('treeitem', { name: /items/ }).focus();
    await page.keyboard.press('Enter');
    const grid = page.getByRole('grid', { name: 'Documents of items' });
    await expect(grid.getByText('item 3', { exact: true })).toBeVisible();
    const toolbar = page.getByRole('toolbar', { name: 'Data' });
    const status = (text: string) => toolbar.getByRole('status').filter({ hasText: text });

    const other = await context.newPage();
    await other.goto(new URL(url).origin);
    // It comes up with the tabs of the first window, whose grid is in front.
    await other.getByRole('tab', { name: /Query 1/ }).click();
    await test.step('a change in one window is in the other', async () => {
      await run(
        other,
        'mutation { update(collection: "items", where: { number: { eq: 3 } }, data: { name: "changed" }) { id } }',
        'Update 1 document',
      );
      await expect(grid.getByText('changed', { exact: true })).toBeVisible();
    });
    await test.step('while paused, changes are counted and not shown', async () => {
      await toolbar.getByRole('button', { name: 'Paused' }).click();
      await run(other, insertion(100, 500));
      await expect(status('500 new')).toBeVisible();
      await expect(status('60 documents')).toBeVisible();
      await toolbar.getByRole('button', { name: 'Live' }).click();
      await expect(status('560 documents')).toBeVisible();
      await expect(status('500 new')).toHaveCount(0);
    });
    await test.step('a query result follows as well, and logs what changed', async () => {
      await page.getByRole('tab', { name: /Query 1/ }).click();
      await run(
        page,
        'query { items(where: { number: { lt: 5 } }, orderBy: { number: ASC }) { number name } }',
      );
      await page.getByRole('button', { name: 'Live' }).click();
      await expect(page.getByText(/kept from changes alone/)).toBeVisible();
      await run(
        other,
        'mutation { deleteFrom(collection: "items", where: { number: { eq: 1 } }) { id } }',
        'Delete 1 document',
      );
      await expect(page.getByRole('grid', { name: 'Rows of items' })).toHaveAttribute(
        'aria-rowcount',
        '5',
      );
      await page.getByRole('tab', { name: /Changes/ }).click();
      await expect(page.getByRole('list', { name: 'Changes of this result' })).toContainText(
        'item 1',
      );
      await page.getByRole('tab', { name: 'items', exact: true }).click();
      await expect(status('559 documents')).toBeVisible();
    });
    await test.step('a query is live where it says so, and a subscription shows its events', async () => {
      await page.getByRole('tab', { name: /Query 1/ }).click();
      await page.getByRole('tab', { name: 'Grid' }).click();
      await run(page, 'query @live { items(where: { number: { lt: 3 } }) { number } }');
      await expect(page.getByText(/kept from changes alone/)).toBeVisible();
      await run(page, 'subscription { items(where: { number: { gt: 9000 } }) { number } }');
      await expect(page.getByText('Waiting for changes')).toBeVisible();
      await run(other, insertion(9_001, 2));
      await expect(page.getByText('2 events so far, until you cancel')).toBeVisible();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await expect(page.getByText('2 events', { exact: true })).toBeVisible();
      await expect(page.getByRole('grid', { name: 'Rows of items' })).toContainText('9,002');
      await run(
        other,
        'mutation { deleteFrom(collection: "items", where: { number: { gt: 9000 } }) { id } }',
        'Delete 2 documents',
      );
      await page.getByRole('tab', { name: 'items', exact: true }).click();
      await expect(status('559 documents')).toBeVisible();
    });
    await test.step('a host that is started anew finds its page where it was', async () => {
      await page.evaluate(() => document.body.setAttribute('data-stays', 'yes'));
      await grid.evaluate((element) => element.scrollTo({ top: 200 * 28 }));
      await expect(grid.locator('[data-gutter="205"]')).toBeVisible();
      await host.kill();
      await expect(page.getByText('Reconnecting').first()).toBeVisible();
      ({ host, url } = await startHost(path, join(folder, 'data'), port));
      for (const window of [page, other]) {
        await expect(window.getByText('Connected', { exact: true })).toBeVisible();
      }
      await run(other, insertion(1_000, 1));
      await expect(status('560 documents')).toBeVisible();
      await expect(grid.locator('[data-row="205"][data-col="2"]')).toHaveText('more');
      await expect(page.locator('body')).toHaveAttribute('data-stays', 'yes');
    });
  } finally {
    await host.kill();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
});
