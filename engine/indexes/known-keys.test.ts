import { expect, it } from 'vitest';
import { hashOfText, KnownKeys } from './known-keys.ts';

it('never takes a key for new that was noted, and few new ones for known', () => {
  const known = new KnownKeys();
  known.cover(7);
  const keyOf = (n: number) => hashOfText(`\0\0\0\x07\x01@user${n}@example.com\0\x01`);
  const count = 300_000;

  let mistakenCount = 0;
  for (let n = 0; n < count; n += 1) {
    if (!known.isNew(keyOf(n))) mistakenCount += 1;
    known.note(keyOf(n));
  }

  for (let n = 0; n < count; n += 1) expect(known.isNew(keyOf(n))).toBe(false);
  expect(mistakenCount / count).toBeLessThan(0.06);
});

it('knows nothing of an index that nobody has said is empty, nor of one whose making failed', () => {
  const known = new KnownKeys();
  const texts = ['\0\0\0\x08\x01a', '\0\x01\0\x07\x01a', '\0\0\0\x09\x01a'] as const;
  known.cover(7 + 0x1_0000);
  known.cover(9);

  expect(texts.map((text) => known.coversText(text))).toEqual([false, true, true]);
  expect(texts.map((text) => known.covers(Buffer.from(text, 'latin1')))).toEqual([
    false,
    true,
    true,
  ]);
  known.uncoverFrom(9);
  expect(texts.map((text) => known.coversText(text))).toEqual([false, false, false]);
  known.cover(8);
  expect(texts.map((text) => known.coversText(text))).toEqual([true, false, false]);
});

it('gives up when there are more keys than it may have room for', () => {
  const known = new KnownKeys();
  known.cover(7);
  for (let n = 0; n < 12_000_000 && known.coversText('\0\0\0\x07'); n += 1) known.note(n);

  known.cover(8);

  expect([7, 8].map((id) => known.coversText(`\0\0\0${String.fromCharCode(id)}`))).toEqual([
    false,
    false,
  ]);
});
