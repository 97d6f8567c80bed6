import { type CopiedCells, cellsFormat, decodeCells } from './copied-cells.ts';
import type { CopyMemory } from './copy-memory.ts';

/** What is there to be pasted. */
export interface PastedCells {
  readonly text: string;
  /** What a grid of the studio has copied with the text. */
  readonly cells: CopiedCells | undefined;
}

export function pastedCells(
  clipboard: Pick<DataTransfer, 'getData'>,
  memory: CopyMemory | null,
): PastedCells {
  const text = clipboard.getData('text/plain');
  const cells = clipboard.getData(cellsFormat) || memory?.cellsOf(text);
  return { text, cells: decodeCells(cells ?? '') };
}
