/* What the histories of the law are made of: one seed decides everything. */
import fc from 'fast-check';
import type { JsonValue } from '#engine';
import { documents, filters, orders } from '../../testing/arbitraries.ts';
import { groupings, totals } from '../../testing/arbitrary-parts.ts';
import { randomFrom } from '../durability/seeded-random.ts';

export type JsonObject = { readonly [key: string]: JsonValue };

export interface Choices {
  readonly random: () => number;
  below(count: number): number;
  among<T>(items: readonly T[]): T;
  readonly pool: {
    readonly documents: readonly JsonObject[];
    readonly filters: readonly JsonObject[];
    readonly orders: readonly (readonly JsonObject[])[];
    readonly totals: readonly string[];
    readonly groupings: readonly string[];
    readonly groupingsWithDocuments: readonly string[];
  };
}

export function choicesFrom(seed: number): Choices {
  const sample = <T>(arbitrary: fc.Arbitrary<T>, count: number): readonly T[] =>
    fc.sample(arbitrary, { numRuns: count, seed });
  const sampled = sample(groupings, 400);
  const random = randomFrom(seed);
  const below = (count: number): number => Math.floor(random() * count);
  return {
    random,
    below,
    among(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('there is something to choose from');
      return item;
    },
    pool: {
      documents: sample(documents, 500),
      filters: sample(filters, 500),
      orders: sample(orders, 100),
      totals: sample(totals, 200),
      groupings: sampled.filter((text) => !text.includes('nodes')),
      groupingsWithDocuments: sampled.filter((text) => text.includes('nodes')),
    },
  };
}
