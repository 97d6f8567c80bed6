import { describe, expect, it } from 'vitest';
import { ManualClock } from '../base/clock.ts';
import { canonicalUuid, createIdGenerator, formatUuid, writeUuid } from './uuid.ts';

describe('the id generator', () => {
  it('makes strictly ascending ids of version 7, within a millisecond and when the clock runs back', () => {
    const clock = new ManualClock(1_700_000_000_000);
    const newId = createIdGenerator(clock, (bytes) => bytes.fill(0xff));
    const ids: string[] = [];
    for (let count = 0; count < 10_000; count += 1) ids.push(newId());
    clock.advance(-5_000);
    ids.push(newId());
    clock.advance(60_000);
    ids.push(newId());
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(
      ids.every((id) =>
        /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id),
      ),
    ).toBe(true);
  });

  it('begins with the time', () => {
    const newId = createIdGenerator(new ManualClock(0x0123456789ab), (bytes) => bytes.fill(0));
    expect(newId()).toBe('01234567-89ab-7000-8000-000000000000');
  });
});

describe('a UUID', () => {
  it('is canonical in lower case, and survives its 16 bytes', () => {
    const canonical = canonicalUuid('018F0000-ABCD-7000-8000-0000000000FF');
    const bytes = new Uint8Array(17);
    expect(canonical).toBe('018f0000-abcd-7000-8000-0000000000ff');
    expect(writeUuid(canonical ?? '', bytes, 1)).toBe(true);
    expect(formatUuid(bytes, 1)).toBe(canonical);
  });

  it('is nothing else', () => {
    const others = [
      '',
      'abc',
      '018f0000-abcd-7000-8000-0000000000f',
      '018f0000xabcd-7000-8000-0000000000ff',
      '018f0000-abcd-7000-8000-0000000000fg',
    ];
    expect(others.map(canonicalUuid)).toEqual(others.map(() => undefined));
    expect(others.map((text) => writeUuid(text, new Uint8Array(16), 0))).toEqual(
      others.map(() => false),
    );
  });
});
