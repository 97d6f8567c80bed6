/*
 * Parts as tables, for who reads results row by row: all totals are one row, groups one row each with a column for
 * each aggregate, edges one row each with the fields of the node, what is known of the page one row.
 */
import type { BoundAggregate, BoundGroupBy, BoundPart, FieldType, JsonValue } from '#engine/aql';
import type { RunColumn } from './column-batch.ts';

/** A table of rows that are values. */
export interface PartTable {
  /** The numbers of the parts whose rows it takes. */
  readonly parts: readonly number[];
  /** What it is called beside the root; empty for the totals. */
  readonly title: string;
  readonly columns: readonly RunColumn[];
  /** True when all its parts make one row together. */
  readonly isOneRow: boolean;
  /** The cells that the value of a part fills, in the order of its columns. */
  cells(part: number, value: JsonValue): readonly JsonValue[];
}

const anyType: FieldType = { kind: 'scalar', name: 'Any' };
const intType: FieldType = { kind: 'scalar', name: 'Int' };
const stringType: FieldType = { kind: 'scalar', name: 'String' };

/** The table of all totals; `undefined` when none is selected. */
export function totalsTable(parts: readonly BoundPart[]): PartTable | undefined {
  const numbers: number[] = [];
  const columns: RunColumn[] = [];
  for (const [at, part] of parts.entries()) {
    if (part.kind === 'totalCount') {
      numbers.push(at);
      columns.push(column(part.responseKey, intType, false));
    } else if (part.kind === 'aggregate') {
      numbers.push(at);
      columns.push(...part.values.map((each) => aggregateColumn(each, prefixOf(part))));
    }
  }
  if (numbers.length === 0) return undefined;
  return {
    parts: numbers,
    title: '',
    columns,
    isOneRow: true,
    cells: (at, value) => {
      const part = parts[at];
      if (part?.kind !== 'aggregate') return [value];
      return part.values.map(({ responseKey }) => inside(value, responseKey));
    },
  };
}

/** The table of one `groupBy`. */
export function groupTable(part: BoundGroupBy & { readonly responseKey: string }, at: number) {
  const readers: ((value: JsonValue) => JsonValue)[] = [];
  const columns: RunColumn[] = [];
  const add = (added: RunColumn, read: (value: JsonValue) => JsonValue): void => {
    columns.push(added);
    readers.push(read);
  };
  for (const field of part.fields) {
    const { responseKey } = field;
    const own = (value: JsonValue): JsonValue => inside(value, responseKey);
    if (field.kind === 'key' && part.isCompound) {
      for (const { name, type } of part.keys) {
        add(column(name, elementOf(type), true), (value) => inside(own(value), name));
      }
    } else if (field.kind === 'key') {
      const [key] = part.keys;
      add(column(responseKey, key === undefined ? anyType : elementOf(key.type), true), own);
    } else if (field.kind === 'count') add(column(responseKey, intType, false), own);
    else if (field.kind === 'typename') add(column(responseKey, stringType, false), own);
    else if (field.kind === 'nodes') add(column(responseKey, anyType, false), own);
    else if (field.kind === 'aggregate') {
      for (const each of field.values) {
        const prefix = prefixOf(field);
        add(aggregateColumn(each, prefix), (value) => inside(own(value), each.responseKey));
      }
    }
  }
  return {
    parts: [at],
    title: part.responseKey,
    columns,
    isOneRow: false,
    cells: (_part, value) => readers.map((read) => read(value)),
  } satisfies PartTable;
}

/** The table of one `pageInfo`. */
export function pageInfoTable(
  part: Extract<BoundPart, { kind: 'pageInfo' }>,
  at: number,
): PartTable {
  const columns = part.fields.map((field) => {
    const isText = field.kind === 'typename' || field.name.endsWith('Cursor');
    const type: FieldType = isText ? stringType : { kind: 'scalar', name: 'Boolean' };
    return column(field.responseKey, type, isText);
  });
  return {
    parts: [at],
    title: part.responseKey,
    columns,
    isOneRow: true,
    cells: (_part, value) => part.fields.map(({ responseKey }) => inside(value, responseKey)),
  };
}

/** An alias is a name that was chosen, so it stays in front. */
function prefixOf({ responseKey }: { readonly responseKey: string }): string {
  return responseKey === 'aggregate' ? '' : `${responseKey}.`;
}

function aggregateColumn(value: BoundAggregate, prefix: string): RunColumn {
  const name = `${prefix}${value.responseKey}`;
  if (value.kind === 'typename') return column(name, stringType, false);
  return column(name, value.type, value.nullable);
}

function column(name: string, type: FieldType, nullable: boolean): RunColumn {
  return { name, path: '', type, nullable };
}

function elementOf(type: FieldType): FieldType {
  return type.kind === 'list' ? type.element : type;
}

function inside(value: JsonValue, key: string): JsonValue {
  return isJsonObject(value) && Object.hasOwn(value, key) ? (value[key] ?? null) : null;
}

function isJsonObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
