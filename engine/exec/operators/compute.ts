import type { JsonValue } from '#engine/aql';
import type { StoredDocument, StoredValue } from '../../values/stored-value.ts';
import type { Operator } from '../operator.ts';

/** A value that is attached to each document under a key. */
export interface ComputedColumn {
  readonly slot: string;
  readonly evaluate: (document: StoredDocument) => JsonValue;
}

/** Attaches computed values to documents. */
export function* computeRows(input: Operator, columns: readonly ComputedColumn[]): Operator {
  for (const { rows, documents } of input) {
    yield {
      rows,
      documents: documents.map((document) => {
        const attached: { id: string; [key: string]: StoredValue } = { ...document };
        for (const { slot, evaluate } of columns) attached[slot] = evaluate(document);
        return attached;
      }),
    };
  }
}
