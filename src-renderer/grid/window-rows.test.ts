import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WindowRows } from './window-rows.ts';
import type { WindowRequest, WindowRow } from './window-source.ts';

/** A list of numbers as a host would keep it, with the requests that it got. */
function hostOf(values: number[]) {
  const requests: WindowRequest[] = [];
  const rowOf = (value: number): WindowRow => ({
    key: `k${value}`,
    cursor: String(value),
    values: [value],
  });
  const source = async (request: WindowRequest, signal: AbortSignal) => {
    requests.push(request);
    await Promise.resolve();
    signal.throwIfAborted();
    const { rowsMax } = request;
    switch (request.from) {
      case 'offset':
        return values.slice(request.offset, request.offset + rowsMax).map(rowOf);
      case 'after':
        return values
          .filter((value) => value > Number(request.cursor))
          .slice(0, rowsMax)
          .map(rowOf);
      case 'before':
        return values
          .filter((value) => value < Number(request.cursor))
          .slice(-rowsMax)
          .map(rowOf);
      case 'end':
        return values.slice(-rowsMax).map(rowOf);
    }
  };
  return { requests, source };
}

function modelOf(values: number[], rowsMax = 10_000) {
  const host = hostOf(values);
  const clock = { ms: 0 };
  const model = new WindowRows({
    columnCount: 1,
    source: host.source,
    schedule: (run) => run(),
    now: () => clock.ms,
    windowRows: 50,
    rowsMax,
  });
  model.setTotal(values.length);
  return { model, clock, ...host };
}

const settle = async () => {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
};
const settleAfterPause = async () => {
  await new Promise((resolve) => setTimeout(resolve, 150));
  await settle();
};
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at * 2);
const shown = (model: WindowRows, start: number, end: number) => {
  const values: unknown[] = [];
  for (let row = start; row < end; row += 1) {
    const cell = model.cell(row, 0);
    values.push(cell.state === 'value' ? cell.value : cell.state);
  }
  return values;
};

describe('WindowRows', () => {
  it('goes by the number it was told last, once a reading shows that there are more rows', async () => {
    const values = numbers(20);
    const { model } = modelOf(values);
    model.want({ start: 0, end: 20 });
    await settle();
    // The number is told before a reading that began earlier gives the old rows.
    model.setTotal(120);
    model.refresh();
    await settleAfterPause();
    expect(model.count.rows).toBe(20);
    values.push(...numbers(120).slice(20));
    model.refresh();
    await settleAfterPause();
    expect(model.count).toEqual({ rows: 120, isKnown: true });
    model.want({ start: 100, end: 120 });
    await settle();
    expect(shown(model, 118, 120)).toEqual([236, 238]);
  });

  it('shows at every place that was looked at what stands there, wherever the view went before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 4_980 }), { minLength: 1, maxLength: 12 }),
        async (places) => {
          const values = numbers(5_000);
          const { model } = modelOf(values, 300);
          for (const place of places) {
            model.want({ start: place, end: place + 20 });
            await settle();
            expect(shown(model, place, place + 20)).toEqual(values.slice(place, place + 20));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads on from where it is by key, and counts only to get somewhere else', async () => {
    const { model, requests } = modelOf(numbers(10_000));
    model.want({ start: 0, end: 20 });
    await settle();
    for (let start = 0; start < 400; start += 20) {
      model.want({ start, end: start + 20 });
      await settle();
    }
    model.want({ start: 7_000, end: 7_020 });
    await settle();
    model.want({ start: 6_960, end: 6_980 });
    await settle();
    const kinds = requests.map(({ from }) => from);
    expect(kinds.filter((from) => from === 'offset')).toHaveLength(2);
    expect(kinds).toContain('after');
    expect(kinds).toContain('before');
  });

  it('reads the end from the end', async () => {
    const { model, requests } = modelOf(numbers(10_000));
    model.want({ start: 0, end: 20 });
    await settle();
    model.want({ start: 9_980, end: 10_000 });
    await settle();
    expect(requests.at(-1)?.from === 'offset').toBe(false);
    expect(shown(model, 9_998, 10_000)).toEqual([19_996, 19_998]);
  });

  it('keeps no more rows than it may, and those in view', async () => {
    const { model } = modelOf(numbers(10_000), 200);
    for (let start = 0; start < 5_000; start += 500) {
      model.want({ start, end: start + 20 });
      await settle();
    }
    let loaded = 0;
    for (let row = 0; row < 10_000; row += 1) if (model.isLoaded(row)) loaded += 1;
    expect(loaded).toBeLessThanOrEqual(200);
    expect(model.isLoaded(4_500)).toBe(true);
  });

  it('points out what changed in a row, for a while', async () => {
    const { model, clock } = modelOf(numbers(100));
    model.want({ start: 0, end: 20 });
    await settle();
    clock.ms = 10;
    model.patch('k4', [5]);
    expect([model.flash(2, 0) > 0, model.flash(1, 0) > 0]).toEqual([true, false]);
    clock.ms = 1_000;
    expect(model.flash(2, 0)).toBe(0);
    model.patch('k4', [5]);
    expect(model.flash(2, 0)).toBe(0);
  });

  it('shows the rows in their new order after a refresh, and tells where each went', async () => {
    const values = numbers(100);
    const { model } = modelOf(values);
    model.want({ start: 0, end: 20 });
    await settle();
    values.unshift(-2);
    values.splice(4, 1);
    model.refresh();
    await settleAfterPause();
    expect(shown(model, 0, 20)).toEqual(values.slice(0, 20));
    expect([model.rowOf('k0'), model.rowOf('k6'), model.rowOf('k8')]).toEqual([1, undefined, 4]);
    expect(model.flash(0, 0)).toBeGreaterThan(0);
  });

  it('takes out a row and adds one behind the last', async () => {
    const { model } = modelOf(numbers(10));
    model.want({ start: 0, end: 20 });
    await settle();
    model.remove('k2');
    expect(shown(model, 0, 3)).toEqual([0, 4, 6]);
    model.setTotal(9);
    model.append({ key: 'k50', cursor: '50', values: [50] });
    expect([model.count.rows, shown(model, 9, 10)]).toEqual([10, [50]]);
  });

  // An owner inserted while its guest's page read the view: four rows were not shown, and nothing brought them back.
  it('keeps what was told while a window was on its way', async () => {
    const values = numbers(3);
    const { source } = hostOf(values);
    const answers: (() => void)[] = [];
    const model = new WindowRows({
      columnCount: 1,
      schedule: (run) => run(),
      total: 3,
      source: async (request, signal) => {
        const rows = await source(request, signal);
        await new Promise<void>((resolve) => answers.push(resolve));
        return rows;
      },
    });
    const answer = async () => {
      await settle();
      for (const each of answers.splice(0)) each();
      await settle();
    };
    model.want({ start: 0, end: 20 });
    await answer();
    model.refresh();
    await settleAfterPause();
    model.append({ key: 'k6', cursor: '6', values: [6] });
    model.patch('k2', [3]);
    model.remove('k0');
    await answer();
    expect(shown(model, 0, 3)).toEqual([3, 4, 6]);
  });

  it('reads the view anew when there are fewer rows behind than were counted', async () => {
    const values = [0, 2];
    const { model } = modelOf(values);
    model.want({ start: 0, end: 20 });
    await settle();
    model.append({ key: 'k8', cursor: '8', values: [8] });
    values.push(4, 6, 8);
    model.setTotal(5);
    await settleAfterPause();
    expect([model.count.rows, shown(model, 0, 5)]).toEqual([5, [0, 2, 4, 6, 8]]);
  });

  it('tells why it could not read, and reads again when asked', async () => {
    let isBroken = true;
    const { source } = hostOf(numbers(10));
    const model = new WindowRows({
      columnCount: 1,
      schedule: (run) => run(),
      source: (request, signal) =>
        isBroken ? Promise.reject(new Error('no')) : source(request, signal),
    });
    model.want({ start: 0, end: 5 });
    await settle();
    expect(String(model.error)).toBe('Error: no');
    isBroken = false;
    model.retry();
    await settleAfterPause();
    expect([model.error, shown(model, 0, 2)]).toEqual([undefined, [0, 2]]);
  });
});
