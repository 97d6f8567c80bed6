import { useEffect, useState } from 'react';
import type { RowsReader } from './read-rows.ts';
import type { RowModel } from './row-model.ts';
import { isRange, rectangleOf, type Selection } from './selection.ts';
import { selectionSummary, summaryText, summaryWay, unsummedText } from './selection-summary.ts';

/** A selection grows while it is dragged; its rows are read when it has rested. */
const restMs = 150;

interface Reading {
  readonly rows: string;
  readonly by: RowsReader;
  /** `undefined` when they could not be read. */
  readonly model: RowModel | undefined;
}

/** What a selection of more than one cell comes to, as one line. What is not loaded is read for it. */
export function useSelectionSummary(
  model: RowModel,
  selection: Selection | undefined,
  readRows: RowsReader | undefined,
): string | undefined {
  const [reading, setReading] = useState<Reading>();
  const rectangle =
    selection !== undefined && isRange(selection) ? rectangleOf(selection) : undefined;
  const way =
    rectangle === undefined
      ? 'none'
      : summaryWay(model, rectangle, { canRead: readRows !== undefined });
  const { top = 0, bottom = 0 } = rectangle ?? {};
  const rows = `${top} ${bottom}`;
  const isWanted = way === 'read';
  useEffect(() => {
    if (!isWanted || readRows === undefined) return undefined;
    const abort = new AbortController();
    const { signal } = abort;
    const told = (read: RowModel | undefined) => {
      if (!signal.aborted) setReading({ rows: `${top} ${bottom}`, by: readRows, model: read });
    };
    const timer = setTimeout(() => {
      readRows({ start: top, end: bottom + 1 }, { signal }).then(
        ({ model: read, end }) => told(end > bottom ? read : undefined),
        () => told(undefined),
      );
    }, restMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [isWanted, readRows, top, bottom]);
  if (rectangle === undefined) return undefined;
  if (way === 'loaded') return summaryText(selectionSummary(model, rectangle));
  if (way === 'none') return unsummedText(rectangle, 'large');
  if (reading?.rows !== rows || reading.by !== readRows) return unsummedText(rectangle, 'reading');
  if (reading.model === undefined) return unsummedText(rectangle, 'failed');
  return summaryText(selectionSummary(reading.model, rectangle));
}
