import { describe, expect, it } from 'vitest';
import { parse } from '#engine/aql';
import type { GridColumn } from './cell-value.ts';
import { decodeCells } from './copied-cells.ts';
import { CopyMemory } from './copy-memory.ts';
import { type CopyFormat, copiedText } from './copy-text.ts';
import { ResultRows } from './result-rows.ts';

function modelOf(rows: readonly (readonly [string, number | null])[]): ResultRows {
  const model = new ResultRows(2);
  model.append({
    rowCount: rows.length,
    columns: [rows.map(([text]) => text), rows.map(([, number]) => number)],
  });
  return model;
}

const columns: readonly GridColumn[] = [
  { name: 'name', path: 'name', nullable: true, type: { kind: 'scalar', name: 'String' } },
  { name: 'a b', path: '', nullable: true, type: { kind: 'scalar', name: 'Int' } },
];
const rectangle = { top: 0, bottom: 1, left: 0, right: 1 };

describe('copying', () => {
  it('gives tab-separated exact values', () => {
    const model = modelOf([
      ['a', 1234],
      ['b', null],
    ]);
    expect(
      copiedText({ model, columns, rectangle: { top: 0, bottom: 1, left: 0, right: 1 } }).text,
    ).toBe('a\t1234\nb\t');
  });

  it('quotes what would break the rows of a spreadsheet, but not a single cell', () => {
    const model = modelOf([['say "hi"\n', 1]]);
    expect(
      copiedText({ model, columns, rectangle: { top: 0, bottom: 0, left: 0, right: 1 } }).text,
    ).toBe('"say ""hi""\n"\t1');
    expect(
      copiedText({ model, columns, rectangle: { top: 0, bottom: 0, left: 0, right: 0 } }).text,
    ).toBe('say "hi"\n');
  });

  it('says how many rows were not loaded', () => {
    const copied = copiedText({
      model: modelOf([['a', 1]]),
      columns,
      rectangle: { top: 0, bottom: 9, left: 0, right: 1 },
    });
    expect(copied).toMatchObject({ rowCount: 1, rowsLeftOut: 9 });
  });

  it.each<[CopyFormat, string]>([
    ['csv', 'name,a b\r\n"a ""b"", c",1\r\nx|y,'],
    ['markdown', '| name | a b |\n| --- | --- |\n| a "b", c | 1 |\n| x\\|y |  |'],
    ['aql', '[\n    { name: "a \\"b\\", c", "a b": 1 }\n    { name: "x|y", "a b": null }\n]'],
  ])('names the columns in %s', (format, expected) => {
    const model = modelOf([
      ['a "b", c', 1],
      ['x|y', null],
    ]);
    expect(copiedText({ model, columns, rectangle }, format).text).toBe(expected);
  });

  it('gives JSON that says the same, and AQL that inserts the rows', () => {
    const model = modelOf([
      ['a', 1],
      ['b', null],
    ]);
    const json: unknown = JSON.parse(copiedText({ model, columns, rectangle }, 'json').text);
    expect(json).toEqual([
      { name: 'a', 'a b': 1 },
      { name: 'b', 'a b': null },
    ]);
    const aql = copiedText({ model, columns, rectangle, collection: 'films' }, 'aql').text;
    expect(parse(aql).diagnostics).toEqual([]);
    expect(aql).toContain('insertInto(collection: "films"');
  });

  it('keeps beside its text what text cannot tell apart', () => {
    const model = new ResultRows(2);
    model.append({
      rowCount: 3,
      columns: [
        ['', null, null],
        [null, 1, null],
      ],
      missing: [[2], [2]],
    });
    const copied = copiedText({ model, columns, rectangle: { ...rectangle, bottom: 2 } });
    const rows = [
      ['', null],
      [null, 1],
      [undefined, undefined],
    ];
    expect(decodeCells(copied.cells ?? '')).toEqual({ names: ['name', 'a b'], rows });
    const memory = new CopyMemory();
    memory.remember(copied);
    expect([memory.cellsOf('\t\r\n\t1\r\n\t'), memory.cellsOf('else')]).toEqual([
      copied.cells,
      undefined,
    ]);
  });

  it.each(['', '{', '[]', '{"names":[1],"rows":[]}', '{"names":["a"],"rows":[[[1,2]]]}'])(
    'takes no cells from %j, which others may have put there',
    (text) => expect(decodeCells(text)).toBeUndefined(),
  );
});
