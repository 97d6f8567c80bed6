/* How well words match what is searched for, and which text of a document is searched. */
import type { CollectionDefinition, FieldPath } from '#engine/aql';
import type { StoredDocument } from '../../values/stored-value.ts';
import { textsIn, wordsOf } from '../../values/words.ts';
import { compileReader } from '../field-reader.ts';
import { mistakesMax, wordDistance } from './word-distance.ts';

/** The words that are searched for, each once. */
export function searchTerms(query: string): readonly string[] {
  return [...new Set([...wordsOf(query)].map(({ text }) => text))].filter((text) => text !== '');
}

/** For each term how well a word matches it, from 0 to 1; `undefined` when it matches none. */
export type WordMatch = (word: string) => readonly number[] | undefined;

const keptWordsMax = 50_000;

/** Compiles the comparison with the terms; what it found out about a word is kept. */
export function compileWordMatch(terms: readonly string[], isFuzzy: boolean): WordMatch {
  const kept = new Map<string, readonly number[] | undefined>();
  const letters = terms.map((term) => [...term]);
  const compare = (word: string): readonly number[] | undefined => {
    const found = [...word];
    const weights = terms.map((term, at) => {
      if (term === word) return 1;
      const wanted = letters[at] ?? [];
      if (!isFuzzy) return 0;
      const distance = wordDistance(wanted, found, mistakesMax(wanted.length));
      return distance === undefined ? 0 : 1 - distance / wanted.length;
    });
    return weights.some((weight) => weight > 0) ? weights : undefined;
  };
  return (word) => {
    const known = kept.get(word);
    if (known !== undefined || kept.has(word)) return known;
    const weights = compare(word);
    if (kept.size >= keptWordsMax) kept.clear();
    kept.set(word, weights);
    return weights;
  };
}

/** A field that is searched. */
export interface SearchedField {
  readonly name: string;
  /** Its texts: one, or those of a list. */
  texts(document: StoredDocument): readonly string[];
}

/** The fields that a search names, or all that hold text. */
export function searchedFields(
  paths: readonly FieldPath[],
  { fields }: CollectionDefinition,
): readonly SearchedField[] {
  const isText = ({ type }: (typeof fields)[number]): boolean => {
    const element = type.kind === 'list' ? type.element : type;
    return element.kind === 'scalar' && element.name === 'String';
  };
  const named = paths.length > 0 ? paths : fields.filter(isText).map(({ name }) => [name]);
  return named.map((path) => {
    const read = compileReader(path);
    return { name: path.join('.'), texts: (document) => textsIn(read(document) ?? null) };
  });
}
