import { type ColumnBatch, type DatabaseId, WireError, type WireValue } from '#contract';
import type { Client } from '../../client/client.ts';
import type { WindowRow, WindowSource } from '../../grid/window-source.ts';
import { type CollectionView, windowQuery } from './collection-text.ts';

/** Reads windows of a collection from the host. The first column of a row is its id. */
export function collectionSource(
  client: Client,
  database: DatabaseId,
  view: CollectionView,
): WindowSource {
  return async (request, signal) => {
    const { text, variables } = windowQuery(view, request);
    const rows: WindowRow[] = [];
    const run = client.run({ database, text, variables, isForView: true }, { signal });
    for await (const part of run) {
      if (part.kind === 'rows') rows.push(...windowRows(part.batch));
      else if (part.kind === 'failed') throw new WireError(part.error);
    }
    return rows;
  };
}

function windowRows({ rowCount, columns, missing }: ColumnBatch): readonly WindowRow[] {
  const unset = (missing ?? []).map((rows) => new Set(rows));
  const [cursors = [], ...cells] = columns;
  return Array.from({ length: rowCount }, (_, row) => {
    const values = cells.map((column, at): WireValue | undefined =>
      unset[at + 1]?.has(row) === true ? undefined : column[row],
    );
    return { key: String(values[0]), cursor: String(cursors[row]), values };
  });
}
