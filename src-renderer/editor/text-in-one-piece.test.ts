import { describe, expect, it } from 'vitest';
import { isOnePiece } from './text-in-one-piece.ts';

// A query of some lines that an input method inserted got another brace and ever deeper lines, because each of its
// characters was taken as typed; 16 KB of it froze the page.
describe('a text that comes in one piece', () => {
  it('is one with several lines, or a long one', () => {
    expect(['query {\n  films { id }\n}\n', 'x'.repeat(101)].map(isOnePiece)).toEqual([true, true]);
  });

  it('is no single character, word or Enter', () => {
    expect(['{', '\n', 'films', '日本語', 'a\n'].map(isOnePiece)).toEqual(Array(5).fill(false));
  });
});
