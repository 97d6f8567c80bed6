import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LiveEntry, LiveRows } from './live-rows.ts';

const entries = (...keys: readonly string[]): LiveEntry[] =>
  keys.map((key) => ({ key, values: [key] }));

function modelOf(first: readonly LiveEntry[]) {
  const clock = { ms: 0 };
  const list = { now: first };
  const due: (() => void)[] = [];
  const model = new LiveRows({
    columnCount: 1,
    read: () => list.now,
    now: () => clock.ms,
    schedule: (run) => due.push(run),
  });
  model.begin();
  const paint = () => {
    for (const run of due.splice(0)) run();
  };
  const replace = (next: readonly LiveEntry[]) => {
    list.now = next;
    model.replace();
  };
  return { model, clock, paint, replace };
}

const shown = (model: LiveRows) =>
  Array.from({ length: model.count.rows }, (_, row) => {
    const cell = model.cell(row, 0);
    return [model.keyOf(row), cell.state === 'value' ? cell.value : cell.state];
  });

describe('LiveRows', () => {
  it('shows the rows of the last painting, whatever came, went and moved', () => {
    const lists = fc.array(
      fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 6 }),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(lists, (all) => {
        const { model, paint, replace } = modelOf([]);
        for (const keys of all) {
          replace(entries(...keys));
          paint();
          expect(shown(model)).toEqual(keys.map((key) => [key, key]));
          expect(keys.map((key) => model.rowOf(key))).toEqual(keys.map((_, at) => at));
        }
      }),
    );
  });

  it('points out a new row, and in another one what changed', () => {
    const { model, paint, clock, replace } = modelOf(entries('a', 'b'));
    replace(entries('a', 'b', 'c'));
    paint();
    expect([0, 1, 2].map((row) => model.flash(row, 0) > 0)).toEqual([false, false, true]);
    expect(model.tailRow).toBe(2);
    clock.ms = 2_000;
    model.change(1, { key: 'b', values: ['B'] });
    paint();
    expect([0, 1, 2].map((row) => model.flash(row, 0) > 0)).toEqual([false, true, false]);
  });

  it('tells listeners once for all changes before a painting', () => {
    const { model, paint } = modelOf(entries('a', 'b'));
    let told = 0;
    model.onDidChange(() => {
      told += 1;
    });
    for (let at = 0; at < 100; at += 1) model.change(0, { key: 'a', values: [at] });
    paint();
    expect([told, shown(model)]).toEqual([
      1,
      [
        ['a', 99],
        ['b', 'b'],
      ],
    ]);
  });

  it('stays as it is while paused, and then shows everything that changed', () => {
    const { model, paint, clock, replace } = modelOf(entries('a', 'b'));
    model.pause(true);
    replace(entries('c', 'a'));
    paint();
    expect(shown(model)).toEqual([
      ['a', 'a'],
      ['b', 'b'],
    ]);
    clock.ms = 5_000;
    model.pause(false);
    expect(shown(model)).toEqual([
      ['c', 'c'],
      ['a', 'a'],
    ]);
    expect([model.flash(0, 0) > 0, model.flash(1, 0) > 0]).toEqual([true, false]);
  });
});
