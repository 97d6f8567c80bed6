/* What can be done to the cells of a result: each edit goes to the document that its cell comes from. */
import type { CollectionInfo, FieldInfo, WireValue } from '#contract';
import { type CellPlace, rectangleOf, type Selection } from '../../grid/selection.ts';
import { type EditedResult, shownIn } from './edited-result.ts';
import {
  type EditableCell,
  type GridActions,
  type PastedPlace,
  type PasteOptions,
  type PasteOutcome,
  requiredText,
} from './grid-actions.ts';
import { areLeftOut, counted, noCell, nothingPasted } from './paste-text.ts';
import { type PlacedCell, placedBlock } from './pasted-place.ts';
import { pastedBlock, pastedText } from './pasted-rows.ts';
import { type CellOrigin, type OriginEdit, originEdits } from './result-origin.ts';
import { type EditedDocument, valueAt, withValueAt } from './staged-document.ts';
import { deleteDocuments, editFields, type FieldEdit } from './staged-edits.ts';
import type { StagedStore } from './staged-store.ts';
import type { StepOrder } from './step-order.ts';
import { uniqueProblem } from './unique-value.ts';
import { absenceProblem, pastedValue, typedValue } from './value-text.ts';

export interface ResultPlace {
  readonly rows: EditedResult;
  readonly columnNames: readonly string[];
  readonly collections: readonly CollectionInfo[];
  readonly stores: ReadonlyMap<string, StagedStore>;
  readonly steps: StepOrder;
  readonly onNote: (note: string) => void;
}

export interface CellChange {
  readonly origin: CellOrigin;
  /** What the person saw. */
  readonly seen: WireValue | undefined;
  readonly value: WireValue | undefined;
}

export function resultActions(place: ResultPlace): GridActions {
  const { rows, steps } = place;
  const stores = [...place.stores.values()];
  return {
    cellAt: (at) => {
      const origin = rows.originAt(at.row, at.column);
      if (typeof origin === 'string') return origin;
      if (rows.rowMark(at.row) === 'deleted')
        return 'This document is going to be deleted: undo that first.';
      return editableCell(place, origin, at);
    },
    setNull: (selection) => takeAway(place, selection, null),
    unset: (selection) => takeAway(place, selection, undefined),
    fillDown: (selection) => {
      const { top } = rectangleOf(selection);
      const cells = cellsIn(place, selection).filter(
        ({ origin, row }) => origin.path !== undefined && row > top,
      );
      const valueAbove = ({ column }: CellPlace) => shownIn(rows, { row: top, column });
      stageChanges(
        place,
        cells.map((cell) => ({ ...cell, value: valueAbove(cell) })),
      );
    },
    deleteRows: (selection) => deleteRows(place, selection),
    undo: () => steps.undo(stores),
    redo: () => steps.redo(stores),
    paste: (text, options) => pasteInResult(place, text, options),
  };
}

/** Sets what is selected to null, or unsets it, where that may stand; says where it may not. */
function takeAway(
  place: ResultPlace,
  selection: Selection,
  value: null | undefined,
): string | undefined {
  const cells = cellsIn(place, selection).filter(({ origin }) => origin.path !== undefined);
  const required = cells.filter(({ origin }) => !fieldOf(place, origin).nullable);
  stageChanges(
    place,
    cells.flatMap((cell) => (required.includes(cell) ? [] : [{ ...cell, value }])),
  );
  const what = value === null ? 'set to null' : 'unset';
  if (cells.length === 0) return `Nothing that is selected could be ${what}.`;
  const names = required.map(({ column }) => place.columnNames[column] ?? '');
  return requiredText(names, what);
}

function editableCell(place: ResultPlace, origin: CellOrigin, at: CellPlace): EditableCell {
  const { rows } = place;
  const value = shownIn(rows, at);
  const key = rows.keyOf(at.row);
  const field = fieldOf(place, origin);
  const store = place.stores.get(origin.collection);
  return {
    field: { ...field, name: place.columnNames[at.column] ?? '' },
    collection: origin.collection,
    value,
    ...storedFor(place, origin, value),
    problem: rows.cellNote(at.row, at.column),
    problemOf: (next) => {
      const edits = originEdits(origin, value, next);
      if (typeof edits === 'string') return edits;
      if (origin.path !== undefined) return undefined;
      const problems = edits.map((edit) => memberProblem(place, origin, edit));
      return problems.find((problem) => problem !== undefined);
    },
    ...(field.unique && store !== undefined
      ? {
          uniqueProblemOf: (next, signal) =>
            uniqueProblem(store, { id: origin.id, field: field.name, value: next }, signal),
        }
      : {}),
    set: (next) => stageChanges(place, [{ origin, seen: value, value: next }]),
    rowNow: () => (key === undefined ? at.row : rows.rowOf(key)),
  };
}

function storedFor(
  { stores }: ResultPlace,
  { collection, id, path }: CellOrigin,
  value: WireValue | undefined,
): Pick<EditableCell, 'stored'> {
  if (path === undefined) return {};
  const staged = stores
    .get(collection)
    ?.merged()
    .find((each) => each.id === id);
  const document = staged?.theirs ?? staged?.base;
  return { stored: { id, path, value: document === undefined ? value : valueAt(document, path) } };
}

/** The field behind a cell; where a cell shows a part of a document, an object stands for it. */
function fieldOf(place: ResultPlace, { collection, path }: CellOrigin): FieldInfo {
  if (path !== undefined) return storedField(place, { collection, path });
  return anyField('', 'Object');
}

/** The field at a path of a collection; one of any type where the path leads into an object. */
export function storedField(
  { collections }: Pick<ResultPlace, 'collections'>,
  { collection, path }: { readonly collection: string; readonly path: readonly string[] },
): FieldInfo {
  const info = collections.find(({ name }) => name === collection);
  const field = info?.fields.find(({ name }) => name === path[0]);
  return path.length === 1 && field !== undefined ? field : anyField(path.join('.'), 'Any');
}

function anyField(name: string, type: 'Any' | 'Object'): FieldInfo {
  return {
    ...{ name, type: { kind: 'scalar', name: type }, nullable: type === 'Any' },
    ...{ unique: false, indexed: false },
  };
}

/** What is wrong with a member of an object, by the rules of the field that it is. */
function memberProblem(
  place: ResultPlace,
  { collection, id }: CellOrigin,
  { path, value }: OriginEdit,
): string | undefined {
  const field = fieldOf(place, { collection, id, path });
  if (value === undefined || value === null) return absenceProblem(field);
  if (field.type.kind === 'scalar' && field.type.name === 'Any') return undefined;
  const typed = typedValue(typeof value === 'string' ? value : JSON.stringify(value), field);
  return typed.kind === 'wrong' ? `${field.name}: ${typed.message}` : undefined;
}

/** Stages changes of cells. Their documents are read whole first: only then is it known what else they hold. */
export function stageChanges(place: ResultPlace, changes: readonly CellChange[]): void {
  for (const store of place.stores.values()) {
    const own = changes.filter(({ origin }) => origin.collection === store.collection);
    if (own.length === 0) continue;
    stageIn(place, store, own).catch((error: unknown) =>
      place.onNote(`It could not be staged: ${String(error)}`),
    );
  }
}

async function stageIn(
  place: ResultPlace,
  store: StagedStore,
  changes: readonly CellChange[],
): Promise<void> {
  const documents = await wholeDocuments(
    store,
    changes.map(({ origin }) => origin.id),
  );
  const edits = changes.flatMap(({ origin, seen, value }): readonly FieldEdit[] => {
    const document = documents.get(origin.id);
    const parts = originEdits(origin, seen, value);
    if (document === undefined || typeof parts === 'string') return [];
    return parts.map((part) => fieldEdit(origin.id, document, part));
  });
  if (changes.some(({ origin }) => !documents.has(origin.id))) {
    place.onNote('The document is gone: run the query again.');
  }
  if (edits.length === 0) return;
  place.steps.remember(store);
  store.apply((state) => editFields(state, edits));
}

/** What the person saw is what an edit is compared with, also when it has changed since the rows were read. */
function fieldEdit(id: string, document: EditedDocument, { path, seen, value }: OriginEdit) {
  const [field = '', ...inner] = path;
  return { shown: { ...withValueAt(document, path, seen), id }, field, inner, value };
}

async function wholeDocuments(
  store: StagedStore,
  ids: readonly string[],
): Promise<ReadonlyMap<string, EditedDocument>> {
  const staged = store.state().documents;
  const unknown = [...new Set(ids)].filter((id) => !staged.has(id));
  const read = unknown.length === 0 ? new Map<string, EditedDocument>() : await store.read(unknown);
  const known = ids.flatMap((id): readonly [string, EditedDocument][] => {
    const document = read.get(id) ?? staged.get(id)?.mine;
    return document === undefined ? [] : [[id, document]];
  });
  return new Map(known);
}

function deleteRows(place: ResultPlace, selection: Selection): void {
  const { rows, columnNames } = place;
  const { top, bottom } = rectangleOf(selection);
  const ids = Array.from({ length: bottom - top + 1 }, (_, at) => rows.documentOf(top + at));
  const origins = columnNames.map((_, column) => rows.originAt(top, column));
  const own = origins.find((origin) => typeof origin !== 'string' && origin.id === ids[0]);
  const store = typeof own === 'object' ? place.stores.get(own.collection) : undefined;
  if (store === undefined) {
    place.onNote('These rows are no documents that could be deleted.');
    return;
  }
  wholeDocuments(
    store,
    ids.filter((id) => id !== undefined),
  ).then(
    (documents) => {
      place.steps.remember(store);
      const shown = [...documents].map(([id, document]) => ({ ...document, id }));
      store.apply((state) => deleteDocuments(state, shown));
    },
    (error: unknown) => place.onNote(`It could not be staged: ${String(error)}`),
  );
}

function pasteInResult(
  place: ResultPlace,
  text: string,
  { selection, cells }: PasteOptions,
): PasteOutcome {
  if (selection.focus.row < 0) return nothingPasted(noCell);
  const { columnNames, rows } = place;
  const over = rectangleOf(selection);
  const isField = (name: string) => columnNames.includes(name);
  const block = pastedBlock({ text, cells }, { isField, asRows: false });
  const placed = placedBlock(block, {
    columns: columnNames.slice(over.left),
    columnOf: (name) => (isField(name) ? name : undefined),
    over,
  });
  const refused: PastedPlace[] = [];
  const unfit: PastedPlace[] = [];
  const changes: CellChange[] = [];
  const paste = (row: number, at: number, { column, cell }: PlacedCell) => {
    const origin = rows.originAt(row, columnNames.indexOf(column));
    const told = { row: at + 1, column, text: pastedText(cell) };
    if (typeof origin === 'string' || origin.path === undefined) {
      refused.push(told);
      return;
    }
    const { value, isFit } = pastedValue(cell, fieldOf(place, origin));
    if (!isFit) unfit.push(told);
    const seen = shownIn(rows, { row, column: columnNames.indexOf(column) });
    changes.push({ origin, seen, value });
  };
  let beyond = 0;
  for (let down = 0; down < block.rows.length * placed.times; down += 1) {
    const at = down % block.rows.length;
    if (!rows.isLoaded(over.top + down)) beyond += 1;
    else for (const cell of placed.rows[at] ?? []) paste(over.top + down, at, cell);
  }
  stageChanges(place, changes);
  const go = beyond === 1 ? 'goes' : 'go';
  const rest =
    beyond === 0
      ? []
      : [`${counted(beyond, 'row')} ${go} beyond the last one and ${areLeftOut(beyond)}`];
  const remarks = [...block.remarks, ...placed.remarks, ...rest];
  return { cells: changes.length, rows: 0, unfit, refused, remarks };
}

function cellsIn(
  { rows }: ResultPlace,
  selection: Selection,
): readonly (Omit<CellChange, 'value'> & CellPlace)[] {
  const { top, bottom, left, right } = rectangleOf(selection);
  const cells: (Omit<CellChange, 'value'> & CellPlace)[] = [];
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) {
      const origin = rows.originAt(row, column);
      if (typeof origin === 'string') continue;
      cells.push({ origin, seen: shownIn(rows, { row, column }), row, column });
    }
  }
  return cells;
}
