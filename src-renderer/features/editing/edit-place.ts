/* The grid of a collection as its editing sees it: which document stands in a row, which field in a column. */
import type { CollectionInfo, FieldInfo, WireValue } from '#contract';
import type { GridColumn } from '../../grid/cell-value.ts';
import type { RowModel } from '../../grid/row-model.ts';
import { newDocumentId } from './new-id.ts';
import type { EditedDocument } from './staged-document.ts';
import type { StagedRows } from './staged-rows.ts';
import type { StagedStore } from './staged-store.ts';

export interface EditPlace {
  readonly store: StagedStore;
  readonly info: CollectionInfo;
  /** All columns, `id` first. */
  readonly rows: StagedRows;
  readonly names: readonly string[];
  /** As they are shown. */
  readonly model: RowModel;
  readonly columns: readonly GridColumn[];
}

export type ShownDocument = EditedDocument & { readonly id: string };

/** The field of a cell; `undefined` for the id, which never changes. */
export function fieldAt({ info, columns }: EditPlace, column: number): FieldInfo | undefined {
  const name = columns[column]?.path;
  return info.fields.find((field) => field.name === name);
}

/** The document in a row as it is shown; `undefined` while it is not loaded. */
export function shownDocument({ rows, names }: EditPlace, row: number): ShownDocument | undefined {
  const id = rows.keyOf(row);
  if (id === undefined || !rows.isLoaded(row)) return undefined;
  const document: { [field: string]: WireValue; id: string } = { id };
  for (const [column, name] of names.entries()) {
    const cell = rows.cell(row, column);
    if (cell.state === 'value') document[name] = cell.value;
  }
  return document;
}

/** An empty document with the defaults of the schema. */
export function newDocument({ fields }: CollectionInfo): ShownDocument {
  const defaults = fields.flatMap((field): [string, WireValue][] =>
    field.default?.kind === 'value' ? [[field.name, field.default.value]] : [],
  );
  return { ...Object.fromEntries(defaults), id: newDocumentId() };
}
