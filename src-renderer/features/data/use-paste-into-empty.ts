import { useEffect } from 'react';
import type { CopiedCells } from '../../grid/copied-cells.ts';
import { useCopyMemory } from '../../grid/copy-memory.ts';
import { pastedCells } from '../../grid/pasted-cells.ts';

/** Where there is no cell to paste into, what is pasted becomes rows; nothing is listened for without `pasteRows`. */
export function usePasteIntoEmpty(
  pasteRows: ((text: string, cells: CopiedCells | undefined) => void) | undefined,
): void {
  const memory = useCopyMemory();
  useEffect(() => {
    if (pasteRows === undefined) return undefined;
    const paste = (event: ClipboardEvent) => {
      const { clipboardData, target } = event;
      if (event.defaultPrevented || clipboardData === null || takesText(target)) return;
      event.preventDefault();
      const { text, cells } = pastedCells(clipboardData, memory);
      pasteRows(text, cells);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, [pasteRows, memory]);
}

/** Fields and editors take what is pasted themselves. */
function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return (
    target.closest('input, textarea, [contenteditable], .monaco-editor, dialog, [role=dialog]') !==
    null
  );
}
