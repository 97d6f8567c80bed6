import { cellsFormat } from './copied-cells.ts';

/*
 * The copy event is used rather than the asynchronous clipboard: it needs no permission, which the desktop host
 * denies to pages, and works wherever a person pressed something.
 */

/**
 * Puts text on the clipboard during a click or key press, and cells beside it for a grid of the studio; false when the
 * browser refused.
 */
export function writeClipboard(text: string, cells?: string): boolean {
  const put = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text);
    if (cells !== undefined) event.clipboardData?.setData(cellsFormat, cells);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener('copy', put, { capture: true });
  try {
    return document.execCommand('copy');
  } finally {
    document.removeEventListener('copy', put, { capture: true });
  }
}
