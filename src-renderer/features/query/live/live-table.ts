/*
 * The rows of one result in the data of a live query. Documents are one row each. Totals are one row together, groups
 * and edges one row each: there a column is found by its name inside the value, as the engine named it when it made a
 * table of the same data for the run (engine/exec/part-tables.ts).
 */
import type { WireValue } from '#contract';
import type { GridColumn } from '../../../grid/cell-value.ts';
import type { RowValues } from '../../../grid/keyed-row.ts';
import type { LiveEntry } from '../../../grid/live-rows.ts';

type WireObject = { readonly [key: string]: WireValue };

/** The root that a result is about, by the result's title. */
export function rootOf(title: string): string {
  return title.split('.', 1)[0] ?? title;
}

/** The cells of a document. What is not in it is not set. */
export function documentValues(row: WireObject, columns: readonly GridColumn[]): RowValues {
  const members = new Map(Object.entries(row));
  return columns.map(({ name }) => members.get(name));
}

/** The rows of a result whose root is no list of documents. */
export function partEntries(
  value: WireValue | undefined,
  title: string,
  columns: readonly GridColumn[],
): readonly LiveEntry[] {
  const part = partOf(value, title);
  if (!isList(part)) return [{ key: 'all', values: columns.map(({ name }) => inside(part, name)) }];
  const seen = new Map<string, number>();
  return part.map((item) => {
    const name = JSON.stringify(identity(item));
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    const key = count === 0 ? name : `${name} ${count}`;
    return { key, values: columns.map((column) => inside(item, column.name)) };
  });
}

/** `root.part` names a part. The root alone is its only list, or else its totals. */
function partOf(value: WireValue | undefined, title: string): WireValue | undefined {
  if (!isObject(value)) return value;
  const dot = title.indexOf('.');
  if (dot >= 0) return new Map(Object.entries(value)).get(title.slice(dot + 1));
  const members = Object.values(value);
  const [only] = members;
  if (members.length === 1 && only !== undefined && (isList(only) || 'hasNextPage' in value)) {
    return only;
  }
  return value;
}

/** What stays the same in a group or an edge while its values change. */
function identity(item: WireValue): WireValue {
  if (!isObject(item)) return item;
  const { key, cursor, node } = item;
  if (isObject(node) && node['id'] !== undefined) return node['id'];
  return key ?? cursor ?? null;
}

/** The value of a column: a member, a member of an alias in front of the dot, or a member of one of the members. */
function inside(value: WireValue | undefined, name: string): WireValue {
  if (!isObject(value)) return null;
  const members = new Map(Object.entries(value));
  const own = members.get(name);
  if (own !== undefined) return own;
  const dot = name.indexOf('.');
  if (dot > 0) return inside(members.get(name.slice(0, dot)), name.slice(dot + 1));
  for (const member of members.values()) {
    if (isObject(member) && Object.hasOwn(member, name)) return member[name] ?? null;
  }
  return null;
}

function isObject(value: WireValue | undefined): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: WireValue | undefined): value is readonly WireValue[] {
  return Array.isArray(value);
}
