import { expect, type Locator, type Page } from '@playwright/test';

/*
 * The code of an editor comes late, and until then a plain field stands in its place. Whatever is typed, pasted, selected
 * or composed before, during and after is as if the editor had been there all the time. The code is held back, so that
 * the moment of its arrival is chosen and not met by chance.
 */

export const heldSkipReason = 'only what comes over HTTP can be held back';

/** Holds back what a pattern matches, until it is released or refused. */
export async function hold(page: Page, pattern: string) {
  let settle: (isReleased: boolean) => void = () => undefined;
  const settled = new Promise<boolean>((done) => {
    settle = done;
  });
  await page.route(pattern, async (route) => {
    if (await settled) await route.continue();
    else await route.abort();
  });
  return { release: () => settle(true), refuse: () => settle(false) };
}

/** A text that a person sees in an editor, plain or not. */
export async function shownIn(within: Locator): Promise<string> {
  const plain = within.locator('textarea.plain-editor');
  if ((await plain.count()) > 0) return await plain.inputValue();
  const lines = await within.locator('.view-line').evaluateAll((all) =>
    all
      .map((line) => ({ top: line.getBoundingClientRect().top, text: line.textContent }))
      .sort((a, b) => a.top - b.top)
      .map(({ text }) => text),
  );
  return lines.join('\n').replaceAll('\u00a0', ' ');
}

export async function expectShown(within: Locator, text: string): Promise<void> {
  await expect.poll(() => shownIn(within)).toBe(text);
}

/** Sends keys without waiting for the page: it is given each as soon as it has taken the one before. */
export async function send(page: Page, keys: readonly string[]): Promise<void> {
  let sent: Promise<void>[] = [];
  for (const key of keys) {
    sent.push(page.keyboard.press(key));
    // What is sent after a chord must not come while its first key is down.
    if (key.length === 1) continue;
    await Promise.all(sent);
    sent = [];
  }
  await Promise.all(sent);
}
