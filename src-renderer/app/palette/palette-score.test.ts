import { describe, expect, it } from 'vitest';
import { paletteScore } from './palette-score.ts';

describe('palette score', () => {
  it('finds nothing where a typed word is missing', () => {
    expect(paletteScore('Insert and update', [], 'airp')).toBe(0);
    expect(paletteScore('Query airports', [], 'query films')).toBe(0);
  });

  it('ranks the beginning above a word, a word above the middle, the middle above other words', () => {
    const scores = ['airports', 'Query airports', 'Repairport', 'Theme'].map((title) =>
      paletteScore(title, ['airport'], 'airp'),
    );
    expect(scores).toEqual([1, 0.8, 0.6, 0.3]);
  });

  it('takes several words in any order', () => {
    expect(paletteScore('Open sample database', [], 'data open')).toBe(0.8);
  });
});
