/*
 * What is measured of a set of documents: counts, sums, means, extremes. Measures are compiled once and made anew for
 * each set; equal ones that are asked for several times (shown, ordered by, filtered by) are measured once.
 */
import type { CollectionDefinition, FieldPath, GroupMeasure } from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import { fieldTypeAt } from '../catalog/field-type-at.ts';
import { AuroraError } from '../errors.ts';
import { compareValues } from '../values/compare.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { type ValueKey, valueKey } from '../values/value-key.ts';
import { ExactSum } from './exact-sum.ts';
import { compileReader, type FieldReader } from './field-reader.ts';

/** A function and the field it works on; `count` without a path counts documents. */
export type MeasureRequest = Pick<
  Extract<GroupMeasure, { kind: 'aggregate' }>,
  'function' | 'path'
>;

/** Takes in documents one by one. */
export interface Accumulator {
  /** Gives how many bytes it occupies more than before, roughly. */
  add(document: StoredDocument): number;
  /** @throws AuroraError `InvalidValue` for a sum that no number can say */
  value(): StoredValue;
}

/** The distinct measures of one statement. */
export class Measures {
  readonly #definition: CollectionDefinition;
  readonly #numbers = new Map<string, number>();
  readonly #makers: (() => Accumulator)[] = [];
  readonly #requests: MeasureRequest[] = [];

  constructor(definition: CollectionDefinition) {
    this.#definition = definition;
  }

  /** The number of a measure among those of a set. */
  numberOf(request: MeasureRequest): number {
    const name = `${request.function} ${JSON.stringify(request.path ?? null)}`;
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.#makers.length);
    this.#requests.push(request);
    return this.#makers.push(compileMeasure(request, this.#definition)) - 1;
  }

  get definition(): CollectionDefinition {
    return this.#definition;
  }

  /** What is measured, by number. */
  get requests(): readonly MeasureRequest[] {
    return this.#requests;
  }

  /** True when nothing but the number of documents is measured. */
  get isCountOnly(): boolean {
    return [...this.#numbers.keys()].every((name) => name === 'count null');
  }

  /** New accumulators for one set of documents, by number. */
  start(): readonly Accumulator[] {
    return this.#makers.map((make) => make());
  }
}

function compileMeasure(
  { function: name, path }: MeasureRequest,
  definition: CollectionDefinition,
): () => Accumulator {
  if (path === undefined) return countDocuments;
  const read = compileReader(path);
  switch (name) {
    case 'count':
      return () => countValues(read);
    case 'countDistinct':
      return () => countDistinct(read);
    case 'sum': {
      const isExact = isExactSum(definition, path);
      return () => sum(read, path.join('.'), isExact);
    }
    case 'avg':
      return () => mean(read);
    case 'min':
      return () => extreme(read, -1);
    case 'max':
      return () => extreme(read, 1);
    default:
      return unreachable(name);
  }
}

function countDocuments(): Accumulator {
  let count = 0;
  return {
    add() {
      count += 1;
      return 0;
    },
    value: () => count,
  };
}

function countValues(read: FieldReader): Accumulator {
  let count = 0;
  return {
    add(document) {
      if ((read(document) ?? null) !== null) count += 1;
      return 0;
    },
    value: () => count,
  };
}

function countDistinct(read: FieldReader): Accumulator {
  const keys = new Set<ValueKey>();
  return {
    add(document) {
      const value = read(document) ?? null;
      if (value === null) return 0;
      const key = valueKey(value);
      const { size } = keys;
      keys.add(key);
      if (keys.size === size) return 0;
      return typeof key === 'string' ? 48 + 2 * key.length : 48;
    },
    value: () => keys.size,
  };
}

function ofNumbers(read: FieldReader, value: (all: ExactSum) => StoredValue): Accumulator {
  const all = new ExactSum();
  return {
    add(document) {
      const number = read(document);
      if (typeof number === 'number') all.add(number);
      return 0;
    },
    value: () => value(all),
  };
}

function sum(read: FieldReader, field: string, isExact: boolean): Accumulator {
  return ofNumbers(read, (all) => valueOfSum(all, field, isExact));
}

/**
 * What a sum of a field is shown as; `isExact` when it must not be rounded.
 * @throws AuroraError `InvalidValue` for a sum that no number can say
 */
export function valueOfSum(all: ExactSum, field: string, isExact: boolean): number {
  const total = all.total();
  const isRounded = isExact && all.isWhole && !Number.isSafeInteger(total);
  if (!isRounded && Number.isFinite(total)) return total;
  const exact = all.isWhole ? ` The sum is ${all.wholeTotal}.` : '';
  throw new AuroraError(
    'InvalidValue',
    `The sum of "${field}" is beyond the numbers that a result can hold.${exact}`,
    {
      hint: 'Sum fewer documents, or ask for avg, which is not exact.',
      details: { field, ...(all.isWhole ? { sum: String(all.wholeTotal) } : {}) },
    },
  );
}

/** True when the sum of a field must not be rounded. */
export function isExactSum(definition: CollectionDefinition, path: FieldPath): boolean {
  const type = fieldTypeAt(definition, path);
  return type.kind === 'list' || type.name !== 'Float';
}

function mean(read: FieldReader): Accumulator {
  return ofNumbers(read, (all) => all.mean() ?? null);
}

function extreme(read: FieldReader, sign: 1 | -1): Accumulator {
  let best: StoredValue = null;
  return {
    add(document) {
      const value = read(document) ?? null;
      if (value === null) return 0;
      if (best === null || compareValues(value, best) * sign > 0) best = value;
      return 0;
    },
    value: () => best,
  };
}
