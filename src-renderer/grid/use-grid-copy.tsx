import { Copy } from 'lucide-react';
import type { ClipboardEvent } from 'react';
import type { MenuEntry } from '../ui/menu.tsx';
import type { GridColumn } from './cell-value.ts';
import { type CopiedCells, cellsFormat, decodeCells } from './copied-cells.ts';
import { useCopyMemory } from './copy-memory.ts';
import { type CopiedText, type CopyFormat, copiedText } from './copy-text.ts';
import type { RowModel } from './row-model.ts';
import { rectangleOf, type Selection } from './selection.ts';
import { writeClipboard } from './write-clipboard.ts';

const formats: readonly { readonly format: CopyFormat; readonly label: string }[] = [
  { format: 'tsv', label: 'Copy' },
  { format: 'csv', label: 'Copy as CSV' },
  { format: 'json', label: 'Copy as JSON' },
  { format: 'markdown', label: 'Copy as Markdown' },
  { format: 'aql', label: 'Copy as AQL' },
];

interface PastedCells {
  readonly text: string;
  /** What a grid of the studio has copied with the text. */
  readonly cells: CopiedCells | undefined;
}

/** How the selection is copied, by the page's own copy and by the entries of a menu; and what is there to be pasted. */
export function useGridCopy(options: {
  readonly model: RowModel;
  readonly columns: readonly GridColumn[];
  readonly selection: Selection;
  readonly collection?: string | undefined;
  readonly onDidCopy?: (copied: CopiedText) => void;
}): {
  readonly copy: (event: ClipboardEvent) => void;
  readonly entries: readonly MenuEntry[];
  readonly pasted: (event: ClipboardEvent) => PastedCells;
} {
  const { model, columns, selection, collection, onDidCopy } = options;
  const memory = useCopyMemory();
  const tell = (copied: CopiedText) => {
    memory?.remember(copied);
    onDidCopy?.(copied);
  };
  const source = { model, columns, rectangle: rectangleOf(selection), collection };
  return {
    pasted: ({ clipboardData }) => {
      const text = clipboardData.getData('text/plain');
      const cells = clipboardData.getData(cellsFormat) || memory?.cellsOf(text);
      return { text, cells: decodeCells(cells ?? '') };
    },
    copy: (event) => {
      if (model.count.rows === 0) return;
      const copied = copiedText(source);
      event.clipboardData.setData('text/plain', copied.text);
      if (copied.cells !== undefined) event.clipboardData.setData(cellsFormat, copied.cells);
      event.preventDefault();
      tell(copied);
    },
    entries: formats.map(({ format, label }) => ({
      kind: 'item',
      id: format,
      label,
      icon: <Copy size={14} />,
      keys: format === 'tsv' ? ['Ctrl', 'C'] : undefined,
      onSelect: () => {
        const copied = copiedText(source, format);
        if (writeClipboard(copied.text, copied.cells)) tell(copied);
      },
    })),
  };
}
