import { describe, expect, it } from 'vitest';
import { foldCase } from './fold-case.ts';

describe('foldCase', () => {
  it('agrees with the case-insensitive Unicode regular expressions of the platform', () => {
    const wrong: string[] = [];
    for (let code = 0; code <= 0x1ffff; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const character = String.fromCodePoint(code);
      const folded = foldCase(character);
      if (folded === character) continue;
      const pattern = new RegExp(`^\\u{${(folded.codePointAt(0) ?? 0).toString(16)}}$`, 'iu');
      if (!pattern.test(character)) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  it('folds Greek final sigma, the Kelvin sign and long s, and keeps sharp s apart from ss', () => {
    expect(foldCase('ΣΊΣΥΦΟΣ')).toBe(foldCase('σίσυφος'));
    expect(foldCase('\u212a')).toBe('k');
    expect(foldCase('ſ')).toBe('s');
    expect(foldCase('ẞ')).toBe('ß');
    expect(foldCase('ß')).not.toBe('ss');
  });

  it('leaves the dotted and dotless i of Turkish alone', () => {
    expect([foldCase('İ'), foldCase('ı')]).toEqual(['İ', 'ı']);
  });
});
