/* Aggregates and groups over plain arrays. Nulls are skipped; a list field groups by element. */
import type {
  BoundAggregate,
  BoundGroupBy,
  BoundHaving,
  GroupMeasure,
  JsonValue,
} from '#engine/aql';
import {
  constant,
  isList,
  order3,
  type ReferenceDocument,
  read,
  satisfies,
} from './reference-filter.ts';
import { exactSum, statedSum } from './reference-sum.ts';
import { truncated } from './reference-time.ts';

type Documents = readonly ReferenceDocument[];
type JsonObject = { readonly [key: string]: JsonValue };

/** The values of `aggregate { … }` over documents. */
export function aggregates(values: readonly BoundAggregate[], documents: Documents): JsonObject {
  return Object.fromEntries(
    values.map((each): [string, JsonValue] => [
      each.responseKey,
      each.kind === 'typename' ? each.typeName : measure(each, documents),
    ]),
  );
}

function measure(
  { function: name, path }: Pick<Extract<GroupMeasure, { kind: 'aggregate' }>, 'function' | 'path'>,
  documents: Documents,
): JsonValue {
  if (path === undefined) return documents.length;
  const values = documents.map((each) => read(each, path)).filter((value) => value !== null);
  const sorted = [...values].sort(order3);
  const numbers = values.filter((value) => typeof value === 'number');
  switch (name) {
    case 'count':
      return values.length;
    case 'countDistinct':
      return sorted.filter((value, at) => at === 0 || order3(value, sorted[at - 1] ?? null) !== 0)
        .length;
    case 'sum':
      return statedSum(numbers);
    case 'avg':
      return numbers.length === 0 ? null : exactSum(numbers).sum / numbers.length;
    case 'min':
      return sorted[0] ?? null;
    case 'max':
      return sorted.at(-1) ?? null;
  }
}

interface Group {
  readonly key: readonly JsonValue[];
  readonly documents: Documents;
}

/** The groups of `groupBy`; `nodes` shapes the documents of one. */
export function groups(
  group: BoundGroupBy,
  documents: Documents,
  nodes: (
    field: Extract<BoundGroupBy['fields'][number], { kind: 'nodes' }>,
    documents: Documents,
  ) => JsonValue,
): readonly JsonObject[] {
  const having = ({ documents: members, key }: Group): boolean =>
    group.having === undefined || holdsFor(group.having, keyOf(group, key), members);
  const sorted = collect(group, documents)
    .filter(having)
    .map((each) => ({ ...each, values: group.orderBy.map(({ by }) => measured(group, by, each)) }))
    .sort((left, right) => {
      for (const [at, { direction }] of group.orderBy.entries()) {
        const sign = order3(left.values[at] ?? null, right.values[at] ?? null);
        if (sign !== 0) return direction === 'asc' ? sign : -sign;
      }
      return order3(left.key, right.key);
    });
  const limit = group.limit === undefined ? null : constant(group.limit);
  const shown = (field: BoundGroupBy['fields'][number], each: Group): JsonValue => {
    switch (field.kind) {
      case 'typename':
        return field.typeName;
      case 'key':
        return keyOf(group, each.key);
      case 'count':
        return each.documents.length;
      case 'aggregate':
        return aggregates(field.values, each.documents);
      case 'nodes':
        return nodes(field, each.documents);
    }
  };
  return sorted
    .slice(0, typeof limit === 'number' ? limit : undefined)
    .map((each) =>
      Object.fromEntries(group.fields.map((field) => [field.responseKey, shown(field, each)])),
    );
}

function collect(group: BoundGroupBy, documents: Documents): Group[] {
  const found: { readonly key: readonly JsonValue[]; readonly documents: ReferenceDocument[] }[] =
    [];
  const begins = new Map<string, string>();
  for (const document of documents) {
    for (const key of keysOf(group, document, begins)) {
      const known = found.find((each) => order3(each.key, key) === 0);
      if (known === undefined) found.push({ key, documents: [document] });
      else if (!known.documents.includes(document)) known.documents.push(document);
    }
  }
  return found;
}

/** The keys of a document: every combination of the elements of list fields. `begins` keeps what was truncated. */
function keysOf(
  { keys, interval, timeZone }: BoundGroupBy,
  document: ReferenceDocument,
  begins: Map<string, string>,
): readonly (readonly JsonValue[])[] {
  return keys.reduce<readonly (readonly JsonValue[])[]>(
    (combinations, { path, type }) => {
      const value = read(document, path);
      const isDate = type.kind === 'scalar' && type.name === 'DateTime';
      const single =
        interval !== undefined && isDate && typeof value === 'string'
          ? (begins.get(value) ?? truncated(value, interval, timeZone))
          : value;
      if (single !== value && typeof value === 'string' && typeof single === 'string') {
        begins.set(value, single);
      }
      const elements = type.kind === 'list' && isList(single) ? single : [single];
      return combinations.flatMap((each) => elements.map((element) => [...each, element]));
    },
    [[]],
  );
}

function keyOf({ keys, isCompound }: BoundGroupBy, key: readonly JsonValue[]): JsonValue {
  if (!isCompound) return key[0] ?? null;
  return Object.fromEntries(keys.map(({ name }, at) => [name, key[at] ?? null]));
}

function measured(group: BoundGroupBy, by: GroupMeasure, { key, documents }: Group): JsonValue {
  return by.kind === 'key' ? keyOf(group, key) : measure(by, documents);
}

function holdsFor(having: BoundHaving, key: JsonValue, documents: Documents): boolean {
  switch (having.kind) {
    case 'and':
      return having.operands.every((each) => holdsFor(each, key, documents));
    case 'or':
      return having.operands.some((each) => holdsFor(each, key, documents));
    case 'not':
      return !holdsFor(having.operand, key, documents);
    case 'compare': {
      const value = having.measure.kind === 'key' ? key : measure(having.measure, documents);
      return satisfies(having.operator, value, constant(having.operand));
    }
  }
}
