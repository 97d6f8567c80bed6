import { expect } from '@playwright/test';
import { faultsOf } from '../faults.ts';
import { test } from '../hosts.ts';

/*
 * What assistive technology finds: no violation of WCAG 2 A and AA that axe can see, in both themes, on the screens that
 * everybody meets. `npm run test:long -- looks` and `-- edit-looks` look at every page, panel and dialog.
 */

test('is free of detectable faults: welcome, results and palette', async ({ launch }) => {
  test.slow();
  const { page } = await launch();
  const expectNoFaults = async (within?: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
      const options = { isOfColourAlone: colorScheme === 'dark', ...(within && { within }) };
      expect(await faultsOf(page, options), colorScheme).toEqual([]);
    }
  };
  await expect(page.getByRole('button', { name: 'Open sample database' })).toBeVisible();
  await expectNoFaults();

  await page.getByRole('button', { name: 'Open sample database' }).click();
  await page.locator('.monaco-editor').first().click();
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByRole('grid').getByRole('row').nth(5)).toBeVisible();
  await expectNoFaults();

  await page.keyboard.press('Alt+Shift+J');
  await expect(page.getByRole('heading', { name: /^Jobs of/ })).toBeFocused();
  await expectNoFaults();

  await page.keyboard.press('ControlOrMeta+K');
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectNoFaults('[role=dialog]');
});
