import { describe, expect, it } from 'vitest';
import type { WireChangeEvent } from '#contract';
import {
  type EventLimits,
  everything,
  fieldChanges,
  filtered,
  isSearchedInPart,
  leftOutCount,
  noEvents,
  type Transaction,
  withEvents,
} from './event-list.ts';

type Change = Exclude<WireChangeEvent, { readonly changeType: 'Lagged' }>;
const change = (lsn: number, more: Partial<Change> = {}): Change => ({
  ...{ epoch: 1, lsn, collection: 'films', id: `d${lsn}`, endsCommit: true },
  ...{ changeType: 'Update', changedFields: ['year'] },
  old: { id: `d${lsn}`, year: 1999 },
  document: { id: `d${lsn}`, year: 2000 },
  ...more,
});
const options = { at: 5 };
const bound = (limits: EventLimits) => ({ at: 0, limits });
const shape = (list: readonly Transaction[]) =>
  list.map((each) => [each.lsn, each.kind === 'changes' ? each.changes.length : 'gap']);

describe('the list of events', () => {
  it('puts the changes of one commit together, over batches, the newest commit first', () => {
    const first = withEvents(noEvents, [change(1), change(2)], options);
    const list = withEvents(first, [change(2, { id: 'other' }), change(3)], options);
    expect(shape(list.transactions)).toEqual([
      [3, 1],
      [2, 2],
      [1, 1],
    ]);
  });

  it('shows where events are missing', () => {
    const lagged = { changeType: 'Lagged', epoch: 1, lsn: 9, missedCount: 4 } as const;
    expect(
      shape(withEvents(noEvents, [change(1), lagged, change(10)], options).transactions),
    ).toEqual([
      [10, 1],
      [9, 'gap'],
      [1, 1],
    ]);
  });

  // One insert, then commits of 3,000 and 2,500 documents: the two before the last one were gone without a word.
  it('keeps small transactions before large ones, of which it keeps the first changes and the count', () => {
    const limits = { transactionsMax: 9, changesEachMax: 4, changesMax: 6, changesEachMin: 2 };
    const many = (lsn: number, count: number) =>
      Array.from({ length: count }, (_, at) => change(lsn, { id: `d${at}` }));
    const events = [change(1), ...many(2, 3_000), ...many(3, 2_500)];
    const { transactions, droppedCount } = withEvents(noEvents, events, bound(limits));
    expect([shape(transactions), droppedCount]).toEqual([
      [
        [3, 4],
        [2, 2],
        [1, 1],
      ],
      0,
    ]);
    expect(transactions.map((each) => each.kind === 'changes' && leftOutCount(each))).toEqual([
      2_496, 2_998, 0,
    ]);
    expect(transactions[1]).toMatchObject({
      counts: [{ changeType: 'Update', collection: 'films', count: 3_000 }],
    });
  });

  it('counts the transactions that had to go', () => {
    const limits = { transactionsMax: 2, changesEachMax: 4, changesMax: 6, changesEachMin: 2 };
    const first = withEvents(noEvents, [change(1), change(2), change(3)], bound(limits));
    const { transactions, droppedCount } = withEvents(first, [change(4)], bound(limits));
    expect([shape(transactions), droppedCount]).toEqual([
      [
        [4, 1],
        [3, 1],
      ],
      2,
    ]);
  });

  it('filters what is only counted by collection and kind, and says that words were not looked for in it', () => {
    const limits = { transactionsMax: 9, changesEachMax: 1, changesMax: 9, changesEachMin: 1 };
    const events = [
      change(1),
      change(1, { collection: 'cars' }),
      change(1, { collection: 'cars' }),
    ];
    const { transactions } = withEvents(noEvents, events, bound(limits));
    const [cars] = filtered(transactions, { ...everything, collection: 'cars' });
    expect(cars).toMatchObject({ counts: [{ collection: 'cars', count: 2 }], changes: [] });
    expect(isSearchedInPart(transactions, { ...everything, search: 'd1' })).toBe(true);
    expect(isSearchedInPart(transactions, everything)).toBe(false);
  });

  it('is filtered by collection, kind, and words in ids, fields and values', () => {
    const { transactions: list } = withEvents(
      noEvents,
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
