import { expect } from '@playwright/test';
import type { Studio } from '../hosts/studio.ts';
import { test } from '../hosts.ts';

/*
 * What must hold in every host: one bundle, three ways to serve it and to reach the engine.
 */

test('opens the welcome screen from the bundle, without an error', async ({ studio }) => {
  const { page, problems } = studio;
  await expect(page).toHaveTitle(/Aurora Studio/);
  await expect(page.getByRole('button', { name: 'Open sample database' })).toBeVisible();
  expect(problems).toEqual([]);
});

test('opens the sample database and runs a query in the page', async ({ studio }) => {
  const { page, problems } = studio;
  await page.getByRole('button', { name: 'Open sample database' }).click();
  await runText(studio, 'query { countries(limit: 7) { name } }');
  await expect(page.getByRole('grid').getByRole('row')).toHaveCount(8);
  expect(problems).toEqual([]);
});

test('opens what the command line names', async ({ launch }) => {
  const { page } = await launch({ args: ['--sample'] });
  await expect(page.getByRole('treeitem', { name: /films/ })).toBeVisible();
});

test('runs no script but its own', async ({ studio }) => {
  const { page } = studio;
  const results = await page.evaluate(async () => {
    const blocked: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => {
      blocked.push(event.effectiveDirective);
    });
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.body.append(script);
    await fetch('https://example.com/').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { blocked: blocked.sort(), isInjected: 'injected' in window };
  });
  expect(results).toEqual({ blocked: ['connect-src', 'script-src-elem'], isInjected: false });
});

test('a native menu item runs the command of the page', async ({ studio }) => {
  test.skip(studio.host === 'browser', 'A browser host has no native menu');
  const { page } = studio;
  await expect(page.getByRole('button', { name: 'Open sample database' })).toBeVisible();
  await studio.clickMenu('File', 'Create database…');
  await expect(page.getByRole('dialog', { name: 'Create database' })).toBeVisible();
});

test('keeps what it was told over a restart', async ({ launch }) => {
  const first = await launch({ args: ['--sample'] });
  await expect(first.page.getByRole('treeitem', { name: /films/ })).toBeVisible();
  expect(await first.close()).toBe(0);
  const second = await launch({ dataFolder: first.dataFolder });
  await expect(second.page.getByRole('treeitem', { name: /films/ })).toBeVisible();
});

/** Types into the editor of the open query tab, in place of what is there, and runs it. */
async function runText({ page }: Studio, text: string): Promise<void> {
  await page.locator('.monaco-editor').first().click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
  await page.keyboard.press('ControlOrMeta+Enter');
}
