import { describe, expect, it } from 'vitest';
import { RowTable } from './row-table.ts';

describe('a table of rows', () => {
  it('holds what a map holds, whatever comes and goes', () => {
    const table = new RowTable<string>();
    const map = new Map<number, string>();
    let state = 7;
    const next = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % below;
    };
    for (let step = 0; step < 4_000; step += 1) {
      const row = next(8) === 0 ? 4_294_967_295 - next(70) : next(200);
      if (next(3) === 0) {
        table.delete(row);
        map.delete(row);
      } else {
        table.set(row, `value ${step}`);
        map.set(row, `value ${step}`);
      }
    }
    const rows = Array.from({ length: 200 }, (_, row) => row);
    expect(table.size).toBe(map.size);
    expect(new Set(table.values())).toEqual(new Set(map.values()));
    expect(rows.map((row) => table.get(row))).toEqual(rows.map((row) => map.get(row)));
    expect(rangeOf(table, 13, 170)).toEqual(rows.slice(13, 170).map((row) => map.get(row)));
    expect([...map.keys()].every((row) => table.get(row) === map.get(row))).toBe(true);
  });

  it('keeps nothing of blocks that are empty again', () => {
    const table = new RowTable<number>();
    table.set(4_294_967_295, 1);
    table.delete(4_294_967_295);
    table.delete(3);
    expect([table.size, [...table.values()], rangeOf(table, 0, 2)]).toEqual([
      0,
      [],
      [undefined, undefined],
    ]);
  });
});

function rangeOf<Value>(table: RowTable<Value>, from: number, to: number): (Value | undefined)[] {
  const found: (Value | undefined)[] = [];
  table.visitRange(from, to, (value) => found.push(value));
  return found;
}
