import { expect, it } from 'vitest';
import { foundText } from './found-text.ts';

it('one document matches, several match', () => {
  expect([
    foundText(1, true),
    foundText(1_200, true),
    foundText(1, false),
    foundText(0, false),
  ]).toEqual(['1 document matches', '1,200 documents match', '1 document', '0 documents']);
});
