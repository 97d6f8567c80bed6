import type { FieldType, JsonValue } from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { compileColumn } from './projection.ts';
import type { ProjectedField } from './selection.ts';

/** A column of a result that is given as columns. */
export interface RunColumn {
  /** Alias or field name: the key in the result. */
  readonly name: string;
  /** Dotted path in the document; empty for what is no stored field. */
  readonly path: string;
  readonly type: FieldType;
  readonly nullable: boolean;
}

/** Rows as columns: `columns[c][r]`. A field that is not set stands as null and is listed in `missing`. */
export interface ColumnRows {
  readonly rowCount: number;
  readonly columns: readonly (readonly JsonValue[])[];
  /** Per column, ascending row numbers whose field is not set; absent when there are none at all. */
  readonly missing?: readonly (readonly number[])[];
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
