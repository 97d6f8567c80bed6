/*
 * Reads only documents that have one of the words of a search, by the text indexes of the fields that are searched.
 * Unsafe where one of the fields has no index that is live, since its words would not be found or counted. Not worth it
 * where most documents have one of the words; which those of a search are that forgives mistakes shows when it runs.
 */
import type { CollectionEntry, IndexEntry } from '../../catalog/catalog.ts';
import { indexedWord } from '../../indexes/text-layout.ts';
import { limits } from '../../limits.ts';
import type { IndexRange } from '../../transactions/snapshot.ts';
import { isEnabled, type PlanFacts, type SearchRequest } from '../logical-query.ts';

/** A larger part of all documents is read faster in their own order. */
const worthShareMax = 0.5;

/** How many documents are worth finding by words, at most. */
export function mostSearchedRows(documentCount: number): number {
  return Math.min(Math.ceil(documentCount * worthShareMax), limits.searchedRowsMax);
}

/** The indexes of the fields; `undefined` when all documents must be read. */
export function proposeTextIndexes(
  collection: CollectionEntry,
  { fieldNames, terms, isFuzzy }: SearchRequest,
  facts: PlanFacts,
): readonly IndexEntry[] | undefined {
  if (!isEnabled(facts, 'text-index') || fieldNames.length === 0) return undefined;
  const indexes: IndexEntry[] = [];
  for (const name of fieldNames) {
    const index = collection.indexes.find(
      ({ state, text, fields }) => state === 'live' && text === true && fields[0] === name,
    );
    if (index === undefined) return undefined;
    indexes.push(index);
  }
  if (isFuzzy) return indexes;
  const most = mostSearchedRows(facts.documentCount(collection));
  let count = 0;
  for (const index of indexes) {
    for (const term of terms) {
      count += facts.countIndex(index, wordRange(term), most + 1);
      if (count > most) return undefined;
    }
  }
  return indexes;
}

/** Where an index of words has those of a term. */
export function wordRange(term: string): IndexRange {
  const bound = { values: [indexedWord(term)], inclusive: true };
  return { lower: bound, upper: bound, reverse: false };
}
