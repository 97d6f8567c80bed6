import type { ColumnBatch, ResultColumn, WireValue } from '#contract';

/** A field of a document that a write would change; `undefined` for one that is not set. */
export interface FieldChange {
  readonly id: string;
  readonly column: ResultColumn;
  readonly before: WireValue | undefined;
  readonly after: WireValue | undefined;
}

/** What differs between documents as they are and as they would be, row by row. */
export function fieldChanges(
  columns: readonly ResultColumn[],
  before: ColumnBatch,
  after: ColumnBatch,
): readonly FieldChange[] {
  const ids = before.columns[columns.findIndex(({ path }) => path === 'id')] ?? [];
  const rows = Array.from({ length: before.rowCount }, (_, row) => row);
  return rows.flatMap((row) =>
    columns.flatMap((column, at): readonly FieldChange[] => {
      const old = valueAt(before, at, row);
      const next = valueAt(after, at, row);
      if (JSON.stringify(old) === JSON.stringify(next)) return [];
      return [{ id: String(ids[row] ?? ''), column, before: old, after: next }];
    }),
  );
}

function valueAt(batch: ColumnBatch, column: number, row: number): WireValue | undefined {
  return batch.missing?.[column]?.includes(row) ? undefined : batch.columns[column]?.[row];
}
