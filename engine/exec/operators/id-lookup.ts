import type { CollectionEntry } from '../../catalog/catalog.ts';
import type { Row, StoredDocument } from '../../values/stored-value.ts';
import type { Operator, OperatorContext } from '../operator.ts';

const idsPerBatch = 128;

/** The documents with these ids, in the order of the ids; ids without a document give nothing. */
export function* idLookup(
  collection: CollectionEntry,
  ids: readonly string[],
  { snapshot, counters }: OperatorContext,
): Operator {
  for (let start = 0; start < ids.length; start += idsPerBatch) {
    const rows: Row[] = [];
    const documents: StoredDocument[] = [];
    for (const id of ids.slice(start, start + idsPerBatch)) {
      const row = snapshot.rowOf(collection, id);
      const document = row === undefined ? undefined : snapshot.read(collection, row);
      if (row === undefined || document === undefined) continue;
      rows.push(row);
      documents.push(document);
    }
    counters.rowsRead += rows.length;
    yield { rows, documents };
  }
}
