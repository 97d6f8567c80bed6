/* `totalCount` and `aggregate { … }`: values over all documents that a filter lets through. */
import type { BoundAggregate, BoundPart, JsonValue } from '#engine/aql';
import { setOwn } from '../base/own-key.ts';
import type { AuroraError } from '../errors.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import type { Accumulator, Measures } from './measures.ts';
import { partRow } from './part-rows.ts';
import { type OutputObject, outputValue } from './projection.ts';
import { memoryExceeded } from './query-memory.ts';

/** Gives the value of a measure by its number. */
export type MeasuredValues = (measure: number) => StoredValue;

/** All measures of one set of documents. Memory is bounded; beyond the bound the query is refused. */
export class DocumentTotals {
  readonly #accumulators: readonly Accumulator[];
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(measures: Pick<Measures, 'start'>, bytesMax: number) {
    this.#accumulators = measures.start();
    this.#bytesMax = bytesMax;
  }

  /** @throws AuroraError `LimitExceeded` above the memory bound: distinct values are kept until they are counted */
  add(document: StoredDocument): void {
    for (const accumulator of this.#accumulators) this.#bytes += accumulator.add(document);
    if (this.#bytes > this.#bytesMax) throw distinctTooLarge(this.#bytesMax);
  }

  value(measure: number): StoredValue {
    return this.#accumulators[measure]?.value() ?? null;
  }
}

/** Distinct values need more memory than they may. */
export function distinctTooLarge(bytesMax: number): AuroraError {
  return memoryExceeded({
    what: 'Counting distinct values',
    bytesMax,
    hint: 'Narrow the filter, and count the parts one after the other.',
  });
}

/** The object that `aggregate` shows. */
export function compileAggregates(
  values: readonly BoundAggregate[],
  measures: Pick<Measures, 'numberOf'>,
): (measured: MeasuredValues) => OutputObject {
  const columns = values.map((each) =>
    each.kind === 'typename'
      ? { key: each.responseKey, read: (): JsonValue => each.typeName }
      : {
          key: each.responseKey,
          read: compileOutput(each.type, measures.numberOf(each)),
        },
  );
  return (measured) => {
    const object: OutputObject = {};
    for (let at = 0; at < columns.length; at += 1) {
      const column = columns[at];
      if (column !== undefined) setOwn(object, column.key, column.read(measured));
    }
    return object;
  };
}

function compileOutput(
  type: Extract<BoundAggregate, { kind: 'aggregate' }>['type'],
  measure: number,
): (measured: MeasuredValues) => JsonValue {
  return (measured) => {
    const value = outputValue(type, measured(measure));
    // Of 0 and -0, which are equal, a result has the one that JSON can say.
    return value === 0 ? 0 : value;
  };
}

/** The rows of all totals of a selection. */
export function compileTotals(
  parts: readonly BoundPart[],
  measures: Measures,
): (measured: MeasuredValues) => readonly StoredDocument[] {
  const makers = parts.flatMap((part, at) => {
    if (part.kind === 'totalCount') {
      const count = measures.numberOf({ function: 'count' });
      return [(measured: MeasuredValues) => partRow(at, measured(count))];
    }
    if (part.kind !== 'aggregate') return [];
    const shape = compileAggregates(part.values, measures);
    return [(measured: MeasuredValues) => partRow(at, shape(measured))];
  });
  return (measured) => makers.map((make) => make(measured));
}
