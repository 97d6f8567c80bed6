/** A `ref` that gives the focus to what has just come; stable, so that it does so once. */
export function focusOnce(element: HTMLElement | null): void {
  element?.focus();
}
