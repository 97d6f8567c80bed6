import type { RunHead, RunRows } from '#engine';

/** The rows of a batch as objects; a field that is not set is left out. */
export function* rowDocuments(
  head: RunHead,
  rows: RunRows,
): Generator<Readonly<Record<string, unknown>>> {
  const missing = rows.missing?.map((numbers) => new Set(numbers));
  for (let row = 0; row < rows.rowCount; row += 1) {
    const entries: [string, unknown][] = [];
    head.columns.forEach((column, index) => {
      if (missing?.[index]?.has(row) === true) return;
      entries.push([column.name, rows.columns[index]?.[row] ?? null]);
    });
    yield Object.fromEntries(entries);
  }
}
