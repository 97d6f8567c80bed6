import { join, resolve } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { test } from '../hosts.ts';

/*
 * The plan of a query: explained, measured, joined to the text, and made better by the index that it suggests; and what
 * takes long shows how far it is, and stops. One test, because the sample database is what takes time.
 */

const slow = 'query { films(where: { gross: { worldwide: { gte: 900000000 } } }) { title } }';
/** Twenty thousand flights, each held for about a quarter of a millisecond against as many expressions as take that long. */
const patterns = Array.from({ length: 900 }, (_, at) => `[A-Z-]+[0-9]{${at + 1}}`);
const held = `{ or: [${patterns.map((each) => `{ route: { matches: "${each}" } }`).join(' ')}] }`;

test('explain, measure, take an index, see the time drop; watch a long run, and stop it', async ({
  studio,
}) => {
  test.setTimeout(120_000);
  const { page, problems } = studio;
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('button', { name: 'Open sample database' }).click();
  await expect(page.locator('.monaco-editor').first()).toBeVisible({ timeout: 60_000 });
  await test.step('the plan stands in steps that know their text', () => explain(page));
  await test.step('an index is tried, created, and used', () => takeIndex(page));
  await test.step('a long run shows how far it is', () => watchProgress(page));
  await test.step('a running aggregate is cancelled', () => cancelAggregate(page));
  expect(problems).toEqual([]);
});

async function explain(page: Page): Promise<void> {
  await write(page, slow);
  // Beside the text stands how it would be found, before anything is asked.
  await expect(page.locator('.aql-hint').first()).toHaveText(/reads\sall\s3,20\d\s/);
  await shoot(page, 'plan-hints');
  await page.keyboard.press('Alt+Shift+X');
  const steps = page.getByRole('list', { name: 'Steps of films' });
  await expect(steps.getByRole('listitem')).toHaveCount(3);
  await expect(steps.getByRole('button', { name: /^FullScan\(films\)/ })).toBeVisible();
  const ways = page.getByRole('table', { name: 'Ways to the documents of films' });
  await expect(ways.getByRole('row', { name: /^FullScan\(films\).*taken$/ })).toBeVisible();
  const filter = steps.getByRole('button', { name: /^Filter/ });
  await filter.focus();
  await expect(page.locator('.aql-highlight').first()).toBeVisible();
  await page.keyboard.press('Enter');
  // The condition is selected in the text, and the step that it belongs to is marked.
  await expect(filter).toHaveAttribute('aria-current', 'location');
}

async function takeIndex(page: Page): Promise<void> {
  const plan = page.getByRole('region', { name: 'Plan', exact: true });
  await plan.getByRole('button', { name: 'Run and measure' }).click();
  await expect(plan.getByText(/^Took /)).toBeVisible();
  await expect(plan.getByRole('button', { name: /^FullScan\(films\)/ })).toContainText(
    /3,20\d rows, 3,20\d expected.*3,20\d read/,
  );
  await plan.getByRole('button', { name: 'Measure it' }).click();
  await expect(plan.getByText('would help')).toBeVisible();
  await expect(plan.getByText(/times faster/)).toBeVisible();
  await shoot(page, 'plan-suggestion');
  await plan.getByRole('button', { name: 'Create the index' }).click();
  const confirm = page.getByRole('dialog').getByRole('button', { name: /^Alter/ });
  await expect(confirm.or(plan.getByText(/^Took .*; before/))).toBeVisible();
  if (await confirm.isVisible()) await confirm.click();
  await expect(plan.getByText(/^Took .*; before/)).toBeVisible();
  await expect(page.locator('.aql-hint').first()).toHaveText(/index\sgross\.worldwide/);
  // Both times are shown. What they fell by is for the bench to tell; that less is read is for a test.
  const range = plan.getByRole('button', { name: /^IndexRange\(films\.gross\.worldwide\)/ });
  await expect(range).toContainText(/15 rows, 15 expected\s*15 read/);
  await expect(plan.getByText(/^Before: FullScan\(films\)/)).toBeVisible();
  await expect(plan.getByRole('button', { name: 'Measure it' })).toHaveCount(0);
  await shoot(page, 'plan-with-index');
}

async function watchProgress(page: Page): Promise<void> {
  await write(page, `query { flights(where: ${held}) { route } }`);
  await page.keyboard.press('ControlOrMeta+Enter');
  const bar = page.getByRole('progressbar', { name: 'Running' });
  const done = async () => Number((await bar.getAttribute('aria-valuenow')) ?? 0);
  await expect.poll(done).toBeGreaterThan(0);
  const first = await done();
  await expect.poll(done).toBeGreaterThan(first);
  const toolbar = page.getByRole('toolbar', { name: 'Query' });
  await expect(toolbar.getByRole('status')).toHaveText(/of 20,000 read/);
  await shoot(page, 'progress');
  await toolbar.getByRole('button', { name: 'Cancel' }).click();
  await expect(toolbar.getByRole('status')).toHaveText(/^Cancelled after/);
}

async function cancelAggregate(page: Page): Promise<void> {
  const aggregate = 'aggregate { count avg(field: "delay") }';
  await write(page, `{ flights(where: ${held}) { ${aggregate} } }`);
  await page.keyboard.press('ControlOrMeta+Enter');
  const toolbar = page.getByRole('toolbar', { name: 'Query' });
  await expect(page.getByRole('progressbar', { name: 'Running' })).toBeVisible();
  await toolbar.getByRole('button', { name: 'Cancel' }).click();
  await expect(toolbar.getByRole('status')).toHaveText(/^Cancelled after/);
  await expect(page.getByRole('progressbar', { name: 'Running' })).toHaveCount(0);
  // The host is free again at once.
  await write(page, '{ flights { aggregate { count } } }');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByRole('grid').getByText('20,000')).toBeVisible();
}

async function write(page: Page, text: string): Promise<void> {
  await page.locator('.monaco-editor').first().click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
}

async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['PLAN_SCREENS'];
  if (folder === undefined) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.waitForTimeout(400);
    await page.screenshot({ path: join(resolve(folder), `${name}-${colorScheme}.png`) });
  }
}
