import { expect, it } from 'vitest';
import { costText, estimateText } from './estimate-text.ts';

it('says what a step costs, and that files may shrink', () => {
  expect(costText({ elapsedMs: 12.4, growthBytes: 0 })).toBe('about 12 ms, +0 B');
  expect(costText({ elapsedMs: 12.4, growthBytes: -512 })).toBe('about 12 ms, −512 B');
});

it('says what all versions cost together', () => {
  const estimate = {
    elapsedMs: 40,
    documentsPerSecond: 25_000.4,
    bytesWritten: 900,
    growthBytes: 99.6,
  };
  expect(estimateText(estimate)).toBe(
    'Estimated by a sample: about 40 ms at 25,000 documents a second; 900 B are written, and the file holds +100 B in the end.',
  );
});
