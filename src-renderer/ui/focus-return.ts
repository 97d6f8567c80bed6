import { useCallback, useLayoutEffect, useRef } from 'react';

/**
 * Remembers what had the focus when something comes over the page, and gives a handler for Radix's `onCloseAutoFocus`
 * that gives it back. Radix itself does so only for what its own trigger opened; ours are opened by commands. When one
 * overlay follows another without a pause, the place before the first one counts.
 *
 * Radix calls the handler by a timer, and keys may come before that: where what was over the page is gone at once, the
 * focus is given back in the same task. Whoever has the focus by then keeps it.
 *
 * `instead` may give the focus to something else, and says whether it has; `isGone` tells that what had it is not there
 * any more.
 */
export function useFocusReturn(
  isAnyOpen: boolean,
  instead?: (isGone: boolean) => boolean,
): (event: Event) => void {
  const before = useRef<HTMLElement | null>(null);
  const isOpen = useRef(false);
  const insteadNow = useRef(instead);
  const giveBack = useCallback(() => {
    if (isOpen.current || document.activeElement !== document.body) return;
    const to = before.current;
    if (insteadNow.current?.(to?.isConnected !== true) !== true) to?.focus();
  }, []);
  useLayoutEffect(() => {
    insteadNow.current = instead;
  });
  useLayoutEffect(() => {
    const wasOpen = isOpen.current;
    isOpen.current = isAnyOpen;
    if (isAnyOpen) {
      const active = document.activeElement;
      before.current = active instanceof HTMLElement && active !== document.body ? active : null;
    } else if (wasOpen) queueMicrotask(giveBack);
  }, [isAnyOpen, giveBack]);
  return useCallback(
    (event: Event) => {
      event.preventDefault();
      giveBack();
    },
    [giveBack],
  );
}
