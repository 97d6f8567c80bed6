import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parsePlainDateTime } from './plain-date-time.ts';

const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
const form = fc
  .tuple(
    fc.integer({ min: 0, max: 9_999 }).map((n) => String(n).padStart(4, '0')),
    two(13),
    two(32),
    two(24),
    two(60),
    two(61),
    fc.option(
      fc.integer({ min: 0, max: 999 }).map((n) => `.${String(n).padStart(3, '0')}`),
      { nil: '' },
    ),
  )
  .map(([year, month, day, hour, minute, second, fraction]) => {
    return `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}Z`;
  });

/** What the platform makes of a text, where that is the same time as was written. */
function parsed(text: string): number | undefined {
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) return undefined;
  const written = new Date(timeMs).toISOString();
  const isSame = written === text || written === text.replace('Z', '.000Z');
  return isSame && !text.startsWith('00') ? timeMs : undefined;
}

it('reads every real time as the platform does, and no other', () => {
  let real = 0;
  fc.assert(
    fc.property(form, (text) => {
      if (parsed(text) !== undefined) real += 1;
      expect(parsePlainDateTime(text)).toBe(parsed(text));
    }),
    { numRuns: 20_000 },
  );
  expect(real).toBeGreaterThan(5_000);
});

it('says nothing of a text that is of another form', () => {
  const place = fc.tuple(form, fc.nat({ max: 23 }), fc.constantFrom('x', ' ', '-', ':', 't', '٣'));
  fc.assert(
    fc.property(place, ([text, at, unit]) => {
      if (at >= text.length || text[at] === unit) return;
      const other = text.slice(0, at) + unit + text.slice(at + 1);
      expect(parsePlainDateTime(other)).toBeUndefined();
    }),
    { numRuns: 5_000 },
  );
  expect(['', 'Z', `${'2001-02-03T04:05:06Z'} `, '2001-02-03'].map(parsePlainDateTime)).toEqual(
    [0, 0, 0, 0].map(() => undefined),
  );
});
