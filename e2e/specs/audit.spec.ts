import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from '@playwright/test';
import { faultsOf } from '../faults.ts';
import { test } from '../hosts.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = join(
  root,
  process.env['UPDATE_SCREENS'] === '1' ? 'docs/screens' : 'test-results/screens',
);

/** As many entries as `_audit` shows, older than what the test does. */
async function writeEntries(path: string): Promise<void> {
  const actions = ['query', 'mutation', 'insert', 'get'];
  const lines = Array.from({ length: 100_000 }, (_, at) => {
    const isFailed = at % 40 === 0;
    const tail = at.toString(16).padStart(12, '0');
    return JSON.stringify({
      id: `01900000-0000-7000-8000-${tail}`,
      at: new Date(Date.UTC(2026, 0, 1) + at * 1_000).toISOString(),
      source: at % 4 < 2 ? 'aql' : 'api',
      action: actions[at % 4],
      collection: at % 3 === 0 ? 'films' : 'airports',
      outcome: isFailed ? 'UniqueConstraintViolation' : 'ok',
      rows: at % 90,
      elapsed_ms: (at % 977) / 10,
      ...(at % 4 < 2 ? { text: `${actions[at % 4]} { number${at} }` } : {}),
      ...(isFailed ? { message: `The value ${at} is there already.` } : {}),
    });
  });
  await writeFile(path, `${lines.join('\n')}\n`);
}

test('the audit log is switched on, followed, narrowed and read, 100,000 entries long', async ({
  launch,
}) => {
  test.setTimeout(240_000);
  mkdirSync(folder, { recursive: true });
  // A folder of the same name every time: it is on the screens.
  const dataFolder = join(tmpdir(), 'aurora-screens-audit');
  mkdirSync(dataFolder, { recursive: true });
  const { page, problems } = await launch({ dataFolder });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('button', { name: 'Open sample database' }).click();
  await expect(page.locator('.monaco-editor').first()).toBeVisible();
  await writeEntries(join(dataFolder, 'sample.db', 'audit.jsonl'));

  await page.keyboard.press('Alt+Shift+U');
  const audit = page.getByRole('region', { name: 'Audit', exact: true });
  await expect(audit.getByText('No audit log is kept of sample')).toBeVisible();
  await audit.getByRole('textbox', { name: 'File' }).fill('../elsewhere.jsonl');
  await audit.getByRole('button', { name: 'Keep an audit log' }).click();
  await expect(audit.getByText(/must be a file inside the folder/).first()).toBeVisible();
  await audit.getByRole('textbox', { name: 'File' }).fill('audit.jsonl');
  await audit.getByRole('button', { name: 'Keep an audit log' }).click();

  // What is run in a tab appears by itself, with who ran it; the tabs are as they were.
  await expect(audit.getByText('The latest 100,000 entries')).toBeVisible({ timeout: 30_000 });
  await audit.getByRole('button', { name: 'Close audit' }).click();
  await page.locator('.monaco-editor').first().click();
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByRole('grid').getByRole('row').nth(5)).toBeVisible();
  await page.keyboard.press('Alt+Shift+U');
  const grid = audit.getByRole('grid', { name: 'Audit entries' });
  const first = grid.getByRole('row').nth(1);
  await expect(first).toContainText('films');

  await first.getByRole('gridcell').nth(1).click();
  const entry = audit.getByRole('complementary', { name: 'Entry' });
  await expect(entry.getByText('✓ ok')).toBeVisible();
  await expect(entry.getByRole('region', { name: 'Statement' })).toContainText('films');
  await expect(entry.getByText('studio', { exact: true })).toBeVisible();
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
    expect(
      await faultsOf(page, { isOfColourAlone: colorScheme === 'dark', within: '.audit' }),
    ).toEqual([]);
    await page.screenshot({
      path: join(folder, `audit-${colorScheme}.png`),
      animations: 'disabled',
    });
  }

  await audit.getByRole('combobox', { name: 'Outcome' }).selectOption('failed');
  await expect(audit.getByText(/^2,(49\d|500) entries$/)).toBeVisible();
  await audit.getByRole('combobox', { name: 'Collection' }).selectOption('films');
  await audit.getByRole('textbox', { name: 'Search entries' }).fill('the VALUE 99960 ');
  await expect(audit.getByText('1 entry', { exact: true })).toBeVisible();
  await first.getByRole('gridcell').nth(1).click();
  await expect(entry.getByText('✗ UniqueConstraintViolation')).toBeVisible();
  await expect(entry.getByText('The value 99960 is there already.')).toBeVisible();
  await page.setViewportSize({ width: 1024, height: 640 });
  await page.screenshot({ path: join(folder, 'audit-narrow.png'), animations: 'disabled' });
  await entry.getByRole('button', { name: 'Open in the editor' }).click();
  await expect(audit).toHaveCount(0);
  await expect(page.locator('.view-lines').filter({ hasText: 'number99960' })).toBeVisible();

  await page.keyboard.press('Alt+Shift+U');
  await audit.getByRole('button', { name: 'Stop keeping it' }).click();
  await expect(audit.getByText('No audit log is kept of sample')).toBeVisible();
  expect(problems).toEqual([]);
});
