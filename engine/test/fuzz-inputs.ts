/* Broken and odd texts: valid ones with pieces cut out, moved, doubled and put in. */
import type { RandomNumbers } from './fuzz-grammar.ts';

/** What is put in: every mark, the words that begin something, and characters that belong nowhere. */
const pieces = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ':',
  '=',
  '@',
  '$',
  '!',
  '...',
  '.',
  '-',
  '+',
  '*',
  '/',
  '<',
  '>=',
  '|',
  '&',
  ';',
  ',',
  '#',
  '\\',
  '"',
  '""',
  '"""',
  "'",
  ' ',
  '\n',
  '\r',
  '\t',
  '\uFEFF',
  '\u00A0',
  '\u2028',
  '\u0000',
  '\uD83D',
  '\uDE00',
  '😀',
  'é',
  '0',
  '1',
  '-1',
  '1.5',
  '01',
  '1e',
  'a',
  'on',
  'null',
  'true',
  '\\u0041',
  '\\u{1F600}',
  '\\uD83D',
  '\\n',
  '\\"""',
  'query',
  'mutation',
  'subscription',
  'fragment',
  'schema',
  'migrate',
  'define collection',
  'alter collection',
  'drop',
  'define handler',
  'set',
  'where',
  'add',
  'index',
  '"v1": {',
  'if not exists',
  '{ a }',
  '(a: 1)',
  '$a: Int',
  '@a',
  '"a": 1',
];

/** One of the texts after one to four changes. */
export function mutated(texts: readonly string[], random: RandomNumbers): string {
  let text = texts[random(texts.length)] ?? '';
  for (let changes = 1 + random(4); changes > 0; changes--) text = changed(text, texts, random);
  return text;
}

function changed(text: string, texts: readonly string[], random: RandomNumbers): string {
  const at = random(text.length + 1);
  const length = 1 + random(random(4) === 0 ? 40 : 4);
  const before = text.slice(0, at);
  switch (random(8)) {
    case 0:
    case 1:
    case 2:
      return before + (pieces[random(pieces.length)] ?? '') + text.slice(at);
    case 3:
      return before + text.slice(at + length);
    case 4:
      return before + (pieces[random(pieces.length)] ?? '') + text.slice(at + length);
    case 5:
      return before + String.fromCharCode(random(0x80)) + text.slice(at + random(2));
    case 6: {
      // A part of another text, or of this one.
      const other = texts[random(texts.length)] ?? '';
      const from = random(other.length + 1);
      return before + other.slice(from, from + length) + text.slice(at);
    }
    default:
      return random(4) === 0 ? before : before + text.slice(at, at + length) + text.slice(at);
  }
}
