import { describe, expect, it } from 'vitest';
import { planPlaces } from './plan-places.ts';

const text = `query Some($min: Int) {
  films(where: { and: [{ year: { gte: $min } }, { genre: "war" }] }, orderBy: { rating: DESC }, limit: 3) {
    title  studio { name }  lookup(collection: "reviews", localField: "id", foreignField: "film") { stars }
  }
}`;
const at = planPlaces(text, text.indexOf('films'));
const texts = (operator: string) => at(operator).map(({ start, end }) => text.slice(start, end));

describe('places of a plan', () => {
  it('joins sources to the conditions and orders that they answer', () => {
    expect(texts('IndexRange(films.year)')).toEqual(['year: { gte: $min }']);
    expect(texts('ColumnScan(films.(genre, rating) reversed)')).toEqual([
      'genre: "war"',
      'rating: DESC',
    ]);
    expect(texts('FullScan(films)')).toEqual(['films']);
  });

  it('joins what stands above to filter, order, counts and selection', () => {
    expect(texts('Filter')).toEqual([expect.stringMatching(/^where: .*"war" }\] }$/)]);
    expect(texts('TopK(3)')).toEqual(['orderBy: { rating: DESC }', 'limit: 3']);
    expect(texts('Limit(3)')).toEqual(['limit: 3']);
    expect(texts('Project')).toEqual([expect.stringMatching(/^\{\s+title/)]);
    expect(texts('HashJoin(reviews.film)')).toEqual([
      'studio { name }',
      expect.stringContaining('lookup'),
    ]);
  });

  it('gives nothing for a text that does not parse, and for a root that is not there', () => {
    expect(planPlaces('query { films(', 8)('Filter')).toEqual([]);
    expect(planPlaces(text, 3)('Filter')).toEqual([]);
  });
});
