import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { makeWhole, ownText } from './own-text.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

it('gives the same text, whatever it is made of', () => {
  const texts = [
    ...['', 'short', 'x'.repeat(5_000), 'Ünïcödé in one byte each'],
    ...['Grüße – 統一碼 😀 and more', '\ud800 stands alone \udc00'],
  ];
  expect(texts.map(ownText)).toEqual(texts);
});

/**
 * A column kept its texts as they were read, as parts of longer ones: over a million documents with six texts each, those
 * of one field held 210 MB.
 */
it('lets go of the text that it was a part of', () => {
  const textBytes = 1_000_000;
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const parts = Array.from({ length: 100 }, (_, at) => {
    const whole = Buffer.alloc(textBytes, `text ${at} `).toString('latin1');
    return ownText(whole.slice(1_000, 1_100));
  });
  collectGarbage();
  const grown = process.memoryUsage().heapUsed - before;
  expect({ count: parts.length, isSmall: grown < 20 * textBytes }).toEqual({
    count: 100,
    isSmall: true,
  });
});

it('tells texts with a character from those without, and from those that begin with NUL', () => {
  expect(['', 'a', 'É', '\0', 'a\0', ['a', 'b'.repeat(20)].join('')].map(makeWhole)).toEqual([
    false,
    true,
    true,
    false,
    true,
    true,
  ]);
});
