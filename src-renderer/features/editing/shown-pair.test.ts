import { expect, it } from 'vitest';
import { shownPair } from './shown-pair.ts';

it('shows of long texts the part in which they differ', () => {
  const long = 'a'.repeat(1_000);
  const { before, after } = shownPair(`${long}x`, `${long}y😀`);
  expect([before.endsWith('aax'), after.endsWith('aay😀'), before.length]).toEqual([
    true,
    true,
    26,
  ]);
  expect(shownPair(undefined, '')).toEqual({ before: '— not set', after: '""' });
});
