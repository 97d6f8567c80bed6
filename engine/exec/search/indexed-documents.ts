/* The documents that text indexes have for the words of a search, and what these know of all the others. */
import { assert } from '../../base/assert.ts';
import type { CollectionEntry, IndexEntry } from '../../catalog/catalog.ts';
import { mayBeCut, wordCountParts } from '../../indexes/text-layout.ts';
import { mostSearchedRows, wordRange } from '../../plan/rules/text-index.ts';
import type { Snapshot } from '../../transactions/snapshot.ts';
import type { Row, StoredDocument } from '../../values/stored-value.ts';
import { createBatchSizer } from '../batch-size.ts';
import { type Batch, type Operator, type OperatorContext, restBatch } from '../operator.ts';
import type { TextSearch } from './resolve-search.ts';

/** A word of an index under which documents are found. */
export interface IndexedWord {
  readonly index: IndexEntry;
  readonly word: string;
}

/** Words of the vocabulary that are compared between two places to rest. */
const wordsPerStep = 500;
const longestFuzzyEdit = 2;

/** Words in the indexed fields of all documents together. O(documents / 256 × log words) */
export function indexedWordCount(indexes: readonly IndexEntry[], snapshot: Snapshot): number {
  let sum = 0;
  for (const index of indexes) {
    for (const part of wordCountParts) {
      const bound = { values: [part], inclusive: true };
      const range = { lower: bound, upper: bound, reverse: false };
      sum += part * snapshot.countIndex(index, range, Number.MAX_SAFE_INTEGER);
    }
  }
  return sum;
}

/**
 * The words of the indexes that a search may match, those with mistakes among them where it forgives some. `undefined`
 * when the vocabulary cannot be read or most documents have one of them; then all documents are to be read.
 * O(terms), for a search that forgives O(vocabulary), in steps.
 */
export function* wordsToRead(
  collection: CollectionEntry,
  indexes: readonly IndexEntry[],
  search: TextSearch,
  snapshot: Snapshot,
): Generator<Batch, readonly IndexedWord[] | undefined, undefined> {
  if (!search.isFuzzy) {
    return indexes.flatMap((index) => search.terms.map((word) => ({ index, word })));
  }
  const most = mostSearchedRows(snapshot.documentCount(collection));
  // What was cut is as good as any word that begins so.
  const hasLong = search.terms.some((term) => mayBeCut(term, longestFuzzyEdit));
  const found: IndexedWord[] = [];
  let rowCount = 0;
  let comparedCount = 0;
  for (const index of indexes) {
    const vocabulary = snapshot.indexWords?.(index);
    if (vocabulary === undefined) return undefined;
    for (const word of vocabulary) {
      comparedCount += 1;
      if (comparedCount % wordsPerStep === 0) yield restBatch;
      if (search.match(word) === undefined && !(hasLong && mayBeCut(word, 0))) continue;
      found.push({ index, word });
      rowCount += snapshot.countIndex(index, wordRange(word), most + 1);
      if (rowCount > most) return undefined;
    }
  }
  return found;
}

/** The documents under some words, each once, in no order. */
export function* indexedDocuments(
  collection: CollectionEntry,
  words: readonly IndexedWord[],
  { snapshot, counters }: OperatorContext,
): Operator {
  const seen = new Set<Row>();
  const sizer = createBatchSizer();
  for (const index of new Set(words.map((each) => each.index))) snapshot.noteUse(index);
  for (const { index, word } of words) {
    const cursor = snapshot.scanIndex(index, wordRange(word));
    try {
      for (;;) {
        const found = cursor.next(sizer.rows);
        if (found.length === 0) break;
        counters.rowsPassed += found.length;
        const rows = found.filter((row) => !seen.has(row));
        const documents: StoredDocument[] = [];
        for (const row of rows) {
          seen.add(row);
          const document = snapshot.read(collection, row);
          assert(document !== undefined, 'a text index refers only to documents that exist');
          documents.push(document);
        }
        counters.rowsRead += rows.length;
        yield { rows, documents };
        sizer.took(counters.stepMs);
      }
    } finally {
      cursor.close();
    }
  }
}
