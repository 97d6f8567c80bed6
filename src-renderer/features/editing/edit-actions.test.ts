import { expect, it } from 'vitest';
import type { CollectionInfo, FieldInfo, WireFieldType, WireValue } from '#contract';
import { Client } from '../../client/client.ts';
import { decodeCells } from '../../grid/copied-cells.ts';
import { copiedText } from '../../grid/copy-text.ts';
import { LiveRows } from '../../grid/live-rows.ts';
import type { Selection } from '../../grid/selection.ts';
import { collectionActions } from './edit-actions.ts';
import { pasteText } from './paste-text.ts';
import { StagedRows } from './staged-rows.ts';
import { StagedStore } from './staged-store.ts';

const scalar = (name: 'String' | 'Int' | 'Boolean'): WireFieldType => ({ kind: 'scalar', name });
const field = (name: string, type: WireFieldType, rest: Partial<FieldInfo> = {}): FieldInfo => ({
  ...{ name, type, nullable: true, unique: false, indexed: false },
  ...rest,
});
const fields = [
  field('code', scalar('String'), { unique: true }),
  field('title', scalar('String'), { nullable: false }),
  field('year', scalar('Int'), { default: { kind: 'value', value: 2000 } }),
  field('seen', scalar('Boolean')),
];
const info: CollectionInfo = {
  ...{ name: 'films', open: false, documentCount: 3, definedIndexes: [], indexes: [], fields },
};
const names = ['id', 'code', 'title', 'year', 'seen'];
const documents: readonly (readonly [string, ...(WireValue | undefined)[]])[] = [
  ['a', 'A1', 'Alien', 1979, true],
  ['b', 'B2', 'Brazil', undefined, null],
  ['c', 'C3', 'Casablanca', 1942, false],
];

/** A grid of three films in a window that has no host: what is staged stays here. */
function openGrid() {
  const client = new Client({ kind: 'browser', open: () => Promise.reject(new Error('no host')) });
  const journal = { load: () => undefined, save: () => undefined };
  const store = new StagedStore(client, { database: 'd', collection: 'films' }, journal);
  const live = new LiveRows({
    columnCount: names.length,
    read: () => documents.map((values) => ({ key: values[0], values })),
    schedule: (run) => run(),
  });
  live.begin();
  const rows = new StagedRows(live, names, store);
  const columns = names.map((name, at) => ({
    ...{ name, path: name, nullable: at !== 2 },
    type: fields[at - 1]?.type ?? scalar('String'),
  }));
  const actions = collectionActions({ store, info, rows, names, model: rows, columns });
  const staged = () =>
    Object.fromEntries(store.merged().map(({ id, mine }) => [id.length > 1 ? 'new' : id, mine]));
  return { store, rows, columns, actions, staged };
}

const from = (row: number, column: number, toRow = row, toColumn = column): Selection => ({
  anchor: { row, column },
  focus: { row: toRow, column: toColumn },
});

it('fills a selection with the values of its first row, also with none', () => {
  const { actions, staged } = openGrid();
  actions.fillDown(from(1, 3, 2, 4));
  expect(staged()).toEqual({ c: { id: 'c', code: 'C3', title: 'Casablanca', seen: null } });
  actions.fillDown(from(0, 3, 2, 3));
  expect(staged()).toMatchObject({ b: { year: 1979 }, c: { year: 1979, seen: null } });
});

it('duplicates rows without what no two documents may share', () => {
  const { actions, rows, staged } = openGrid();
  actions.duplicateRows?.(from(0, 1));
  const { new: copy } = staged();
  expect(copy).toEqual({ id: expect.any(String), title: 'Alien', year: 1979, seen: true });
  expect([rows.count.rows, rows.rowMark(0), rows.keyOf(1)]).toEqual([4, 'inserted', 'a']);
});

it('inserts a row with the defaults of the schema, which goes at once when it is deleted', () => {
  const { actions, rows, staged } = openGrid();
  actions.insertRow?.();
  expect(staged()).toEqual({ new: { id: expect.any(String), year: 2000 } });
  actions.deleteRows(from(0, 1, 1, 1));
  expect(staged()).toEqual({ a: undefined });
  expect(rows.rowMark(0)).toBe('deleted');
  expect(actions.cellAt({ row: 0, column: 2 })).toBe(
    'This document is going to be deleted: undo that first.',
  );
});

it('sets null where null may stand, says where it may not, and of the id that it never changes', () => {
  const { actions, staged } = openGrid();
  expect([actions.setNull(from(0, 0, 0, 3)), actions.setNull(from(0, 0))]).toEqual([
    'title must have a value, so it was not set to null.',
    'The id of a document never changes.',
  ]);
  expect(staged()).toEqual({ a: { id: 'a', code: null, title: 'Alien', year: null, seen: true } });
  expect(actions.cellAt({ row: 0, column: 0 })).toBe('The id of a document never changes.');
});

it('tells null, what is not set and a default apart', () => {
  const { actions, rows, store } = openGrid();
  const year = () => actions.cellAt({ row: 0, column: 3 });
  const set = (value: WireValue | undefined) => {
    const cell = year();
    if (typeof cell === 'object') cell.set(value);
    return rows.cell(0, 3);
  };
  expect([set(null), set(undefined), set(2000)]).toEqual([
    { state: 'value', value: null },
    { state: 'missing' },
    { state: 'value', value: 2000 },
  ]);
  expect(store.merged()[0]?.changedFields).toEqual(['year']);
});

it('pastes a block over cells, and keeps what does not fit to be corrected', () => {
  const { actions, staged } = openGrid();
  const outcome = actions.paste('1980\tno\nsoon\tyes\n1950\t', {
    selection: from(0, 3),
    asRows: false,
  });
  expect(outcome).toEqual({
    ...{ cells: 6, rows: 0, refused: [], remarks: [] },
    unfit: [{ row: 2, column: 'year', text: 'soon' }],
  });
  expect(pasteText(outcome)).toBe(
    'Pasted 6 cells; 1 cell does not fit the field and is to be corrected before the commit: row 2 year "soon".',
  );
  expect(staged()).toMatchObject({
    a: { year: 1980, seen: false },
    b: { year: 'soon', seen: true },
    c: { year: 1950, seen: null },
  });
});

it('pastes rows as new documents, by the names that they bring, in CSV and in JSON', () => {
  const { actions, store } = openGrid();
  const selection = from(0, 1);
  actions.paste('year,title\n1931,"M, the film"\n1995,Heat', { selection, asRows: true });
  actions.paste('[{ "title": "Ran", "seen": true, "year": null }]', { selection, asRows: true });
  const pasted = store
    .merged()
    .map(({ mine }) => [mine?.['title'], mine?.['year'], mine?.['seen']]);
  expect(pasted).toEqual([
    ['M, the film', 1931, undefined],
    ['Heat', 1995, undefined],
    ['Ran', null, true],
  ]);
  actions.undo();
  expect(store.merged().length).toBe(2);
});

/* Cells beyond the last column and the last row, ids and members that are no fields were left out without a word. */
it('tells what of a paste found no place', () => {
  const { actions, staged } = openGrid();
  const paste = (text: string, selection: Selection, asRows = false) =>
    pasteText(actions.paste(text, { selection, asRows }));
  expect(paste('1\ttrue\tx\ty', from(0, 3))).toBe(
    'Pasted 2 cells; 2 cells go beyond the last column and are left out.',
  );
  expect(paste('x\tB3', from(1, 0))).toBe(
    'Pasted 1 cell; 1 cell cannot be edited and is left out: row 1 id "x".',
  );
  expect(paste('[{ "title": "Ran", "nope": 1 }]', from(0, 1), true)).toBe(
    'Pasted 1 row; 1 column is no field and is left out: nope.',
  );
  expect(staged()).toMatchObject({ new: { title: 'Ran' } });
  expect(paste('title\tyear\tnope\nHeat\t1995\tx', from(0, 1), true)).toBe(
    'Pasted 1 row; 1 column is no field and is left out: nope.',
  );
  expect(paste('', from(0, 1))).toBe('There is nothing to paste.');
  // It went over the first row.
  expect(paste('x', from(-1, 1))).toBe('Nothing was pasted; choose a cell first.');
});

it('offers rows beyond the last one as new documents', () => {
  const { actions, rows, staged } = openGrid();
  const outcome = actions.paste('X\nY\nZ', { selection: from(2, 2), asRows: false });
  expect(pasteText(outcome)).toBe('Pasted 1 cell; 2 rows go beyond the last one and are left out.');
  expect(pasteText(outcome.beyond?.insert() ?? outcome)).toBe('Pasted 2 rows.');
  expect([staged()['c']?.['title'], rows.cell(0, 2), rows.cell(1, 2)]).toEqual([
    'X',
    { state: 'value', value: 'Y' },
    { state: 'value', value: 'Z' },
  ]);
});

/* One value over several selected cells changed only the first. */
it('repeats what is pasted over a selection that is its multiple', () => {
  const { actions, staged } = openGrid();
  actions.paste('7', { selection: from(0, 3, 2, 3), asRows: false });
  expect(Object.values(staged()).map((document) => document?.['year'])).toEqual([7, 7, 7]);
  actions.undo();
  actions.paste('P\tQ', { selection: from(1, 1, 2, 2), asRows: false });
  expect(staged()).toMatchObject({ b: { code: 'P', title: 'Q' }, c: { code: 'P', title: 'Q' } });
  actions.undo();
  // Three rows are no multiple of two.
  actions.paste('P\nQ', { selection: from(0, 2, 2, 2), asRows: false });
  expect(staged()).toMatchObject({ a: { title: 'P' }, b: { title: 'Q' } });
});

/* Copied rows came back with an empty text for a field that was not set, and with null for other types. */
it('keeps null, not set and an empty text apart in what the grid has copied', () => {
  const { actions, rows, columns, staged, store } = openGrid();
  const set = actions.cellAt({ row: 0, column: 1 });
  if (typeof set === 'object') set.set('');
  const copied = copiedText({
    ...{ model: rows, columns },
    rectangle: { top: 0, bottom: 1, left: 1, right: 4 },
  });
  const cells = decodeCells(copied.cells ?? '');
  const text = copied.text;
  expect(pasteText(actions.paste(text, { selection: from(0, 1), asRows: true, cells }))).toBe(
    'Pasted 2 rows.',
  );
  const pasted = store.merged().filter(({ kind }) => kind === 'insert');
  expect(pasted.map(({ mine }) => ({ ...mine, id: '' }))).toEqual([
    { id: '', code: '', title: 'Alien', year: 1979, seen: true },
    { id: '', code: 'B2', title: 'Brazil', seen: null },
  ]);
  actions.undo();
  const alone = copiedText({
    ...{ model: rows, columns },
    rectangle: { top: 1, bottom: 1, left: 3, right: 3 },
  });
  const one = { selection: from(2, 3), asRows: false, cells: decodeCells(alone.cells ?? '') };
  expect(pasteText(actions.paste(alone.text, one))).toBe('Pasted 1 cell.');
  expect(staged()['c']).toEqual({ id: 'c', code: 'C3', title: 'Casablanca', seen: false });
});

it('unsets fields where they may be without a value', () => {
  const { actions, staged } = openGrid();
  expect(actions.unset(from(0, 2, 0, 3))).toBe('title must have a value, so it was not unset.');
  expect(staged()).toEqual({ a: { id: 'a', code: 'A1', title: 'Alien', seen: true } });
});
