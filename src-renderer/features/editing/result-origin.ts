/*
 * Where the cells of a result come from, and what an edit of one changes: the value of a field, some members of an object,
 * or fields of the one document that a row refers to. What comes from nowhere says why.
 */
import type { ResultColumn, WireValue } from '#contract';
import {
  type EditedDocument,
  fieldValue,
  isObject,
  isSame,
  valueAt,
  withValueAt,
} from './staged-document.ts';

/** What of one document a cell shows. */
export interface CellOrigin {
  readonly collection: string;
  readonly id: string;
  /** The path of the whole value; absent when the cell shows an object made of some fields. */
  readonly path?: readonly string[];
  /** The paths behind the members of an object that the cell shows; their keys are dotted inside other members. */
  readonly members?: ReadonlyMap<string, readonly string[]>;
}

/** Tells the documents of a row, as far as they are known. */
export interface RowOrigins {
  documentOf(row: number): string | undefined;
  /** The document of the reference in a column; null where it refers to none. */
  referredOf(row: number, column: number): string | null | undefined;
}

/** The origin of a cell, or why it has none, as a sentence. */
export function cellOrigin(
  column: ResultColumn,
  place: { readonly row: number; readonly column: number },
  rows: RowOrigins,
): CellOrigin | string {
  const { origin, name, path } = column;
  if (origin === undefined) return path === '' ? countedText(name) : pagedText(name);
  switch (origin.kind) {
    case 'none':
      return `${name} cannot be edited: ${reasons[origin.reason]}.`;
    case 'stored': {
      const { collection, path, fields } = origin;
      if (path === 'id') return 'The id of a document never changes.';
      const id = rows.documentOf(place.row);
      if (id === undefined) return unknownDocument;
      if (fields === undefined) return { collection, id, path: path.split('.') };
      return { collection, id, members: pathsOf(fields) };
    }
    case 'reference': {
      const { collection, fields } = origin;
      const id = rows.referredOf(place.row, place.column);
      if (id === null) return `${name} refers to no document. Edit the field that holds its id.`;
      if (id === undefined) return unknownDocument;
      return { collection, id, members: pathsOf(fields) };
    }
  }
}

/** The value that a cell shows of a document, in the form of the value that the query gave. */
export function shownValue(
  origin: CellOrigin,
  document: EditedDocument,
  given: WireValue | undefined,
): WireValue | undefined {
  if (origin.path !== undefined) return valueAt(document, origin.path);
  if (origin.members === undefined || !isObject(given)) return given;
  let value = given;
  for (const [key, path] of origin.members) {
    const keys = key.split('.');
    // What a query gives of a field that is not set is null.
    if (valueAt(given, keys) !== undefined)
      value = withValueAt(value, keys, valueAt(document, path) ?? null);
  }
  return value;
}

export interface OriginEdit {
  readonly path: readonly string[];
  /** What the person saw. */
  readonly seen: WireValue | undefined;
  readonly value: WireValue | undefined;
}

/** What of the document is another value when the cell becomes `value`; a sentence when it cannot become that. */
export function originEdits(
  origin: CellOrigin,
  given: WireValue | undefined,
  value: WireValue | undefined,
): readonly OriginEdit[] | string {
  if (origin.path !== undefined) return [{ path: origin.path, seen: given, value }];
  return memberEdits(origin, '', { given, value });
}

/** The edits of members below a key, which ends with a dot where it is not empty. */
function memberEdits(
  origin: CellOrigin,
  prefix: string,
  {
    given,
    value,
  }: { readonly given: WireValue | undefined; readonly value: WireValue | undefined },
): readonly OriginEdit[] | string {
  const name = prefix === '' ? 'It' : `"${prefix.slice(0, -1)}"`;
  if (isObject(value) && !isObject(given) && prefix !== '')
    return `${name} is not set, and only some of its members are shown: edit it where it is shown whole.`;
  if (!isObject(value) || !isObject(given))
    return `${name} is shown in part, so it stays an object.`;
  const edits: OriginEdit[] = [];
  for (const member of new Set([...Object.keys(given), ...Object.keys(value)])) {
    const [seen, next] = [fieldValue(given, member), fieldValue(value, member)];
    if (isSame(seen, next)) continue;
    const key = `${prefix}${member}`;
    const path = origin.members?.get(key);
    if (path === undefined) {
      if (!hasMembersBelow(origin, `${key}.`))
        return `"${key}" is no stored field of ${origin.collection}.`;
      const inner = memberEdits(origin, `${key}.`, { given: seen, value: next });
      if (typeof inner === 'string') return inner;
      edits.push(...inner);
    } else {
      if (path.length === 1 && path[0] === 'id') return 'The id of a document never changes.';
      edits.push({ path, seen, value: next });
    }
  }
  return edits;
}

function hasMembersBelow({ members }: CellOrigin, prefix: string): boolean {
  return [...(members?.keys() ?? [])].some((key) => key.startsWith(prefix));
}

/** Counts, totals and groups. */
function countedText(name: string): string {
  return `${name} cannot be edited: it is counted or computed from several documents. To see and edit them, query the documents themselves, with fields such as "id" in place of the totals or groups.`;
}

/** The documents of a page. */
function pagedText(name: string): string {
  return `${name} cannot be edited in a page. To edit it, select it without "edges" and "node".`;
}

const unknownDocument =
  'It is not known which document this is: select id, or pause the live result, to edit it.';

const reasons = {
  computed: 'it is computed',
  joined: 'it comes from several documents of another collection',
  digest: 'it is the version of the document, which every change makes anew',
  search: 'it is the score or the place of what was searched for',
  name: 'it is the name of a type',
  written: 'the document was deleted',
} as const;

function pathsOf(fields: {
  readonly [key: string]: string;
}): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(fields).map(([key, path]) => [key, path.split('.')]));
}
