/*
 * What an index of words says about a document. It is an index with several entries per document, of two kinds:
 *
 *   text     a word of the field, each once, cut to `textWordLengthMax`: who searches reads the document anyway
 *   number   a power of two that is part of the number of its words: the lengths of all documents together are the sum
 *            of each power times the documents under it, without reading any of them
 */
import type { IndexEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { textsIn, wordTexts } from '../values/words.ts';

/** The parts of a number of words under which documents may stand. */
export const wordCountParts: readonly number[] = Array.from({ length: 32 }, (_, bit) => 2 ** bit);

/** A word as the index has it. */
export function indexedWord(word: string): string {
  if (word.length <= limits.textWordLengthMax) return word;
  const end = limits.textWordLengthMax;
  const unit = word.charCodeAt(end - 1);
  return word.slice(0, unit >= 0xd800 && unit <= 0xdbff ? end - 1 : end);
}

/** True for a word so long that it may have been cut, give or take some characters. */
export function mayBeCut(word: string, slack: number): boolean {
  return word.length + 2 * slack >= limits.textWordLengthMax - 1;
}

/** The values of a document in an index of words. @throws AuroraError `LimitExceeded` */
export function textTuples(
  { collection, name, fields }: IndexEntry,
  value: StoredValue,
  { id }: StoredDocument,
): readonly (readonly StoredValue[])[] {
  const words = new Set<string>();
  let wordCount = 0;
  for (const text of textsIn(value)) {
    for (const word of wordTexts(text)) {
      wordCount += 1;
      words.add(indexedWord(word));
    }
  }
  if (words.size > limits.textWordsMax) {
    throw new AuroraError(
      'LimitExceeded',
      `"${fields.join()}" of document ${id} has ${words.size} different words; where it has a text index it may have ${limits.textWordsMax}.`,
      { details: { collection, index: name, id } },
    );
  }
  const parts = wordCountParts.filter((part) => Math.floor(wordCount / part) % 2 === 1);
  return [...words, ...parts].map((each) => [each]);
}
