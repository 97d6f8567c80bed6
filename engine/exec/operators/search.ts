/*
 * Finds documents by the words in their text and ranks them by BM25 (Robertson and Zaragoza, 2009; k1 = 1.2, b = 0.75):
 * a word counts the more the fewer documents have it, the more often it stands in this one, and the shorter the text is.
 * The text is that of all searched fields together. What is rare and how long texts are is measured over the whole
 * collection, so that a filter does not change scores.
 *
 * Where the fields have text indexes only documents with one of the words are read, and the indexes tell the rest (the
 * scores are the same); else every document is. Only numbers are kept of those that match.
 */

import { assert } from '../../base/assert.ts';
import type { AuroraError } from '../../errors.ts';
import type { SearchNode } from '../../plan/physical-plan.ts';
import type { SortKey } from '../../plan/sort-key.ts';
import type { Row, StoredDocument } from '../../values/stored-value.ts';
import { wordTexts } from '../../values/words.ts';
import { compileFilter } from '../compile-filter.ts';
import { EntrySorter } from '../entry-sorter.ts';
import { type Operator, type OperatorContext, restBatch } from '../operator.ts';
import { memoryExceeded } from '../query-memory.ts';
import { indexedDocuments, indexedWordCount, wordsToRead } from '../search/indexed-documents.ts';
import { scoreSlot, type TextSearch } from '../search/resolve-search.ts';
import { compileComparison, readEntries } from '../sort-entry.ts';
import { fullScan } from './full-scan.ts';

const saturation = 1.2;
const lengthShare = 0.75;

/** What is kept of a document that has one of the words. */
interface Found {
  readonly row: Row;
  readonly id: string;
  /** How often each term stands in it, mistakes counting less. */
  readonly counts: readonly number[];
  readonly wordCount: number;
}

/** The documents that a search finds, the best first or last. */
export function* searchRows(
  { collection, filter, isReversed, indexes }: SearchNode,
  search: TextSearch,
  context: OperatorContext,
): Operator {
  const { terms, minScore, scores } = search;
  const isMatch = compileFilter(filter);
  const found: Found[] = [];
  const having = terms.map(() => 0);
  let scannedCount = 0;
  let scannedWordCount = 0;
  const { snapshot, memory } = context;
  const words = indexes && (yield* wordsToRead(collection, indexes, search, snapshot));
  const source =
    words === undefined
      ? fullScan(collection, { reverse: false }, context)
      : indexedDocuments(collection, words, context);
  for (const { rows, documents } of source) {
    for (const [at, document] of documents.entries()) {
      const row = rows[at];
      if (row === undefined) continue;
      const { counts, wordCount } = countWords(document, search);
      scannedCount += 1;
      scannedWordCount += wordCount;
      if (counts === undefined) continue;
      for (const [term, count] of counts.entries()) {
        if (count > 0) having[term] = (having[term] ?? 0) + 1;
      }
      if (isMatch(document)) found.push({ row, id: document.id, counts, wordCount });
    }
    if (found.length * (160 + 8 * terms.length) > memory.operatorBytesMax)
      throw tooMany(found.length, memory.operatorBytesMax);
    yield restBatch;
  }
  const [documentCount, wordCountSum] =
    words === undefined || indexes === undefined
      ? [scannedCount, scannedWordCount]
      : [snapshot.documentCount(collection), indexedWordCount(indexes, snapshot)];
  const weights = having.map((count) =>
    Math.log(1 + (documentCount - count + 0.5) / (count + 0.5)),
  );
  const meanLength = wordCountSum / Math.max(1, documentCount);
  scores.clear();
  const sorter = new EntrySorter(
    compileComparison(isReversed ? lastFirst : bestFirst),
    memory.operatorBytesMax,
  );
  for (const [at, { row, id, counts, wordCount }] of found.entries()) {
    const length = 1 - lengthShare + lengthShare * (wordCount / meanLength);
    const score = scoreOf(counts, weights, length);
    if (score >= minScore) {
      scores.set(row, score);
      sorter.add({ values: [score, id], row });
    }
    if (at % 256 === 0) yield restBatch;
  }
  yield* withScores(readEntries(sorter.sorted(), collection, context), search);
}

const bestFirst: readonly SortKey[] = [
  { path: ['score'], direction: 'desc' },
  { path: ['id'], direction: 'asc' },
];
const lastFirst: readonly SortKey[] = [
  { path: ['score'], direction: 'asc' },
  { path: ['id'], direction: 'desc' },
];

/** Attaches the scores of a search, if there is one, to documents that were read anew since they were found. */
export function withScoresOf(input: Operator, { search }: OperatorContext): Operator {
  return search === undefined ? input : withScores(input, search);
}

function* withScores(input: Operator, { scores }: Pick<TextSearch, 'scores'>): Operator {
  for (const { rows, documents } of input) {
    const scored = documents.map((document, at): StoredDocument => {
      const row = rows[at];
      assert(row !== undefined, 'each document has its row');
      return { ...document, [scoreSlot]: scores.get(row) ?? null };
    });
    yield { rows, documents: scored };
  }
}

function countWords(
  document: StoredDocument,
  { terms, fields, match }: TextSearch,
): { readonly counts: readonly number[] | undefined; readonly wordCount: number } {
  let counts: number[] | undefined;
  let wordCount = 0;
  for (const { texts } of fields) {
    for (const text of texts(document)) {
      for (const word of wordTexts(text)) {
        wordCount += 1;
        const weights = match(word);
        if (weights === undefined) continue;
        counts ??= terms.map(() => 0);
        for (const [at, weight] of weights.entries()) counts[at] = (counts[at] ?? 0) + weight;
      }
    }
  }
  return { counts, wordCount };
}

function scoreOf(counts: readonly number[], weights: readonly number[], length: number): number {
  let score = 0;
  for (const [at, count] of counts.entries()) {
    if (count === 0) continue;
    score += ((weights[at] ?? 0) * count * (saturation + 1)) / (count + saturation * length);
  }
  return score;
}

function tooMany(count: number, bytesMax: number): AuroraError {
  return memoryExceeded({
    what: `The search has found ${count} documents so far and`,
    bytesMax,
    hint: 'Search for rarer words, or narrow it with where.',
    details: { documents: count },
  });
}
