/*
 * What a search has found in a document: for each field with a match its text with the words in <mark>…</mark>, long
 * texts cut to what is around the first one. Everything else is escaped, so that the text can stand in a page.
 */

import { setOwn } from '../../base/own-key.ts';
import type { StoredDocument } from '../../values/stored-value.ts';
import { type Word, wordsOf } from '../../values/words.ts';
import type { OutputObject } from '../projection.ts';
import type { SearchedField, WordMatch } from './text-match.ts';

const wholeLengthMax = 240;
const aroundLength = 100;

export function highlights(
  document: StoredDocument,
  fields: readonly SearchedField[],
  match: WordMatch,
): OutputObject {
  const found: OutputObject = {};
  for (const { name, texts } of fields) {
    for (const text of texts(document)) {
      const words = [...wordsOf(text)].filter((word) => match(word.text) !== undefined);
      if (words.length === 0) continue;
      setOwn(found, name, marked(text, words));
      break;
    }
  }
  return found;
}

function marked(text: string, words: readonly Word[]): string {
  const [first] = words;
  const isWhole = text.length <= wholeLengthMax || first === undefined;
  const start = isWhole ? 0 : wordStart(text, Math.max(0, first.start - aroundLength));
  const end = isWhole
    ? text.length
    : wordEnd(text, Math.min(text.length, first.end + aroundLength));
  let result = start > 0 ? '… ' : '';
  let at = start;
  for (const word of words) {
    if (word.end > end) break;
    result += `${escaped(text.slice(at, word.start))}<mark>${escaped(text.slice(word.start, word.end))}</mark>`;
    at = word.end;
  }
  return `${result}${escaped(text.slice(at, end))}${end < text.length ? ' …' : ''}`;
}

/** Forward to where a word begins; never inside of one, nor of a pair of surrogates. */
function wordStart(text: string, from: number): number {
  if (from === 0) return 0;
  const space = text.indexOf(' ', from);
  return space < 0 || space > from + aroundLength ? from + lowSurrogate(text, from) : space + 1;
}

function wordEnd(text: string, to: number): number {
  if (to === text.length) return to;
  const space = text.lastIndexOf(' ', to);
  return space < to - aroundLength / 2 ? to + lowSurrogate(text, to) : space;
}

function lowSurrogate(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? 1 : 0;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
