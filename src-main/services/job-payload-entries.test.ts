import { describe, expect, it } from 'vitest';
import { PayloadEntries } from './job-payload-entries.ts';

function idOf(n: number): string {
  return `0192f3a0-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

describe('what is known of payloads', () => {
  it('finds the one of many that has a value, by its path and without', () => {
    const entries = new PayloadEntries();
    for (let n = 0; n < 20_000; n += 1) entries.add(idOf(n), { to: `u${n}@b.c`, order: { n } });
    expect(entries.find({ path: ['to'], value: 'u77@b.c' })).toEqual([idOf(77)]);
    expect(entries.find({ path: ['order', 'n'], value: 19_999 })).toEqual([idOf(19_999)]);
    expect(entries.find({ value: 'u77@b.c' })).toEqual([idOf(77)]);
    expect(entries.find({ path: ['from'], value: 'u77@b.c' })).toEqual([]);
    expect(entries.find({ path: ['order', 'n'], value: '77' })).toEqual([]);
  });

  it('gives the newest first, and each once', () => {
    const entries = new PayloadEntries();
    for (const n of [1, 3, 2, 3]) entries.add(idOf(n), ['x', 'x', true]);
    expect(entries.find({ value: 'x' })).toEqual([idOf(3), idOf(2), idOf(1)]);
    entries.remove(idOf(3));
    expect(entries.find({ value: true })).toEqual([idOf(2), idOf(1)]);
  });

  it('names a payload with too many values for every path, and for no words', () => {
    const entries = new PayloadEntries();
    entries.add(
      idOf(1),
      Array.from({ length: 100 }, (_, n) => n),
    );
    expect(entries.find({ path: [''], value: 99 })).toEqual([idOf(1)]);
    expect(entries.find({ value: 99 })).toEqual([]);
    expect(entries.find({ value: 3 })).toEqual([idOf(1)]);
  });
});
