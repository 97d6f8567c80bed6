import { Copy } from 'lucide-react';
import type { ClipboardEvent } from 'react';
import type { MenuEntry } from '../ui/menu.tsx';
import type { GridColumn } from './cell-value.ts';
import { cellsFormat } from './copied-cells.ts';
import { useCopyMemory } from './copy-memory.ts';
import type { CopyNote } from './copy-note.ts';
import { type CopyFormat, copiedText } from './copy-text.ts';
import { type PastedCells, pastedCells } from './pasted-cells.ts';
import type { RowsReader } from './read-rows.ts';
import type { RowModel } from './row-model.ts';
import { rectangleOf, type Selection } from './selection.ts';
import { useReadCopy } from './use-read-copy.ts';

const formats: readonly { readonly format: CopyFormat; readonly label: string }[] = [
  { format: 'tsv', label: 'Copy' },
  { format: 'csv', label: 'Copy as CSV' },
  { format: 'json', label: 'Copy as JSON' },
  { format: 'markdown', label: 'Copy as Markdown' },
  { format: 'aql', label: 'Copy as AQL' },
];

/** How the selection is copied, by the page's own copy and by the entries of a menu; and what is there to be pasted. */
export function useGridCopy(options: {
  readonly model: RowModel;
  readonly columns: readonly GridColumn[];
  readonly selection: Selection;
  readonly collection?: string | undefined;
  readonly readRows?: RowsReader | undefined;
  readonly onCopy?: (note: CopyNote) => void;
}): {
  readonly copy: (event: ClipboardEvent) => void;
  readonly entries: readonly MenuEntry[];
  readonly pasted: (event: ClipboardEvent) => PastedCells;
} {
  const { model, columns, selection, collection, readRows, onCopy } = options;
  const memory = useCopyMemory();
  const tell = (note: CopyNote) => {
    if (note.kind === 'copied') memory?.remember(note.copied);
    onCopy?.(note);
  };
  const source = { model, columns, rectangle: rectangleOf(selection), collection };
  const reading = useReadCopy(source, readRows, tell);
  return {
    pasted: ({ clipboardData }) => pastedCells(clipboardData, memory),
    copy: (event) => {
      if (model.count.rows === 0) return;
      event.preventDefault();
      if (reading.begin('tsv')) return;
      const copied = copiedText(source);
      event.clipboardData.setData('text/plain', copied.text);
      if (copied.cells !== undefined) event.clipboardData.setData(cellsFormat, copied.cells);
      tell({ kind: 'copied', copied });
    },
    entries: formats.map(({ format, label }) => ({
      kind: 'item',
      id: format,
      label,
      icon: <Copy size={14} />,
      keys: format === 'tsv' ? ['Ctrl', 'C'] : undefined,
      onSelect: () => {
        if (!reading.begin(format)) reading.write(copiedText(source, format));
      },
    })),
  };
}
