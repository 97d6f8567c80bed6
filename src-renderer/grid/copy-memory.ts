import { createContext, useContext } from 'react';
import type { CopiedText } from './copy-text.ts';

/**
 * What a grid of this page has copied last. Browsers hand over only the text when it is pasted as plain text, which
 * `Mod+Shift+V` is to them; then the cells are known by their text.
 */
export class CopyMemory {
  #last: CopiedText | undefined;

  remember(copied: CopiedText): void {
    this.#last = copied;
  }

  /** The cells that were copied with a text, as `copied-cells.ts` has them; `undefined` when another text was. */
  cellsOf(text: string): string | undefined {
    if (this.#last === undefined || plainLines(text) !== plainLines(this.#last.text))
      return undefined;
    return this.#last.cells;
  }
}

/** A clipboard may have its own ends of lines. */
function plainLines(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

const CopyMemoryContext = createContext<CopyMemory | null>(null);

export const CopyMemoryProvider = CopyMemoryContext.Provider;

/** The memory of this page; `null` where grids are only looked at. */
export function useCopyMemory(): CopyMemory | null {
  return useContext(CopyMemoryContext);
}
