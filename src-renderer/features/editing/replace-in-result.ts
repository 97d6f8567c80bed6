/*
 * Find and replace in a column of the result of a query: its rows are read to the end, and each cell whose value is
 * stored in a document is looked at as it is shown, with what is staged. A document that stands in several rows counts
 * once.
 */
import type { FieldInfo, ResultColumn, WireValue } from '#contract';
import type { EditedResult } from './edited-result.ts';
import {
  isReplaceable,
  type ReplacedCell,
  type Replacements,
  type ReplaceSource,
  type Replacing,
  replacedValue,
  replacementsMax,
} from './replace-in-column.ts';
import { type CellChange, type ResultPlace, stageChanges, storedField } from './result-actions.ts';

/** Rows that are looked at. */
const rowsMax = 100_000;
/** Rows that do not come for so long, of a query that was cancelled or has failed, are not waited for any more. */
const patienceMs = 5_000;

export function resultReplacing(
  place: ResultPlace,
  resultColumns: readonly ResultColumn[],
): ReplaceSource {
  const columns = resultColumns.flatMap((column): readonly FieldInfo[] => {
    const { origin, name } = column;
    if (origin?.kind !== 'stored' || origin.fields !== undefined || origin.path === 'id') return [];
    const path = origin.path.split('.');
    const field = storedField(place, { collection: origin.collection, path });
    return isReplaceable(field) ? [{ ...field, name }] : [];
  });
  return {
    title: 'the result',
    columns,
    find: async (name, replacing, signal) => {
      await rowsRead(place.rows, signal);
      const field = columns.find((column) => column.name === name);
      const column = resultColumns.findIndex((each) => each.name === name);
      return found(place, { field, column }, replacing);
    },
  };
}

function found(
  place: ResultPlace,
  { field, column }: { readonly field: FieldInfo | undefined; readonly column: number },
  replacing: Replacing,
): Replacements {
  const { rows } = place;
  const cells: ReplacedCell[] = [];
  const changes: CellChange[] = [];
  const seen = new Set<string>();
  let refusedCount = 0;
  let refusal: string | undefined;
  const rowCount = Math.min(rows.count.rows, rowsMax);
  for (let row = 0; row < rowCount && cells.length < replacementsMax; row += 1) {
    const origin = rows.originAt(row, column);
    const cell = rows.cell(row, column);
    if (field === undefined || typeof origin === 'string' || cell.state !== 'value') continue;
    if (seen.has(origin.id) || rows.rowMark(row) === 'deleted') continue;
    seen.add(origin.id);
    const before: WireValue = cell.value;
    const replaced = replacedValue(before, field, replacing);
    if (replaced?.kind === 'value') {
      cells.push({ id: origin.id, before, after: replaced.value });
      changes.push({ origin, seen: before, value: replaced.value });
    } else if (replaced !== undefined) {
      refusedCount += 1;
      refusal ??= replaced.message;
    }
  }
  return {
    ...{ cells, refusedCount, refusal, cutNote: cutNote(rows, cells.length) },
    stage: () => stageChanges(place, changes),
  };
}

function cutNote({ count }: EditedResult, foundCount: number): string | undefined {
  if (foundCount === replacementsMax) {
    return `There may be more: ${replacementsMax.toLocaleString('en-US')} are made at a time.`;
  }
  if (count.isKnown && count.rows <= rowsMax) return undefined;
  const looked = Math.min(count.rows, rowsMax).toLocaleString('en-US');
  return `The first ${looked} rows were looked at.`;
}

/** Resolves when all rows are there that are going to be looked at. @throws the reason of the signal */
function rowsRead(rows: EditedResult, signal: AbortSignal): Promise<void> {
  const isRead = () => rows.count.isKnown || rows.count.rows >= rowsMax;
  return new Promise((resolve, reject) => {
    const end = (act: () => void) => {
      clearTimeout(timer);
      stop();
      signal.removeEventListener('abort', aborted);
      act();
    };
    const aborted = () => end(() => reject(signal.reason));
    const begin = () => setTimeout(() => end(resolve), patienceMs);
    let timer = begin();
    const stop = rows.onDidChange(() => {
      clearTimeout(timer);
      timer = begin();
      if (isRead()) end(resolve);
    });
    signal.addEventListener('abort', aborted);
    rows.want({ start: 0, end: rowsMax });
    if (isRead()) end(resolve);
  });
}
