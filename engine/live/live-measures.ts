/*
 * Measures of a set of documents from which documents are also taken away. They give what measuring the present set
 * anew would give, to the last bit: sums are exact inside (exec/exact-sum.ts), extremes keep all values in order.
 */
import type { CollectionDefinition } from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import { fieldTypeAt } from '../catalog/field-type-at.ts';
import { AuroraError } from '../errors.ts';
import { ExactSum } from '../exec/exact-sum.ts';
import { compileReader } from '../exec/field-reader.ts';
import type { MeasureRequest, Measures } from '../exec/measures.ts';
import { compareValues } from '../values/compare.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { type ValueKey, valueKey } from '../values/value-key.ts';
import { SortedList } from './sorted-list.ts';

export interface LiveMeasure {
  add(document: StoredDocument): void;
  remove(document: StoredDocument): void;
  /** @throws AuroraError `InvalidValue` for a sum that no number can say */
  value(): StoredValue;
}

/** Compiles what starts the measures of one set of documents, by number. */
export function compileLiveMeasures({
  requests,
  definition,
}: Measures): () => readonly LiveMeasure[] {
  const makers = requests.map((request) => compileMeasure(request, definition));
  return () => makers.map((make) => make());
}

function compileMeasure(
  { function: name, path }: MeasureRequest,
  definition: CollectionDefinition,
): () => LiveMeasure {
  if (path === undefined) return () => counted(() => true);
  const read = compileReader(path);
  const readValue = (document: StoredDocument): StoredValue => read(document) ?? null;
  switch (name) {
    case 'count':
      return () => counted((document) => readValue(document) !== null);
    case 'countDistinct':
      return () => distinct(readValue);
    case 'sum': {
      const type = fieldTypeAt(definition, path);
      const isExact = type.kind === 'list' || type.name !== 'Float';
      return () => summed(readValue, path.join('.'), isExact);
    }
    case 'avg':
      return () => averaged(readValue);
    case 'min':
    case 'max':
      return () => extreme(readValue, name);
    default:
      return unreachable(name);
  }
}

function counted(isCounted: (document: StoredDocument) => boolean): LiveMeasure {
  let count = 0;
  return {
    add(document) {
      if (isCounted(document)) count += 1;
    },
    remove(document) {
      if (isCounted(document)) count -= 1;
    },
    value: () => count,
  };
}

function distinct(readValue: (document: StoredDocument) => StoredValue): LiveMeasure {
  const counts = new Map<ValueKey, number>();
  const change = (document: StoredDocument, by: 1 | -1): void => {
    const value = readValue(document);
    if (value === null) return;
    const key = valueKey(value);
    const count = (counts.get(key) ?? 0) + by;
    if (count === 0) counts.delete(key);
    else counts.set(key, count);
  };
  return {
    add: (document) => change(document, 1),
    remove: (document) => change(document, -1),
    value: () => counts.size,
  };
}

function numbersInto(
  all: ExactSum,
  readValue: (document: StoredDocument) => StoredValue,
): Pick<LiveMeasure, 'add' | 'remove'> {
  return {
    add(document) {
      const value = readValue(document);
      if (typeof value === 'number') all.add(value);
    },
    remove(document) {
      const value = readValue(document);
      if (typeof value === 'number') all.remove(value);
    },
  };
}

function averaged(readValue: (document: StoredDocument) => StoredValue): LiveMeasure {
  const all = new ExactSum();
  return { ...numbersInto(all, readValue), value: () => all.mean() ?? null };
}

function summed(
  readValue: (document: StoredDocument) => StoredValue,
  field: string,
  isExact: boolean,
): LiveMeasure {
  const all = new ExactSum();
  return {
    ...numbersInto(all, readValue),
    value() {
      const total = all.total();
      const isRounded = isExact && all.isWhole && !Number.isSafeInteger(total);
      if (!isRounded && Number.isFinite(total)) return total;
      throw new AuroraError(
        'InvalidValue',
        `The sum of "${field}" has grown beyond the numbers that a result can hold.`,
        { hint: 'Sum fewer documents, or ask for avg, which is not exact.', details: { field } },
      );
    },
  };
}

function extreme(
  readValue: (document: StoredDocument) => StoredValue,
  name: 'min' | 'max',
): LiveMeasure {
  const values = new SortedList<StoredValue>(compareValues);
  return {
    add(document) {
      const value = readValue(document);
      if (value !== null) values.insert(value);
    },
    remove(document) {
      const value = readValue(document);
      if (value !== null) values.remove(value);
    },
    value: () => (name === 'min' ? values.first : values.last) ?? null,
  };
}
