import type { Operator } from '../operator.ts';

/** Skips `offset` documents and stops after `rowsMax` more; `undefined` means all. */
export function* limitRows(input: Operator, offset: number, rowsMax: number | undefined): Operator {
  let toSkip = offset;
  let left = rowsMax ?? Number.POSITIVE_INFINITY;
  for (const { rows, documents } of input) {
    const start = Math.min(toSkip, rows.length);
    const end = Math.min(rows.length, start + left);
    toSkip -= start;
    left -= end - start;
    yield start === 0 && end === rows.length
      ? { rows, documents }
      : { rows: rows.slice(start, end), documents: documents.slice(start, end) };
    if (left === 0) return;
  }
}
