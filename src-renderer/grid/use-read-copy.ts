import { useEffect, useRef } from 'react';
import type { CopyNote } from './copy-note.ts';
import { type CopiedText, type CopyFormat, type CopySource, copiedText } from './copy-text.ts';
import type { RowsReader } from './read-rows.ts';
import { areLoaded } from './selection-summary.ts';
import { writeClipboard } from './write-clipboard.ts';

/** What is read for a copy; beyond it there is the export. */
const copiedRowsMax = 50_000;
const copiedCharactersMax = 20_000_000;

/** Reads what of a selection is not loaded, and copies it when it is there. */
export function useReadCopy(
  source: CopySource,
  readRows: RowsReader | undefined,
  tell: (note: CopyNote) => void,
): {
  /** False where nothing needs to be read. */
  readonly begin: (format: CopyFormat) => boolean;
  /** Puts text on the clipboard, when the browser takes it. */
  readonly write: (copied: CopiedText) => void;
} {
  const { top, bottom } = source.rectangle;
  const rowsAsked = bottom - top + 1;
  const range = { start: top, end: top + Math.min(rowsAsked, copiedRowsMax) };
  const reading = useRef<AbortController>(undefined);
  useEffect(() => () => reading.current?.abort(), []);

  const write = (copied: CopiedText) => {
    const done = () => tell({ kind: 'copied', copied });
    const refused = () => tell({ kind: 'waiting', copied, write: () => write(copied) });
    if (writeClipboard(copied.text, copied.cells)) done();
    // Reading may have taken longer than the browser remembers the key. This one needs a permission instead.
    else if ('clipboard' in navigator) {
      navigator.clipboard.writeText(copied.text).then(done, refused);
    } else refused();
  };
  const read = async (readAll: RowsReader, format: CopyFormat) => {
    reading.current?.abort();
    const abort = new AbortController();
    reading.current = abort;
    const { signal } = abort;
    const cancel = () => {
      abort.abort();
      tell({ kind: 'cancelled' });
    };
    const onRead = (rowCount: number) => {
      if (signal.aborted) return;
      tell({ kind: 'reading', rowCount, rowsAsked: range.end - range.start, cancel });
    };
    onRead(0);
    try {
      const charactersMax = copiedCharactersMax;
      const { model, end } = await readAll(range, { signal, onRead, charactersMax });
      if (signal.aborted) return;
      const rectangle = { ...source.rectangle, bottom: Math.min(bottom, end - 1) };
      const copied = copiedText({ ...source, model, rectangle }, format);
      write({ ...copied, rowsLeftOut: rowsAsked - copied.rowCount });
    } catch (error) {
      if (!signal.aborted) tell({ kind: 'failed', error });
    }
  };
  return {
    begin: (format) => {
      if (readRows === undefined || areLoaded(source.model, range)) return false;
      void read(readRows, format);
      return true;
    },
    write,
  };
}
