import { describe, expect, it } from 'vitest';
import { expectedResults } from './expected-results.ts';

describe('expectedResults', () => {
  it('counts the roots of a statement', () => {
    expect(
      expectedResults('query { films(where: { year: { gt: 1 } }) { id cast { name } } }'),
    ).toBe(1);
    expect(expectedResults('query { a: films { id } b: films { id } }')).toBe(2);
  });

  it('counts over several statements', () => {
    expect(
      expectedResults('query { films { id } }\nmutation { insertInto(data: {}) { id } }'),
    ).toBe(2);
  });

  it('is not misled by strings, comments and fragments', () => {
    expect(expectedResults('query { films(where: { t: "}{ { {" }) { id } } # { { {')).toBe(1);
    expect(
      expectedResults('query { films { ...f } } fragment f on films { address { city } }'),
    ).toBe(1);
  });

  it('expects one of anything else', () => {
    expect(expectedResults('')).toBe(1);
    expect(expectedResults('query {')).toBe(1);
  });
});
