/* What keys, pasted text and buttons do to staged edits. Rows and columns are those that the grid shows. */
import type { CollectionInfo, FieldInfo, WireValue } from '#contract';
import type { GridColumn } from '../../grid/cell-value.ts';
import type { RowModel } from '../../grid/row-model.ts';
import { type Rectangle, rectangleOf, type Selection } from '../../grid/selection.ts';
import {
  type GridActions,
  type PastedPlace,
  type PasteOutcome,
  requiredText,
} from './grid-actions.ts';
import { newDocumentId } from './new-id.ts';
import { type PastedCell, pastedBlock, pastedText } from './pasted-rows.ts';
import type { EditedDocument } from './staged-document.ts';
import {
  deleteDocuments,
  editFields,
  type FieldEdit,
  insertDocuments,
  redo,
  undo,
} from './staged-edits.ts';
import type { StagedRows } from './staged-rows.ts';
import type { StagedStore } from './staged-store.ts';
import { uniqueProblem } from './unique-value.ts';
import { pastedValue } from './value-text.ts';

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

type Shown = EditedDocument & { readonly id: string };

/** What can be done to the documents of a collection. */
export function collectionActions(place: EditPlace): Omit<GridActions, 'unset'> {
  const { store, rows, model, info } = place;
  return {
    cellAt: ({ row, column }) => {
      const field = fieldAt(place, column);
      if (field === undefined) return 'The id of a document never changes.';
      if (rows.rowMark(row) === 'deleted')
        return 'This document is going to be deleted: undo that first.';
      const cell = model.cell(row, column);
      const shown = shownDocument(place, row);
      if (shown === undefined) return 'This row is being read.';
      return {
        field,
        collection: info.name,
        value: cell.state === 'value' ? cell.value : undefined,
        problem: store.problemOf(shown.id, field.name)?.message,
        ...(field.unique
          ? {
              uniqueProblemOf: (value, signal) =>
                uniqueProblem(store, { id: shown.id, field: field.name, value }, signal),
            }
          : {}),
        set: (value) =>
          store.apply((state) => editFields(state, [{ shown, field: field.name, value }])),
        rowNow: () => rows.rowOf(shown.id),
      };
    },
    setNull: (selection) => setNull(place, selection),
    fillDown: (selection) => fillDown(place, selection),
    deleteRows: (selection) => deleteRows(place, selection),
    undo: () => store.apply(undo),
    redo: () => store.apply(redo),
    paste: (text, options) => paste(place, text, options),
    insertRow: () => insertRow(place),
    duplicateRows: (selection) => duplicateRows(place, selection),
  };
}

/** The field of a cell; `undefined` for the id, which never changes. */
function fieldAt({ info, columns }: EditPlace, column: number): FieldInfo | undefined {
  const name = columns[column]?.path;
  return info.fields.find((field) => field.name === name);
}

/** The document in a row as it is shown; `undefined` while it is not loaded. */
function shownDocument({ rows, names }: EditPlace, row: number): Shown | undefined {
  const id = rows.keyOf(row);
  if (id === undefined || !rows.isLoaded(row)) return undefined;
  const document: { [field: string]: WireValue; id: string } = { id };
  for (const [column, name] of names.entries()) {
    const cell = rows.cell(row, column);
    if (cell.state === 'value') document[name] = cell.value;
  }
  return document;
}

/** Sets what is selected to null, where null may stand. */
function setNull(place: EditPlace, selection: Selection): string | undefined {
  const cells = cellsIn(place, rectangleOf(selection));
  const edits = cells.flatMap(({ shown, field }): readonly FieldEdit[] =>
    field.nullable ? [{ shown, field: field.name, value: null }] : [],
  );
  if (edits.length > 0) place.store.apply((state) => editFields(state, edits));
  if (cells.length === 0) return 'The id of a document never changes.';
  return requiredText(cells.flatMap(({ field }) => (field.nullable ? [] : [field.name])));
}

/** Gives all selected cells the value of the topmost one in their column. */
function fillDown(place: EditPlace, selection: Selection): void {
  const rectangle = rectangleOf(selection);
  const top = shownDocument(place, rectangle.top);
  if (top === undefined) return;
  const edits = cellsIn(place, { ...rectangle, top: rectangle.top + 1 }).map(
    ({ shown, field }) => ({
      shown,
      field: field.name,
      value: Object.hasOwn(top, field.name) ? top[field.name] : undefined,
    }),
  );
  if (edits.length > 0) place.store.apply((state) => editFields(state, edits));
}

function deleteRows(place: EditPlace, selection: Selection): void {
  const documents = rowsIn(place, rectangleOf(selection));
  if (documents.length > 0) place.store.apply((state) => deleteDocuments(state, documents));
}

/** Stages an empty document with the defaults of the schema, and gives its id. */
function insertRow({ store, info }: EditPlace): void {
  store.apply((state) => insertDocuments(state, [newDocument(info)]));
}

/** Stages copies of the selected rows. Unique fields are left out, since no two documents may share them. */
function duplicateRows(place: EditPlace, selection: Selection): void {
  const unique = new Set(place.info.fields.filter((field) => field.unique).map(({ name }) => name));
  const copies = rowsIn(place, rectangleOf(selection)).map((shown): Shown => {
    const kept = Object.entries(shown).filter(([name]) => !unique.has(name));
    return { ...Object.fromEntries(kept), id: newDocumentId() };
  });
  if (copies.length > 0) place.store.apply((state) => insertDocuments(state, copies));
}

/** Puts a block from a spreadsheet over the cells from the focus on, or stages each of its rows as a new document. */
function paste(
  place: EditPlace,
  text: string,
  { selection, asRows }: { readonly selection: Selection; readonly asRows: boolean },
): PasteOutcome {
  const names = place.columns.map(({ path }) => path);
  const { left, top } = rectangleOf(selection);
  const first = asRows && names[0] === 'id' ? 1 : left;
  const { head, rows } = pastedBlock(text, names);
  const columns = head ?? names.slice(first);
  const unfit: PastedPlace[] = [];
  const valueFor = (column: string, cell: PastedCell, row: number) => {
    const field = place.info.fields.find(({ name }) => name === column);
    if (field === undefined) return [];
    const { value, isFit } = pastedValue(cell, field);
    if (!isFit) unfit.push({ row: row + 1, column, text: pastedText(cell) });
    return [{ field: column, value }];
  };
  const values = rows.map((cells, row) =>
    cells.flatMap((cell, at) => (cell === undefined ? [] : valueFor(columns[at] ?? '', cell, row))),
  );
  const cells = values.reduce((sum, row) => sum + row.length, 0);
  if (asRows) {
    const documents = values.map((row): Shown => {
      const given = Object.fromEntries(row.map(({ field, value }) => [field, value]));
      return { ...newDocument(place.info), ...given, id: newDocumentId() };
    });
    place.store.apply((state) => insertDocuments(state, documents));
    return { cells, rows: documents.length, unfit, refused: [] };
  }
  const edits = values.flatMap((row, at): readonly FieldEdit[] => {
    const shown = shownDocument(place, top + at);
    return shown === undefined ? [] : row.map((edit) => ({ shown, ...edit }));
  });
  if (edits.length > 0) place.store.apply((state) => editFields(state, edits));
  return { cells: edits.length, rows: 0, unfit, refused: [] };
}

function newDocument({ fields }: CollectionInfo): Shown {
  const defaults = fields.flatMap((field): [string, WireValue][] =>
    field.default?.kind === 'value' ? [[field.name, field.default.value]] : [],
  );
  return { ...Object.fromEntries(defaults), id: newDocumentId() };
}

function rowsIn(place: EditPlace, { top, bottom }: Rectangle): readonly Shown[] {
  const documents: Shown[] = [];
  for (let row = top; row <= bottom; row += 1) {
    const shown = shownDocument(place, row);
    if (shown !== undefined) documents.push(shown);
  }
  return documents;
}

export function cellsIn(
  place: EditPlace,
  { top, bottom, left, right }: Rectangle,
): readonly { readonly shown: Shown; readonly field: FieldInfo }[] {
  return rowsIn(place, { top, bottom, left, right }).flatMap((shown) => {
    const cells: { readonly shown: Shown; readonly field: FieldInfo }[] = [];
    for (let column = left; column <= right; column += 1) {
      const field = fieldAt(place, column);
      if (field !== undefined) cells.push({ shown, field });
    }
    return cells;
  });
}
