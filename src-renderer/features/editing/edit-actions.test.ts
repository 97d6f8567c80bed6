import { expect, it } from 'vitest';
import type { CollectionInfo, FieldInfo, WireFieldType, WireValue } from '#contract';
import { Client } from '../../client/client.ts';
import { LiveRows } from '../../grid/live-rows.ts';
import type { Selection } from '../../grid/selection.ts';
import { collectionActions } from './edit-actions.ts';
import { pasteText } from './grid-actions.ts';
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
  return { store, rows, actions, staged };
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
  const outcome = actions.paste('1980\tno\nsoon\tyes\n1950\t\n1\t1', {
    selection: from(0, 3),
    asRows: false,
  });
  expect(outcome).toEqual({
    ...{ cells: 6, rows: 0, refused: [] },
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
