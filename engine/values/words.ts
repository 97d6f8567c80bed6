/*
 * The words of a text, as search compares them: runs of letters and digits, without regard to case, accents and forms
 * of the same character ("Café" is "cafe", "ﬁ" is "fi"). Chinese and Japanese do not part words; each character counts
 * as one.
 */

import { isList } from './compare.ts';
import type { StoredValue } from './stored-value.ts';

/** A word and its place in the text, in UTF-16 units. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const single = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}';
const pattern = new RegExp(`[${single}]\\p{M}*|(?:(?![${single}])[\\p{L}\\p{N}\\p{M}])+`, 'gu');

export function* wordsOf(text: string): Generator<Word, void, undefined> {
  for (const match of text.matchAll(pattern)) {
    const [found] = match;
    yield { text: plainWord(found), start: match.index, end: match.index + found.length };
  }
}

/** The texts in a value: one, or those of a list. */
export function textsIn(value: StoredValue): readonly string[] {
  if (typeof value === 'string') return [value];
  return isList(value) ? value.flatMap(textsIn) : [];
}

const onlyAscii = /^[\0-\x7f]*$/;

/** The same words without their places; text in ASCII, which most is, takes a fraction of the time. */
export function wordTexts(text: string): readonly string[] {
  if (!onlyAscii.test(text)) return Array.from(wordsOf(text), (word) => word.text);
  return text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

const isPlain = /^[a-z0-9]*$/;

function plainWord(word: string): string {
  const lower = word.toLowerCase();
  return isPlain.test(lower) ? lower : lower.normalize('NFKD').replace(/\p{M}/gu, '');
}
