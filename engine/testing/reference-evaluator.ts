/*
 * A second opinion on what a query means: bound queries evaluated over plain arrays, in the most literal way, without
 * indexes, plans, batches or shortcuts. It shares no code with planner and executor on purpose; differential tests
 * compare the two. Documents are in JSON form, DateTimes as ISO text in UTC. Operands are constants.
 *
 * Cursors are opaque, so here they are the ids of documents.
 */
import type {
  BoundField,
  BoundJoin,
  BoundPart,
  BoundPlainField,
  BoundRead,
  BoundRoot,
  JsonValue,
  Operand,
} from '#engine/aql';
import { evaluateExpression } from './reference-expression.ts';
import {
  constant,
  holds,
  isList,
  order3,
  type ReferenceDocument,
  read,
  refuse,
  same,
} from './reference-filter.ts';
import { aggregates, groups } from './reference-parts.ts';

export type { ReferenceDocument } from './reference-filter.ts';

/** The documents of every collection, by name. */
export type ReferenceData = ReadonlyMap<string, readonly ReferenceDocument[]>;

type JsonObject = { readonly [key: string]: JsonValue };

/** Evaluates a root that selects documents of one collection. */
export function evaluateReference(
  root: BoundRoot,
  documents: readonly ReferenceDocument[],
): readonly JsonObject[] {
  return documentsOf(root, documents, new Map([[root.collection, documents]]));
}

/** Evaluates a root: a list of documents, or an object of what is selected in their place. */
export function evaluateReferenceRoot(root: BoundRoot, data: ReferenceData): JsonValue {
  const documents = data.get(root.collection) ?? [];
  return root.parts === undefined
    ? documentsOf(root, documents, data)
    : partsOf(root, root.parts, documents, data);
}

function documentsOf(
  source: BoundRead,
  documents: readonly ReferenceDocument[],
  data: ReferenceData,
): readonly JsonObject[] {
  if (source.search !== undefined) return refuse('a search');
  const offset = constantCount(source.offset) ?? 0;
  const limit = constantCount(source.limit) ?? Number.POSITIVE_INFINITY;
  return inOrder(source.orderBy, matching(source, documents))
    .slice(offset, offset + limit)
    .map((document) => project(source.selection, document, data));
}

function matching(
  { where }: BoundRead,
  documents: readonly ReferenceDocument[],
): readonly ReferenceDocument[] {
  return documents.filter((document) => where === undefined || holds(where, document));
}

function inOrder(
  orderBy: BoundRead['orderBy'],
  documents: readonly ReferenceDocument[],
): readonly ReferenceDocument[] {
  const order = 'kind' in orderBy ? refuse('an order in a variable') : orderBy;
  const keys = [...order, { path: ['id'], direction: 'asc' as const }];
  return [...documents].sort((left, right) => {
    for (const { path, direction } of keys) {
      const sign = order3(read(left, path), read(right, path));
      if (sign !== 0) return direction === 'asc' ? sign : -sign;
    }
    return 0;
  });
}

function constantCount(operand: Operand | undefined): number | undefined {
  if (operand === undefined) return undefined;
  const value = constant(operand);
  return typeof value === 'number' ? value : undefined;
}

interface Page {
  readonly documents: readonly ReferenceDocument[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

/** The page that the cursor arguments ask for, or the whole result. */
function pageOf(source: BoundRead, all: readonly ReferenceDocument[]): Page {
  const { page } = source;
  const sorted = inOrder(source.orderBy, all);
  const cursor = page?.cursor === undefined ? null : constant(page.cursor);
  const at = sorted.findIndex(({ id }) => id === cursor);
  if (cursor !== null && at < 0) return refuse('an unknown cursor');
  const count = constantCount(page?.count) ?? constantCount(source.limit) ?? sorted.length;
  const offset = constantCount(source.offset) ?? 0;
  const isBackward = page?.direction === 'backward';
  const end = isBackward ? (cursor === null ? sorted.length : at) : undefined;
  const start = Math.min(
    sorted.length,
    end === undefined ? at + 1 + offset : Math.max(0, end - count),
  );
  const stop = end ?? Math.min(sorted.length, start + count);
  return {
    documents: sorted.slice(start, stop),
    hasNext: stop < sorted.length,
    hasPrevious: start > 0,
  };
}

function partsOf(
  source: BoundRead,
  parts: readonly BoundPart[],
  documents: readonly ReferenceDocument[],
  data: ReferenceData,
): JsonObject {
  const all = matching(source, documents);
  return Object.fromEntries(
    parts.map((part): [string, JsonValue] => [part.responseKey, partOf(source, part, all, data)]),
  );
}

function partOf(
  source: BoundRead,
  part: BoundPart,
  all: readonly ReferenceDocument[],
  data: ReferenceData,
): JsonValue {
  switch (part.kind) {
    case 'typename':
      return part.typeName;
    case 'totalCount':
      return all.length;
    case 'aggregate':
      return aggregates(part.values, all);
    case 'groupBy':
      return groups(part, all, (field, members) =>
        inOrder(field.orderBy, members)
          .slice(0, constantCount(field.limit) ?? members.length)
          .map((document) => project(field.selection, document, data)),
      );
    case 'edges':
      return pageOf(source, all).documents.map((document) =>
        Object.fromEntries(
          part.fields.map((field): [string, JsonValue] => {
            if (field.kind === 'typename') return [field.responseKey, field.typeName];
            if (field.kind === 'cursor') return [field.responseKey, document.id];
            return [field.responseKey, project(field.selection, document, data)];
          }),
        ),
      );
    case 'pageInfo': {
      const { documents, hasNext, hasPrevious } = pageOf(source, all);
      const values = {
        hasNextPage: hasNext,
        hasPreviousPage: hasPrevious,
        startCursor: documents[0]?.id ?? null,
        endCursor: documents.at(-1)?.id ?? null,
      };
      return Object.fromEntries(
        part.fields.map((field): [string, JsonValue] => [
          field.responseKey,
          field.kind === 'typename' ? field.typeName : values[field.name],
        ]),
      );
    }
  }
}

function project(
  selection: readonly BoundField[],
  document: ReferenceDocument,
  data: ReferenceData,
): JsonObject {
  return Object.fromEntries(
    selection.map((field): [string, JsonValue] => {
      if (field.condition !== undefined) return refuse('a condition');
      switch (field.kind) {
        case 'field':
        case 'typename':
          return [field.responseKey, plain(field, document, 0)];
        case 'computed':
          return [field.responseKey, evaluateExpression(field.expression, document)];
        case 'join':
          return [field.responseKey, joined(field, document, data)];
        default:
          return refuse(`"_${field.kind}"`);
      }
    }),
  );
}

/** A join compares by value, lists by element; null joins nothing. */
function joined(
  { form, localPath, foreignPath, read: source }: BoundJoin,
  document: ReferenceDocument,
  data: ReferenceData,
): JsonValue {
  const elements = (value: JsonValue): readonly JsonValue[] =>
    (isList(value) ? value : [value]).filter((each) => each !== null);
  const local = elements(read(document, localPath));
  const partners = (data.get(source.collection) ?? []).filter((other) =>
    elements(read(other, foreignPath)).some((value) => local.some((each) => same(each, value))),
  );
  if (source.parts !== undefined) return partsOf(source, source.parts, partners, data);
  const found = documentsOf(source, partners, data);
  return form === 'reference' ? (found[0] ?? null) : found;
}

/** A stored value; inside objects `depth` names of its path lead to what is given. */
function plain(
  field: BoundPlainField,
  value: { readonly [key: string]: JsonValue },
  depth: number,
): JsonValue {
  if (field.kind === 'typename') return field.typeName;
  const found = read(value, field.path.slice(depth));
  const { selection } = field;
  if (selection === undefined) return found;
  const shaped = (item: JsonValue): JsonValue => {
    if (typeof item !== 'object' || item === null || isList(item)) return item;
    return Object.fromEntries(
      selection.map((each) => [each.responseKey, plain(each, item, field.path.length)]),
    );
  };
  return isList(found) ? found.map(shaped) : shaped(found);
}
