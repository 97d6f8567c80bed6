/*
 * A page of a whole collection in the order of its ids, while that is the order of its rows: the documents of the rows
 * behind the cursor's. Many deleted rows between them are left to a scan.
 */
import type { BoundEdgeField, BoundPart, JsonValue } from '#engine/aql';
import { setOwn } from '../../base/own-key.ts';
import type { CollectionEntry } from '../../catalog/catalog.ts';
import { planName } from '../../plan/physical-plan.ts';
import { sortKeysOf } from '../../plan/sort-keys.ts';
import type { StateLookup } from '../../transactions/state-lookup.ts';
import type { StoredDocument } from '../../values/stored-value.ts';
import { compileCursor, readCursor } from '../cursor.ts';
import type { ExecutableRoot } from '../executable.ts';
import { evaluateOperand } from '../operand.ts';
import type { OutputObject } from '../projection.ts';
import type { DirectProgram } from './direct-program.ts';
import { plainSelection } from './direct-shape.ts';
import { compileListUnder, compileObject, compileShape, type Shape } from './generated-shape.ts';

/** Longer pages are not given at once. */
const countMax = 1_000;

type CursorOf = (document: StoredDocument) => string;
type BoundPageInfoField = Extract<BoundPart, { kind: 'pageInfo' }>['fields'][number];

export function compileDirectPage(
  root: ExecutableRoot,
  collection: CollectionEntry,
): DirectProgram | undefined {
  const { where, orderBy, limit, offset, page, search, parts, span } = root;
  if (where !== undefined || limit !== undefined || offset !== undefined || search !== undefined) {
    return undefined;
  }
  const { name } = collection.definition;
  const keys = 'kind' in orderBy ? [] : sortKeysOf(orderBy);
  const isByRow = keys.length === 1 && keys[0]?.direction === 'asc' && collection.idsAscend;
  if (!isByRow || page?.direction !== 'forward' || page.count === undefined) return undefined;
  const { count: countOperand, cursor } = page;
  const cursorOf = compileCursor(name, keys);
  const shape = compilePage(root, cursorOf);
  const rowOfCursor = (lookup: StateLookup, text: string): number | undefined => {
    const place = { snapshot: lookup, collection, keys, argument: 'after', span };
    const [id] = readCursor(text, place);
    return typeof id === 'string' ? lookup.rowOf(collection, id) : undefined;
  };
  if (shape === undefined || parts === undefined) return undefined;
  return ({ lookup }, variables) => {
    const count = evaluateOperand(countOperand, variables);
    const after = cursor === undefined ? null : (evaluateOperand(cursor, variables) ?? null);
    if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 1) return undefined;
    if (count > countMax || (after !== null && typeof after !== 'string')) return undefined;
    let row = 0;
    if (after !== null) {
      // Its row is guessed and proved by its document, which lies beside those of the page.
      const found = lookup.locate(collection, after)?.row ?? rowOfCursor(lookup, after);
      if (found === undefined) return undefined;
      row = found + 1;
    }
    const documents = documentsFrom(lookup, collection, row, count + 1);
    if (documents === undefined) return undefined;
    const rowsRead = documents.length;
    const hasMore = rowsRead > count;
    if (hasMore) documents.pop();
    const scan = { kind: 'fullScan', collection, reverse: false } as const;
    const node = { kind: 'limit', input: scan, offset: 0, rowsMax: count + 1 } as const;
    return {
      ...shape(documents, { hasMore, isFirst: after === null }),
      plan: `${planName(node)} → Page`,
      rowsRead,
    };
  };
}

/** `undefined` when too many rows on the way have no document. */
function documentsFrom(
  lookup: StateLookup,
  collection: CollectionEntry,
  from: number,
  count: number,
): StoredDocument[] | undefined {
  const { nextRow } = lookup.counts(collection);
  const rowsMax = 2 * count + 64;
  let to = Math.min(from + count, nextRow);
  const documents = lookup.readRows(collection, from, to);
  while (documents.length < count && to < nextRow) {
    if (to - from >= rowsMax) return undefined;
    const end = Math.min(to + count - documents.length, nextRow);
    documents.push(...lookup.readRows(collection, to, end));
    to = end;
  }
  return documents;
}

interface PageFacts {
  readonly hasMore: boolean;
  readonly isFirst: boolean;
}

/** One list of edges, with what is known of the page beside it; `undefined` for anything else. */
function compilePage({ parts = [] }: ExecutableRoot, cursorOf: CursorOf) {
  const lists = parts.filter(({ kind }) => kind === 'edges');
  const [edges] = lists;
  if (edges?.kind !== 'edges' || lists.length !== 1 || edges.condition !== undefined) {
    return undefined;
  }
  const edge = compileEdge(edges.fields, cursorOf);
  const isPlain = parts.every(
    (part) =>
      part.condition === undefined &&
      (part.kind === 'edges' ||
        part.kind === 'typename' ||
        (part.kind === 'pageInfo' &&
          part.fields.every(({ condition }) => condition === undefined))),
  );
  if (edge === undefined || !isPlain) return undefined;
  return (documents: readonly StoredDocument[], facts: PageFacts) => {
    const value: OutputObject = {};
    for (const part of parts) {
      if (part.kind === 'edges') setOwn(value, part.responseKey, edge.list(documents));
      if (part.kind === 'typename') setOwn(value, part.responseKey, part.typeName);
      if (part.kind === 'pageInfo') {
        setOwn(value, part.responseKey, infoOf(part.fields, documents, facts, cursorOf));
      }
    }
    return { value, documents: () => documents.flatMap(edge.documentsOf) };
  };
}

function infoOf(
  fields: readonly BoundPageInfoField[],
  documents: readonly StoredDocument[],
  { hasMore, isFirst }: PageFacts,
  cursorOf: CursorOf,
): OutputObject {
  const info: OutputObject = {};
  const cursorAt = (at: number): string | null => {
    const document = documents.at(at);
    return document === undefined ? null : cursorOf(document);
  };
  const values: Readonly<Record<string, () => JsonValue>> = {
    hasNextPage: () => hasMore,
    // The document of the cursor stands before the page.
    hasPreviousPage: () => !isFirst,
    startCursor: () => cursorAt(0),
    endCursor: () => cursorAt(-1),
  };
  for (const field of fields) {
    const value = field.kind === 'typename' ? field.typeName : values[field.name]?.();
    setOwn(info, field.responseKey, value ?? null);
  }
  return info;
}

interface EdgeColumn {
  readonly key: string;
  readonly read: (each: StoredDocument) => JsonValue;
}

function compileEdge(fields: readonly BoundEdgeField[], cursorOf: CursorOf) {
  const columns: EdgeColumn[] = [];
  const asDocuments: ((each: StoredDocument) => OutputObject)[] = [];
  for (const field of fields) {
    const { responseKey: key } = field;
    if (field.condition !== undefined) return undefined;
    if (field.kind === 'typename') columns.push({ key, read: () => field.typeName });
    else if (field.kind === 'cursor') columns.push({ key, read: cursorOf });
    else {
      const selection = plainSelection(field.selection);
      if (selection === undefined) return undefined;
      columns.push({ key, read: compileShape(selection, 'null') });
      asDocuments.push(compileShape(selection, 'absent'));
    }
  }
  return {
    list: compileList(fields, columns),
    documentsOf: (document: StoredDocument) =>
      asDocuments.map((asDocument) => ({ id: document.id, data: asDocument(document) })),
  };
}

/** Most edges are nothing but their node. */
function compileList(
  fields: readonly BoundEdgeField[],
  columns: readonly EdgeColumn[],
): (documents: readonly StoredDocument[]) => OutputObject[] {
  const [only] = fields;
  const selection =
    only?.kind === 'node' && fields.length === 1 ? plainSelection(only.selection) : undefined;
  if (only !== undefined && selection !== undefined) {
    return compileListUnder(only.responseKey, selection);
  }
  const shape = compileEdgeShape(columns);
  return (documents) => documents.map(shape);
}

function compileEdgeShape(columns: readonly EdgeColumn[]): Shape {
  return compileObject(columns, (each) => {
    const edge: OutputObject = {};
    for (const { key, read } of columns) setOwn(edge, key, read(each));
    return edge;
  });
}
