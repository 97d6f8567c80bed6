import type { StoredDocument, StoredValue } from '../values/stored-value.ts';

/** Values of documents, one behind the other. */
export type ValueCells = (StoredValue | undefined)[];

/** A field of the documents that lie in such cells. */
export interface FormField {
  readonly name: string;
  /** True when its values may be lists or objects, of which whoever gets them needs copies. */
  readonly isCopied: boolean;
  /**
   * A list of at most so many values lies in the cells itself: its length, and in further cells its values. So many
   * cells are kept for them.
   */
  readonly listedMax: number;
}

/** How the documents of a collection leave the engine. */
export interface OutputForm {
  /** What lies in the cells of a document, in its order; nothing when documents cannot be made of cells. */
  readonly fields: readonly FormField[];
  /** Makes what leaves of the cells from one on, where all fields are set; absent as long as that does not pay. */
  readonly make: ((cells: ValueCells, at: number) => unknown) | undefined;
  /** Makes the same of the document. */
  output(document: StoredDocument): unknown;
}
