import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordDistance } from './word-distance.ts';
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

describe('the distance of words', () => {
  it.each([
    ['blue', 'blue', 2, 0],
    ['blue', 'bleu', 2, 1],
    ['database', 'databsae', 2, 1],
    ['kitten', 'sitting', 3, 3],
    ['kitten', 'sitting', 2, undefined],
    ['', 'ab', 2, 2],
    ['ab', 'abcde', 2, undefined],
  ])('from %j to %j is, up to %d, %d', (a, b, max, distance) => {
    expect(wordDistance([...a], [...b], max)).toBe(distance);
  });
});
