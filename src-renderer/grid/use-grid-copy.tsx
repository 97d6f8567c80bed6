import { Copy } from 'lucide-react';
import type { ClipboardEvent } from 'react';
import type { MenuEntry } from '../ui/menu.tsx';
import type { GridColumn } from './cell-value.ts';
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

/** How the selection is copied: by the page's own copy, and by the entries of a menu. */
export function useGridCopy(options: {
  readonly model: RowModel;
  readonly columns: readonly GridColumn[];
  readonly selection: Selection;
  readonly collection?: string | undefined;
  readonly onDidCopy?: (copied: CopiedText) => void;
}): { readonly copy: (event: ClipboardEvent) => void; readonly entries: readonly MenuEntry[] } {
  const { model, columns, selection, collection, onDidCopy } = options;
  const source = { model, columns, rectangle: rectangleOf(selection), collection };
  return {
    copy: (event) => {
      if (model.count.rows === 0) return;
      const copied = copiedText(source);
      event.clipboardData.setData('text/plain', copied.text);
      event.preventDefault();
      onDidCopy?.(copied);
    },
    entries: formats.map(({ format, label }) => ({
      kind: 'item',
      id: format,
      label,
      icon: <Copy size={14} />,
      keys: format === 'tsv' ? ['Ctrl', 'C'] : undefined,
      onSelect: () => {
        const copied = copiedText(source, format);
        if (writeClipboard(copied.text)) onDidCopy?.(copied);
      },
    })),
  };
}
