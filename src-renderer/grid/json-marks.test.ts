import { expect, it } from 'vitest';
import type { GridColumn } from './cell-value.ts';
import { JsonLines } from './json-lines.ts';
import { lineMarks } from './json-marks.ts';
import { ResultRows } from './result-rows.ts';
import type { RowModel } from './row-model.ts';

const columns = ['id', 'title', 'home'].map(
  (name): GridColumn => ({
    ...{ name, path: name, nullable: true },
    type: { kind: 'scalar', name: 'Any' },
  }),
);

// The tree showed staged values as if they were stored.
it('the lines of a tree say what is staged, as the rows of the grid do', () => {
  const below = new ResultRows(3);
  const rowCount = 3;
  below.append({
    rowCount,
    columns: [
      ['a', 'b', 'c'],
      ['A', 'B', 'C'],
      [{ id: 1 }, null, null],
    ],
  });
  below.complete();
  const rows: RowModel = Object.assign(below, {
    rowMark: (row: number) => (['changed', undefined, 'deleted'] as const)[row],
    cellMark: (row: number, column: number) =>
      row === 0 && column === 0 ? 'invalid' : row === 0 && column === 1 ? 'changed' : undefined,
    cellNote: (row: number, column: number) => (row + column === 0 ? 'It is wrong.' : undefined),
  });
  const lines = new JsonLines(rows, columns, new Set(['0', '0/home', '2']));
  const marks = Array.from({ length: lines.count }, (_, at) => {
    const line = lines.line(at);
    return [line?.path, line && lineMarks(rows, columns, line)];
  });
  expect(marks).toEqual([
    ['0', { row: 'changed' }],
    ['0/id', { row: 'changed', cell: 'invalid', note: 'It is wrong.' }],
    ['0/title', { row: 'changed', cell: 'changed' }],
    ['0/home', { row: 'changed' }],
    ['0/home/id', { row: 'changed' }],
    ['1', {}],
    ['2', { row: 'deleted' }],
    ['2/id', { row: 'deleted' }],
    ['2/title', { row: 'deleted' }],
    ['2/home', { row: 'deleted' }],
  ]);
});
