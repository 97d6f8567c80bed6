import { describe, expect, it } from 'vitest';
import type { WireChangeEvent } from '#contract';
import { everything, fieldChanges, filtered, type Transaction, withEvents } from './event-list.ts';

type Change = Exclude<WireChangeEvent, { readonly changeType: 'Lagged' }>;
const change = (lsn: number, more: Partial<Change> = {}): Change => ({
  ...{ epoch: 1, lsn, collection: 'films', id: `d${lsn}`, endsCommit: true },
  ...{ changeType: 'Update', changedFields: ['year'] },
  old: { id: `d${lsn}`, year: 1999 },
  document: { id: `d${lsn}`, year: 2000 },
  ...more,
});
const options = { at: 5, changesMax: 100 };
const shape = (list: readonly Transaction[]) =>
  list.map((each) => [each.lsn, each.kind === 'changes' ? each.changes.length : 'gap']);

describe('the list of events', () => {
  it('puts the changes of one commit together, over batches, the newest commit first', () => {
    const first = withEvents([], [change(1), change(2)], options);
    const list = withEvents(first, [change(2, { id: 'other' }), change(3)], options);
    expect(shape(list)).toEqual([
      [3, 1],
      [2, 2],
      [1, 1],
    ]);
  });

  it('shows where events are missing', () => {
    const lagged = { changeType: 'Lagged', epoch: 1, lsn: 9, missedCount: 4 } as const;
    expect(shape(withEvents([], [change(1), lagged, change(10)], options))).toEqual([
      [10, 1],
      [9, 'gap'],
      [1, 1],
    ]);
  });

  it('is bounded by changes, and keeps the newest transaction whole', () => {
    const bound = { at: 0, changesMax: 3 };
    const many = [1, 2, 3, 4, 5].map((lsn) => change(lsn));
    expect(shape(withEvents([], many, bound))).toEqual([
      [5, 1],
      [4, 1],
      [3, 1],
    ]);
    const large = Array.from({ length: 9 }, () => change(7));
    expect(shape(withEvents([], [change(6), ...large], bound))).toEqual([[7, 9]]);
  });

  it('is filtered by collection, kind, and words in ids, fields and values', () => {
    const list = withEvents(
      [],
      [change(1), change(2, { collection: 'cars' }), change(3, { changeType: 'Insert' })],
      options,
    );
    const lsns = (filter: Partial<typeof everything>) =>
      filtered(list, { ...everything, ...filter }).map(({ lsn }) => lsn);
    expect(lsns({})).toEqual([3, 2, 1]);
    expect(lsns({ collection: 'cars' })).toEqual([2]);
    expect(lsns({ kinds: new Set(['Insert']) })).toEqual([3]);
    expect(lsns({ search: 'D1 year' })).toEqual([1]);
  });
});

describe('what a change did', () => {
  it('names changed fields before and after, and all fields of what came or went', () => {
    expect(fieldChanges(change(1))).toEqual([{ name: 'year', old: 1999, new: 2000 }]);
    const inserted = change(1, { changeType: 'Insert', changedFields: [] });
    const { old: _old, ...without } = inserted;
    expect(fieldChanges(without)).toEqual([{ name: 'year', old: undefined, new: 2000 }]);
  });
});
