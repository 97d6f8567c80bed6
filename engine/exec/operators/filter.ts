import type { Row, StoredDocument } from '../../values/stored-value.ts';
import type { DocumentTest } from '../compile-filter.ts';
import type { Operator } from '../operator.ts';

/** The documents that satisfy a test, in the order of the input. */
export function* filterRows(input: Operator, isMatch: DocumentTest): Operator {
  for (const batch of input) {
    const rows: Row[] = [];
    const documents: StoredDocument[] = [];
    for (const [at, document] of batch.documents.entries()) {
      const row = batch.rows[at];
      if (row === undefined || !isMatch(document)) continue;
      rows.push(row);
      documents.push(document);
    }
    yield { rows, documents };
  }
}
