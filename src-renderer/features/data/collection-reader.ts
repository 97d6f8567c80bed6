import { ArrangedRows } from '../../grid/arranged-rows.ts';
import { ReadRows, type RowsReader, readRange } from '../../grid/read-rows.ts';
import { StagedRows } from '../editing/staged-rows.ts';
import type { StagedStore } from '../editing/staged-store.ts';
import type { CollectionRows } from './collection-rows.ts';

/** Reads rows of a collection as its grid shows them: with what is staged over them, and their columns arranged. */
export function collectionReader(
  live: Pick<CollectionRows, 'rows' | 'source'>,
  shown: {
    /** The names of all columns, `id` first. */
    readonly names: readonly string[];
    readonly store: StagedStore;
    readonly staged: StagedRows;
    /** The columns that are shown, by number. */
    readonly shown: readonly number[];
  },
): RowsReader {
  return async (range, options) => {
    // Staged documents stand before the first row of the collection.
    const leading = shown.staged.count.rows - live.rows.count.rows;
    const start = Math.max(0, range.start - leading);
    const end = Math.max(start, range.end - leading);
    const rows = await readRange(live.source, { start, end }, options);
    const read = new ReadRows({ first: start, rows, others: live.rows });
    const staged = new StagedRows(read, shown.names, shown.store);
    return {
      model: new ArrangedRows(staged, shown.shown),
      end: start + rows.length + leading,
    };
  };
}
