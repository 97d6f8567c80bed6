import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordsOf, wordTexts } from './words.ts';

describe('words', () => {
  it.each([
    ['Café, CAFE\u0301!', ['cafe', 'cafe']],
    ['東京 tower', ['東', '京', 'tower']],
    ["don't 4.2", ['don', 't', '4', '2']],
    ['ﬁne Ⅳ ½', ['fine', 'iv', '1⁄2']],
    ['—', []],
  ])('of %j', (text, words) => {
    expect(wordTexts(text)).toEqual(words);
  });

  it('are the same with and without their places', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), (text) => {
        expect(wordTexts(text)).toEqual(Array.from(wordsOf(text), (word) => word.text));
        for (const { start, end } of wordsOf(text)) expect(end).toBeGreaterThan(start);
      }),
    );
  });
});
