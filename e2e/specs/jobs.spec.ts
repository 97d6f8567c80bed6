import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from '@playwright/test';
import { test } from '../hosts.ts';

/*
 * The page Jobs, on the sample database with its workers: enqueue, watch progress, fail, read the stack, edit and
 * requeue, pause a queue, schedule, act on all that match, search, cancel; and the screens of record.
 */

const root = resolve(import.meta.dirname, '../..');
const folder = join(
  root,
  process.env['UPDATE_SCREENS'] === '1' ? 'docs/screens' : 'test-results/screens',
);

test('jobs are found, watched and acted on', async ({ launch }) => {
  test.setTimeout(240_000);
  mkdirSync(folder, { recursive: true });
  const dataFolder = join(tmpdir(), `aurora-jobs-screens`);
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
  await page.keyboard.press('Alt+Shift+J');
  const jobs = page.getByRole('region', { name: 'Jobs', exact: true });
  const tile = (name: string) =>
    jobs.getByRole('group', { name: 'Jobs by state' }).getByRole('button', { name });
  const panel = jobs.getByRole('complementary', { name: 'Job' });

  // Enqueue: it waits, for nobody works yet.
  const enqueue = async (type: string, payload: string, fields: Record<string, string>) => {
    await jobs.getByRole('button', { name: 'Enqueue', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Enqueue a job' });
    await dialog.getByRole('combobox', { name: 'Type' }).fill(type);
    await dialog.getByRole('textbox', { name: 'Payload' }).fill(payload);
    for (const [name, value] of Object.entries(fields)) {
      await dialog.getByRole('textbox', { name }).fill(value);
    }
    await dialog.getByRole('button', { name: 'Enqueue' }).click();
    await expect(dialog).toHaveCount(0);
  };
  const later = { Queue: 'services', 'Delay in seconds': '3600' };
  await enqueue('call_service', '{ "service": "billing", "order": 99 }', later);
  await enqueue('import_file', '{ "file": "nothing.txt" }', { Retries: '0' });
  await expect(tile('Waiting')).toContainText('2');
  await jobs.getByRole('gridcell', { name: 'import_file' }).click();
  await expect(panel).toContainText('nothing.txt');

  // Work, fail, read the stack.
  await jobs.getByRole('button', { name: 'Start the sample’s workers' }).click();
  await expect(panel).toContainText('Dead letter', { timeout: 30_000 });
  await expect(panel.getByText('is no file of the sample').first()).toBeVisible();
  await shoot('jobs-failed');
  // What took no time is seen on the line of attempts all the same.
  const line = await panel.locator('.jobs-timeline').boundingBox();
  const attempt = await panel.locator('.jobs-attempt').last().boundingBox();
  const end = (box: typeof line) => (box === null ? 0 : box.x + box.width);
  // The border of the line; pages are not laid out to whole pixels.
  expect(attempt?.width).toBeGreaterThan(0);
  expect(Math.round(end(line) - end(attempt))).toBe(1);
  await panel.getByText('Stack').first().click();
  await expect(panel.locator('pre').first()).toContainText('at ');

  // Edit and requeue, then watch its progress.
  await panel.getByRole('button', { name: 'Edit and requeue' }).click();
  const edit = page.getByRole('dialog', { name: 'Edit and requeue' });
  await edit.getByRole('textbox', { name: 'Payload' }).fill('{ "file": "films.ndjson.gz" }');
  await edit.getByRole('button', { name: 'Requeue' }).click();
  await expect(panel.getByRole('progressbar', { name: 'Progress' })).toBeVisible({
    timeout: 30_000,
  });
  await expect(panel).toContainText('Completed', { timeout: 60_000 });
  await expect(panel).toContainText('imported into imported_lines');

  await panel.getByText('Commits, and the data written with them').click();
  await expect(panel.getByRole('list', { name: 'Commits of the job' })).toContainText('Enqueued');

  // Pause a queue: what comes now waits, and is found by a field of its payload.
  await jobs.getByRole('tab', { name: 'Overview' }).click();
  await jobs.getByRole('button', { name: 'Pause services' }).click();
  await expect(jobs.getByRole('row', { name: /^services paused/ })).toBeVisible();
  await expect(jobs.getByRole('img', { name: /Attempts of the last/ })).toBeVisible();
  await shoot('jobs-overview');
  const bound = jobs.getByRole('textbox', { name: 'Jobs of services at a time' });
  await bound.fill('2');
  await bound.press('Enter');
  await jobs.getByRole('tab', { name: 'Jobs', exact: true }).click();
  const search = jobs.getByRole('textbox', { name: 'Search jobs' });
  await search.fill('payload: { service: { eq: "billing" } }');
  await expect(
    jobs
      .getByRole('grid')
      .getByRole('gridcell', { name: /billing/ })
      .first(),
  ).toBeVisible();
  // A search is saved under a name, and comes back.
  const views = jobs.getByRole('button', { name: 'Saved views of jobs' });
  await views.click();
  await page.getByRole('menuitem', { name: 'Save this view…' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('about billing');
  await page.keyboard.press('Enter');
  await search.fill('payload: { service: ');
  await expect(jobs.getByRole('alert')).toContainText('no filter of jobs');

  await views.click();
  await page.getByRole('menuitemcheckbox', { name: /^about billing/ }).click();
  await expect(search).toHaveValue('payload: { service: { eq: "billing" } }');

  // All that match, as a batch: retried, then cancelled.
  const giveToAll = async (order: string, button: RegExp) => {
    await jobs.getByRole('button', { name: 'All that match' }).click();
    await page.getByRole('menuitem', { name: order }).click();
    await page.getByRole('dialog').getByRole('button', { name: button }).click();
  };
  await search.fill('job_type: { eq: "call_service" }');
  await expect(jobs.getByRole('alert')).toHaveCount(0);
  await giveToAll('Cancel…', /^Cancel \d+ jobs$/);
  await expect(jobs.getByText(/^Cancelled \d+ jobs?\.$/)).toBeVisible({ timeout: 30_000 });
  // What a list keeps for who reads it, it lets go when the pointer leaves.
  await search.fill('status: { eq: "Cancelled" }');
  await expect(jobs.getByRole('gridcell', { name: 'call_service' }).first()).toBeVisible();
  await giveToAll('Retry, or run now…', /^Retry \d+ jobs?$/);
  await jobs.getByRole('gridcell', { name: 'call_service' }).first().hover();
  await expect(jobs.getByText(/match no longer/)).toBeVisible({ timeout: 30_000 });
  await search.hover();
  await expect(jobs.getByText('No jobs match the filter')).toBeVisible({ timeout: 30_000 });
  await jobs.getByRole('button', { name: 'Undo' }).click();
  await search.fill('job_type: { eq: "call_service" }');
  await tile('Cancelled').click();
  await giveToAll('Retry, or run now…', /^Retry \d+ jobs?$/);
  await expect(jobs.getByText(/^Made ready again \d+ jobs?\.$/)).toBeVisible({ timeout: 30_000 });
  await shoot('jobs');
  await jobs.getByRole('button', { name: 'Undo' }).click();
  await expect(jobs.getByText(/^Took back what was done with \d+ jobs?\.$/)).toBeVisible({
    timeout: 30_000,
  });

  // Schedules, in plain words.
  await jobs.getByRole('tab', { name: 'Schedules' }).click();
  await expect(jobs.getByText('Every minute')).toBeVisible();
  await jobs.getByRole('button', { name: 'New schedule' }).click();
  const form = page.getByRole('dialog', { name: 'Schedule a job' });
  await form.getByRole('textbox', { name: 'Name' }).fill('weekday import');
  await form.getByRole('combobox', { name: 'Type of the job' }).fill('import_file');
  await expect(form.getByText('At 09:00, Monday to Friday')).toBeVisible();
  await form.getByRole('button', { name: 'Save the schedule' }).click();
  await expect(jobs.getByRole('region', { name: 'weekday import' })).toBeVisible();
  await expect(
    jobs.getByRole('list', { name: 'Next runs of weekday import' }).getByRole('listitem'),
  ).toHaveCount(3);
  await shoot('jobs-schedules');
  await jobs.getByRole('button', { name: 'New schedule' }).click();
  await form.getByRole('textbox', { name: 'Name' }).fill('weekday import');
  await expect(form.getByText('There is a schedule of this name')).toBeVisible();
  await form.getByRole('button', { name: 'Cancel' }).click();
  const made = jobs.getByRole('region', { name: 'weekday import' });
  await made.getByRole('button', { name: 'Delete' }).click();
  const question = page.getByRole('dialog', { name: 'Delete the schedule' });
  await question.getByRole('button', { name: 'Keep it' }).click();
  await expect(made).toBeVisible();
  await made.getByRole('button', { name: 'Delete' }).click();
  await question.getByRole('button', { name: 'Delete the schedule' }).click();
  await expect(made).toHaveCount(0);
  // Who does the jobs.
  await jobs.getByRole('tab', { name: 'Handlers' }).click();
  await expect(jobs.getByRole('textbox', { name: 'Folder of handlers' })).toBeVisible();
  await expect(jobs.getByRole('cell', { name: 'Counts a collection by a field' })).toBeVisible();
  await shoot('jobs-handlers');
  // No name is so long that it moves anything out of sight.
  await enqueue(`a_type_with_a_name_of_${'many_'.repeat(20)}letters`, '{}', later);
  for (const view of ['Handlers', 'Overview']) {
    await jobs.getByRole('tab', { name: view }).click();
    await expect(jobs.getByRole('button', { name: /many_letters/ })).toBeVisible();
    const beyond = await jobs.getByRole('tabpanel').evaluate((panelNode) => {
      const edges = [...panelNode.querySelectorAll('table')].map(
        (table) => table.getBoundingClientRect().right,
      );
      return Math.max(...edges) - panelNode.getBoundingClientRect().right;
    });
    expect(beyond).toBeLessThan(0);
  }
  await jobs.getByRole('tab', { name: 'Overview' }).click();
  await expect(bound).toHaveValue('2');
  await jobs.getByRole('tab', { name: 'Errors' }).click();
  await page.setViewportSize({ width: 1024, height: 640 });
  await page.screenshot({ path: join(root, `test-results/jobs-small.png`) });
  await jobs.getByRole('button', { name: 'Close jobs' }).click();
  await expect(jobs).toHaveCount(0);
});
