import { expect } from '@playwright/test';
import { expectShown, heldSkipReason, hold, send, shownIn } from '../held-back.ts';
import { test } from '../hosts.ts';

/* What is typed into AQL before, while and after its editor comes, and the key that runs it. */

test('a query loses nothing that is typed while its editor comes', async ({ launch, host }) => {
  test.skip(host === 'electron', heldSkipReason);
  test.setTimeout(240_000);
  const { page, problems } = await launch({ args: ['--sample'] });
  const shown = page.locator('.query-editor:visible');
  const plain = shown.locator('textarea.plain-editor');
  const arrived = shown.locator('.monaco-editor');
  const begin = async () => {
    await page.waitForTimeout(1_000);
    await page.unrouteAll();
    const held = await hold(page, '**/aql-editor-*.js');
    await page.reload();
    await expect(plain).toBeFocused();
    return held;
  };
  await expect(arrived).toBeVisible();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('query { films(limit: 1) { title } }');

  await test.step('what is typed goes on where the cursor stood, and is undone to what was there', async () => {
    const held = await begin();
    await page.keyboard.press('ControlOrMeta+a');
    const keys = [...'query { cars(limit: 2) { name'];
    await send(page, keys.slice(0, 12));
    held.release();
    await send(page, keys.slice(12));
    await expect(arrived).toBeVisible();
    await send(page, [...' } }']);
    await expectShown(shown, 'query { cars(limit: 2) { name } }');
    await expect(async () => {
      await page.keyboard.press('ControlOrMeta+z');
      expect(await shownIn(shown)).toBe('query { films(limit: 1) { title } }');
    }).toPass();
  });
  await test.step('Tab indents, the cursor stays, and the key that runs is not forgotten', async () => {
    const held = await begin();
    await page.keyboard.press('ControlOrMeta+a');
    await send(page, [...'query {', 'Enter', 'Tab', ...'cars(limit: ) { name } }']);
    for (let step = 0; step < ') { name } }'.length; step += 1) {
      await page.keyboard.press('ArrowLeft');
    }
    await page.keyboard.press('3');
    await page.keyboard.press('ControlOrMeta+Enter');
    held.release();
    await expect(page.getByRole('grid', { name: 'Rows of cars' }).getByRole('row')).toHaveCount(4);
    await expect(arrived).toBeVisible();
    await page.keyboard.press('0');
    await expectShown(shown, 'query {\n    cars(limit: 30) { name } }');
  });
  await test.step('what an input method composes is finished first', async () => {
    const held = await begin();
    const method = await page.context().newCDPSession(page);
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('# ');
    await method.send('Input.imeSetComposition', {
      ...{ text: 'に', selectionStart: 1, selectionEnd: 1 },
    });
    const come = page.waitForResponse('**/aql-editor-*.js');
    held.release();
    await come;
    await page.waitForTimeout(500);
    await expect(plain).toBeFocused();
    await method.send('Input.insertText', { text: '日' });
    await expect(arrived).toBeVisible();
    await page.keyboard.type('!');
    await expectShown(shown, '# 日!');
  });
  await test.step('a migration is begun without its editor, and goes on in it', async () => {
    const held = await begin();
    await page.keyboard.press('Alt+Shift+M');
    const migrations = page.getByRole('region', { name: 'Migrations', exact: true });
    await migrations.locator('textarea.plain-editor').click();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('migrate { "v1.');
    held.release();
    await page.keyboard.type('0.0": ');
    await expect(migrations.locator('.monaco-editor')).toBeVisible();
    await page.keyboard.type('{ } }');
    await expectShown(migrations, 'migrate { "v1.0.0": { } }');
    await page.keyboard.press('Escape');
  });
  await test.step('an editor whose code does not come at first comes later', async () => {
    await page.keyboard.press('Escape');
    const held = await begin();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('query { f');
    expect(problems).toEqual([]);
    const failed = page.waitForEvent('requestfailed');
    held.refuse();
    await failed;
    await page.keyboard.type('ilms');
    await page.unrouteAll();
    await expect(arrived).toBeVisible();
    await page.keyboard.type(' }');
    await expectShown(shown, 'query { films }');
  });
});
