import type { FieldPath, FieldType, JsonValue } from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { compileColumn } from './projection.ts';
import type { ProjectedField } from './selection.ts';
import {
  compileRowOrigins,
  type RowOrigins,
  storedOrigin,
  type ValueOrigin,
} from './value-origin.ts';

/** A column of a result that is given as columns. */
export interface RunColumn {
  /** Alias or field name: the key in the result. */
  readonly name: string;
  /** Dotted path in the document; empty for what is no stored field. */
  readonly path: string;
  readonly type: FieldType;
  readonly nullable: boolean;
  /** Where its values come from, when the run was asked. */
  readonly origin?: ValueOrigin;
}

/** Rows as columns: `columns[c][r]`. A field that is not set stands as null and is listed in `missing`. */
export interface ColumnRows {
  readonly rowCount: number;
  readonly columns: readonly (readonly JsonValue[])[];
  /** Per column, ascending row numbers whose field is not set; absent when there are none at all. */
  readonly missing?: readonly (readonly number[])[];
  /** The documents of the rows, when the run was asked. */
  readonly origins?: RowOrigins;
}

/** The columns of a selection. */
export function columnsOf(selection: readonly ProjectedField[]): readonly RunColumn[] {
  return selection.map((field) => {
    const { responseKey: name } = field;
    switch (field.kind) {
      case 'typename':
        return { name, path: '', type: { kind: 'scalar', name: 'String' }, nullable: false };
      case 'attached':
        return { name, path: '', type: field.type, nullable: field.nullable };
      case 'field':
        return { name, path: field.path.join('.'), type: field.type, nullable: field.nullable };
      default:
        return unreachable(field);
    }
  });
}

/**
 * How the results of a run become columns: with where their values come from, or without. `collection` is that of the
 * rows, if their documents are still there.
 */
export function columnShaping(withOrigins: boolean): {
  columnsOf(
    selection: readonly ProjectedField[],
    collection: string | undefined,
  ): readonly RunColumn[];
  compile(
    selection: readonly ProjectedField[],
  ): (documents: readonly StoredDocument[]) => ColumnRows;
} {
  return withOrigins
    ? { columnsOf: columnsWithOrigins, compile: compileColumnsWithOrigins }
    : { columnsOf, compile: compileColumns };
}

function columnsWithOrigins(
  selection: readonly ProjectedField[],
  collection: string | undefined,
): readonly RunColumn[] {
  return columnsOf(selection).map((column, at): RunColumn => {
    const field = selection[at];
    if (collection === undefined) return { ...column, origin: { kind: 'none', reason: 'written' } };
    if (field?.kind === 'attached') return { ...column, origin: field.attached.origin };
    if (field?.kind !== 'field') return { ...column, origin: { kind: 'none', reason: 'name' } };
    return { ...column, origin: storedOrigin(collection, field) };
  });
}

/** Columns with the documents that their rows come from. */
function compileColumnsWithOrigins(
  selection: readonly ProjectedField[],
): (documents: readonly StoredDocument[]) => ColumnRows {
  const toColumns = compileColumns(selection);
  const referrers = new Map<number, FieldPath>();
  for (const [at, field] of selection.entries()) {
    const referrer = field.kind === 'attached' ? field.attached.referrer : undefined;
    if (referrer !== undefined) referrers.set(at, referrer);
  }
  const toOrigins = compileRowOrigins(referrers);
  return (documents) => ({ ...toColumns(documents), origins: toOrigins(documents) });
}

/** Compiles a selection into a function that turns documents into columns. */
export function compileColumns(
  selection: readonly ProjectedField[],
): (documents: readonly StoredDocument[]) => ColumnRows {
  const readers = selection.map((field) => compileColumn(field, 'absent'));
  return (documents) => {
    const missing = readers.map((): number[] => []);
    const columns = readers.map((read, column) =>
      documents.map((document, row) => {
        const value = read(document);
        if (value === undefined) missing[column]?.push(row);
        return value ?? null;
      }),
    );
    const base = { rowCount: documents.length, columns };
    return missing.some((rows) => rows.length > 0) ? { ...base, missing } : base;
  };
}
