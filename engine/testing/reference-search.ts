/* Text search in the most literal way: every text cut into words, every word compared with every term. */
import type { JsonValue } from '#engine/aql';
import { isList, type ReferenceDocument, read } from './reference-filter.ts';

export interface ReferenceSearch {
  readonly query: string;
  readonly fields: readonly string[];
  readonly fuzzy: boolean;
  readonly minScore: number;
}

export interface ReferenceHit {
  readonly id: string;
  readonly score: number;
}

/** What a search finds among those of all documents that `isWanted` lets through, the best first. */
export function referenceSearch(
  search: ReferenceSearch,
  all: readonly ReferenceDocument[],
  isWanted: (document: ReferenceDocument) => boolean,
): readonly ReferenceHit[] {
  const terms = [...new Set(words(search.query))];
  const texts = all.map((document) => ({
    document,
    words: search.fields.flatMap((field) =>
      strings(read(document, field.split('.'))).flatMap(words),
    ),
  }));
  const mean = texts.reduce((sum, each) => sum + each.words.length, 0) / texts.length;
  const count = (term: string, inside: readonly string[]) =>
    inside.reduce((sum, word) => sum + closeness(term, word, search.fuzzy), 0);
  const rarity = terms.map((term) => {
    const having = texts.filter((each) => count(term, each.words) > 0).length;
    return Math.log(1 + (texts.length - having + 0.5) / (having + 0.5));
  });
  return texts
    .filter((each) => isWanted(each.document))
    .map((each) => {
      const length = 1 - 0.75 + 0.75 * (each.words.length / mean);
      const score = terms.reduce((sum, term, at) => {
        const times = count(term, each.words);
        if (times === 0) return sum;
        return sum + ((rarity[at] ?? 0) * times * 2.2) / (times + 1.2 * length);
      }, 0);
      return { id: each.document.id, score };
    })
    .filter(({ score }) => score > 0 && score >= search.minScore)
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}

function strings(value: JsonValue): readonly string[] {
  if (typeof value === 'string') return [value];
  return isList(value) ? value.flatMap(strings) : [];
}

function words(text: string): readonly string[] {
  const found: string[] = [];
  let word = '';
  for (const character of `${text} `) {
    const isAlone = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u.test(character);
    if (!isAlone && /\p{L}|\p{N}|\p{M}/u.test(character)) {
      word += character;
      continue;
    }
    if (word !== '') found.push(word);
    word = '';
    if (isAlone) found.push(character);
  }
  return found.map((each) =>
    [...each.toLowerCase().normalize('NFKD')].filter((part) => !/\p{M}/u.test(part)).join(''),
  );
}

function closeness(term: string, word: string, fuzzy: boolean): number {
  if (term === word) return 1;
  if (!fuzzy) return 0;
  const [a, b] = [[...term], [...word]];
  const allowed = a.length <= 2 ? 0 : a.length <= 5 ? 1 : 2;
  const distance = mistakes(a, b);
  return distance <= allowed ? 1 - distance / a.length : 0;
}

/** Changes, additions, omissions and swaps of neighbours, by recursion over what is left of both. */
function mistakes(a: readonly string[], b: readonly string[]): number {
  const known = new Map<string, number>();
  const from = (i: number, j: number): number => {
    if (i === a.length || j === b.length) return a.length - i + b.length - j;
    const key = `${i} ${j}`;
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const options = [
      from(i + 1, j) + 1,
      from(i, j + 1) + 1,
      from(i + 1, j + 1) + (a[i] === b[j] ? 0 : 1),
    ];
    if (i + 1 < a.length && j + 1 < b.length && a[i] === b[j + 1] && a[i + 1] === b[j]) {
      options.push(from(i + 2, j + 2) + 1);
    }
    const best = Math.min(...options);
    known.set(key, best);
    return best;
  };
  return from(0, 0);
}
