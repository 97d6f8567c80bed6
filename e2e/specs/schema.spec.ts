import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from '@playwright/test';
import { faultsOf } from '../faults.ts';
import { test } from '../hosts.ts';

/* The page Schema: the graph and its list, a box that is moved, and an index built through a migration; its screens. */

const root = resolve(import.meta.dirname, '../..');
const folder = join(
  root,
  process.env['UPDATE_SCREENS'] === '1' ? 'docs/screens' : 'test-results/screens',
);

test('shows how collections refer to each other, and builds an index', async ({ launch }) => {
  test.setTimeout(240_000);
  mkdirSync(folder, { recursive: true });
  const dataFolder = join(tmpdir(), 'aurora-schema-screens');
  mkdirSync(dataFolder, { recursive: true });
  const { page } = await launch({ dataFolder });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('button', { name: 'Open sample database' }).click();
  await expect(page.locator('.monaco-editor').first()).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press('Alt+Shift+G');
  const schema = page.getByRole('region', { name: 'Schema', exact: true });
  const graph = schema.getByRole('region', { name: 'Graph of the schema' });
  const films = graph.getByRole('button', { name: /^films, .* refers to directors$/ });
  await films.click();
  await expect(films).toBeInViewport({ ratio: 0.95 });
  const detail = schema.getByRole('region', { name: 'Collection films' });
  await expect(
    detail.getByRole('rowheader', { name: 'director_id', exact: true }).first(),
  ).toBeVisible();
  const shoot = async (name: string, look?: (colorScheme: string) => Promise<void>) => {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
      const path = join(folder, `${name}-${colorScheme}.png`);
      await page.screenshot({ path, animations: 'disabled' });
      await look?.(colorScheme);
    }
  };
  // Graph, list and tables are one page.
  await shoot('schema', async (colorScheme) => {
    const options = { within: '.schema', isOfColourAlone: colorScheme === 'light' };
    expect(await faultsOf(page, options), colorScheme).toEqual([]);
  });
  const indexes = detail.getByRole('table', { name: 'Indexes' });
  await expect(
    indexes.getByRole('row', { name: /^year ordered [\d.]+ [KM]iB [\d,]+ of @indexed$/ }),
  ).toBeVisible();

  // What is chosen in the list comes into view, above the details that take more or less room.
  const choices = schema.getByRole('navigation').getByRole('button');
  for (const choice of (await choices.all()).toReversed()) {
    const name = (await choice.locator('bdi').textContent()) ?? '';
    await choice.click();
    const box = graph.getByRole('button', { name: new RegExp(`^${name}, `) });
    await expect(box).toHaveAttribute('aria-pressed', 'true');
    await expect(box).toBeInViewport({ ratio: 0.95 });
  }
  await films.click();

  // A box is moved with the keyboard, stays there, and goes back.
  const placeOf = () =>
    films.evaluate(
      ({ parentElement: box }) => box && new DOMMatrix(getComputedStyle(box).transform).f,
    );
  const before = (await placeOf()) ?? 0;
  await films.press('ArrowDown');
  await films.press('ArrowDown');
  await expect.poll(placeOf).toBe(before + 32);
  await schema.getByRole('button', { name: 'Close schema' }).click();
  await page.keyboard.press('Alt+Shift+G');
  await expect.poll(placeOf).toBe(before + 32);
  await schema.getByRole('button', { name: 'Arrange anew' }).click();
  await expect.poll(placeOf).toBe(before);

  await schema
    .getByRole('navigation')
    .getByRole('button', { name: /^films/ })
    .click();
  await expect(detail.getByRole('button', { name: 'Drop the index on rating, year' })).toHaveCount(
    0,
  );
  const chooser = detail.getByRole('combobox', { name: /^On/ });
  await chooser.selectOption('rating');
  await chooser.selectOption('year');
  const adding = detail.getByRole('group', { name: 'New index' });
  await adding.getByRole('button', { name: 'Write the migration' }).click();
  const migrations = page.getByRole('region', { name: 'Migrations', exact: true });
  await migrations.getByRole('button', { name: 'Try it' }).click();
  await expect(migrations.getByText('films: add index (rating, year)')).toBeVisible({
    timeout: 60_000,
  });
  await migrations.getByRole('button', { name: 'Apply index-films-rating-year' }).click();
  await expect(migrations.getByText(/✓ Applied/)).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press('Alt+Shift+G');
  await schema
    .getByRole('navigation')
    .getByRole('button', { name: /^films/ })
    .click();
  await expect(
    detail.getByRole('button', { name: 'Drop the index on rating, year' }),
  ).toBeVisible();
  await shoot('schema-index');

  // A field is changed by a migration as well.
  const change = detail.getByRole('group', { name: 'Change of a field' });
  await change.getByRole('combobox', { name: 'What to do' }).selectOption('rename');
  await change.getByRole('combobox', { name: 'Field' }).selectOption('genre');
  await change.getByRole('textbox', { name: 'to', exact: true }).fill('kind');
  await change.evaluate((element) => element.scrollIntoView({ block: 'end' }));
  await shoot('schema-field');
  await change.getByRole('button', { name: 'Write the migration' }).click();
  // What was written before is not applied with it unasked.
  await page.getByRole('button', { name: 'Replace it' }).click();
  await migrations.getByRole('button', { name: 'Try it' }).click();
  await expect(migrations.getByText('films: rename genre to kind')).toBeVisible({
    timeout: 60_000,
  });
  await expect(migrations.getByText('films: add index (rating, year)')).toHaveCount(0);
  await page.keyboard.press('Alt+Shift+G');
  await schema
    .getByRole('navigation')
    .getByRole('button', { name: /^films/ })
    .click();
  await page.setViewportSize({ width: 1024, height: 640 });
  await expect(films).toBeInViewport();
  await page.screenshot({ path: join(root, 'test-results/schema-small.png') });
});
