import { describe, expect, it } from 'vitest';
import { LiveRows } from './live-rows.ts';
import { ReadRows, readRange } from './read-rows.ts';
import type { WindowRequest, WindowRow, WindowSource } from './window-source.ts';

/** So many rows, each with its number; the requests are kept. */
function sourceOf(rowCount: number, asked: WindowRequest[] = []): WindowSource {
  return async (request) => {
    asked.push(request);
    const from = request.from === 'offset' ? request.offset : 0;
    const start = request.from === 'after' ? Number(request.cursor) + 1 : from;
    const end = Math.min(rowCount, start + request.rowsMax);
    return Array.from({ length: Math.max(0, end - start) }, (_, at) => rowOf(start + at));
  };
}
const rowOf = (row: number): WindowRow => ({
  ...{ key: `k${row}`, cursor: String(row), values: [row, row === 3 ? undefined : 'x'] },
});
const { signal } = new AbortController();

describe('a range of rows that are not loaded', () => {
  it('is read whole, the rows after the first part by their place in the order', async () => {
    const asked: WindowRequest[] = [];
    const told: number[] = [];
    const rows = await readRange(
      sourceOf(120_000, asked),
      { start: 10, end: 5_010 },
      { signal, onRead: (count) => told.push(count) },
    );
    expect([rows.length, rows[0]?.key, rows.at(-1)?.key]).toEqual([5_000, 'k10', 'k5009']);
    expect(asked).toEqual([
      { from: 'offset', offset: 10, rowsMax: 2_000 },
      { from: 'after', cursor: '2009', rowsMax: 2_000 },
      { from: 'after', cursor: '4009', rowsMax: 1_000 },
    ]);
    expect(told).toEqual([2_000, 4_000, 5_000]);
  });

  it('ends where there are no more rows, and where its text would be too long', async () => {
    const range = { start: 0, end: 9_000 };
    expect(await readRange(sourceOf(2_500), range, { signal })).toHaveLength(2_500);
    const short = await readRange(sourceOf(9_000), range, { signal, charactersMax: 30_000 });
    expect(short.length).toBeLessThan(9_000);
    expect(short.length).toBeGreaterThan(1_000);
  });

  it('is read no further once nobody waits for it', async () => {
    const abort = new AbortController();
    const asked: WindowRequest[] = [];
    const reading = readRange(
      sourceOf(9_000, asked),
      { start: 0, end: 9_000 },
      { signal: abort.signal, onRead: () => abort.abort() },
    );
    await expect(reading).rejects.toThrow();
    expect(asked).toHaveLength(1);
  });

  it('has the numbers of its rows among all', async () => {
    const others = new LiveRows({ columnCount: 2, read: () => [], schedule: (run) => run() });
    const model = new ReadRows({ first: 3, rows: [rowOf(3), rowOf(4)], others });
    expect([2, 3, 4, 5].map((row) => model.isLoaded(row))).toEqual([false, true, true, false]);
    expect([model.cell(3, 0), model.cell(3, 1), model.cell(9, 0)]).toEqual([
      { state: 'value', value: 3 },
      { state: 'missing' },
      { state: 'pending' },
    ]);
    expect([model.keyOf(4), model.rowOf('k4'), model.rowOf('k9')]).toEqual(['k4', 4, undefined]);
  });
});
