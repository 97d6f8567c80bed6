import { describe, expect, it } from 'vitest';
import { wordDistance } from './word-distance.ts';

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
