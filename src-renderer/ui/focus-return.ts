import { useCallback, useLayoutEffect, useRef } from 'react';

/**
 * Remembers what had the focus when something comes over the page, and gives a handler for Radix's `onCloseAutoFocus`
 * that gives it back. Radix itself does so only for what its own trigger opened; ours are opened by commands. When one
 * overlay follows another without a pause, the place before the first one counts.
 */
export function useFocusReturn(isAnyOpen: boolean): (event: Event) => void {
  const before = useRef<HTMLElement | null>(null);
  const isOpen = useRef(false);
  useLayoutEffect(() => {
    isOpen.current = isAnyOpen;
    if (!isAnyOpen) return;
    const active = document.activeElement;
    before.current = active instanceof HTMLElement && active !== document.body ? active : null;
  }, [isAnyOpen]);
  return useCallback((event: Event) => {
    event.preventDefault();
    if (!isOpen.current) before.current?.focus();
  }, []);
}
