/* What keys, pasted text and buttons do to staged edits. Rows and columns are those that the grid shows. */
import type { FieldInfo } from '#contract';
import { type Rectangle, rectangleOf, type Selection } from '../../grid/selection.ts';
import {
  type EditPlace,
  fieldAt,
  newDocument,
  type ShownDocument,
  shownDocument,
} from './edit-place.ts';
import { type EditableCell, type GridActions, requiredText } from './grid-actions.ts';
import { newDocumentId } from './new-id.ts';
import { pasteInCollection } from './paste-in-collection.ts';
import { fieldValue } from './staged-document.ts';
import {
  deleteDocuments,
  editFields,
  type FieldEdit,
  insertDocuments,
  redo,
  undo,
} from './staged-edits.ts';
import { uniqueProblem } from './unique-value.ts';

/** What can be done to the documents of a collection. */
export function collectionActions(place: EditPlace): GridActions {
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
        ...storedIn(place, row, { shown, field: field.name }),
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
    setNull: (selection) => setAbsent(place, selection, null),
    unset: (selection) => setAbsent(place, selection, undefined),
    fillDown: (selection) => fillDown(place, selection),
    deleteRows: (selection) => deleteRows(place, selection),
    undo: () => store.apply(undo),
    redo: () => store.apply(redo),
    paste: (text, options) => pasteInCollection(place, text, options),
    insertRow: () => insertRow(place),
    duplicateRows: (selection) => duplicateRows(place, selection),
  };
}

function storedIn(
  { rows }: EditPlace,
  row: number,
  { shown, field }: { readonly shown: ShownDocument; readonly field: string },
): Pick<EditableCell, 'stored'> {
  const staged = rows.staged(row);
  const document = staged === undefined ? shown : (staged.theirs ?? staged.base);
  if (document === undefined) return {};
  return { stored: { id: shown.id, path: [field], value: fieldValue(document, field) } };
}

/** Sets what is selected to null, or unsets it, where there may be no value. */
function setAbsent(
  place: EditPlace,
  selection: Selection,
  value: null | undefined,
): string | undefined {
  const cells = cellsIn(place, rectangleOf(selection));
  const edits = cells.flatMap(({ shown, field }): readonly FieldEdit[] =>
    field.nullable ? [{ shown, field: field.name, value }] : [],
  );
  if (edits.length > 0) place.store.apply((state) => editFields(state, edits));
  if (cells.length === 0) return 'The id of a document never changes.';
  return requiredText(
    cells.flatMap(({ field }) => (field.nullable ? [] : [field.name])),
    value === null ? 'set to null' : 'unset',
  );
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
  const copies = rowsIn(place, rectangleOf(selection)).map((shown): ShownDocument => {
    const kept = Object.entries(shown).filter(([name]) => !unique.has(name));
    return { ...Object.fromEntries(kept), id: newDocumentId() };
  });
  if (copies.length > 0) place.store.apply((state) => insertDocuments(state, copies));
}

function rowsIn(place: EditPlace, { top, bottom }: Rectangle): readonly ShownDocument[] {
  const documents: ShownDocument[] = [];
  for (let row = top; row <= bottom; row += 1) {
    const shown = shownDocument(place, row);
    if (shown !== undefined) documents.push(shown);
  }
  return documents;
}

function cellsIn(
  place: EditPlace,
  { top, bottom, left, right }: Rectangle,
): readonly { readonly shown: ShownDocument; readonly field: FieldInfo }[] {
  return rowsIn(place, { top, bottom, left, right }).flatMap((shown) => {
    const cells: { readonly shown: ShownDocument; readonly field: FieldInfo }[] = [];
    for (let column = left; column <= right; column += 1) {
      const field = fieldAt(place, column);
      if (field !== undefined) cells.push({ shown, field });
    }
    return cells;
  });
}
