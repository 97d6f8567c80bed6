import type { WireChangeEvent, WireValue } from '#contract';

/** A change of a document. */
export type DocumentChange = Exclude<WireChangeEvent, { readonly changeType: 'Lagged' }>;

/** How many documents of a collection a transaction changed in one way. */
export interface ChangeCount {
  readonly changeType: DocumentChange['changeType'];
  readonly collection: string;
  readonly count: number;
}

/** What one transaction changed, or a place where events are missing. */
export type Transaction =
  | {
      readonly kind: 'changes';
      readonly epoch: number;
      readonly lsn: number;
      /** When the page heard of it, in milliseconds since 1970. */
      readonly at: number;
      /** All that it changed. */
      readonly counts: readonly ChangeCount[];
      /** The first of its changes; the others are only counted. */
      readonly changes: readonly DocumentChange[];
    }
  | {
      readonly kind: 'gap';
      readonly epoch: number;
      readonly lsn: number;
      readonly at: number;
      readonly missedCount: number | undefined;
    };

export interface EventList {
  /** Newest first. */
  readonly transactions: readonly Transaction[];
  /** Transactions that were in the list and had to go. */
  readonly droppedCount: number;
}

export const noEvents: EventList = { transactions: [], droppedCount: 0 };

/** A list of transactions, each with some of its changes: a large one must not drive out the small ones before it. */
export interface EventLimits {
  readonly transactionsMax: number;
  /** Changes that are kept of one transaction. */
  readonly changesEachMax: number;
  /** Changes that are kept in all; transactions further back keep `changesEachMin`. */
  readonly changesMax: number;
  readonly changesEachMin: number;
}

export const eventLimits: EventLimits = {
  transactionsMax: 1_000,
  changesEachMax: 200,
  changesMax: 5_000,
  changesEachMin: 3,
};

export interface EventFilter {
  /** Empty for all. */
  readonly collection: string;
  readonly kinds: ReadonlySet<DocumentChange['changeType']>;
  /** Words that id, field names or values must hold, whatever their case. */
  readonly search: string;
}

export const everything: EventFilter = {
  collection: '',
  kinds: new Set(['Insert', 'Update', 'Delete']),
  search: '',
};

/** Puts events in front of a list: those of one commit together. */
export function withEvents(
  before: EventList,
  events: readonly WireChangeEvent[],
  { at, limits = eventLimits }: { readonly at: number; readonly limits?: EventLimits },
): EventList {
  const list = [...before.transactions];
  for (const event of events) {
    const { epoch, lsn } = event;
    if (event.changeType === 'Lagged') {
      list.unshift({ kind: 'gap', epoch, lsn, at, missedCount: event.missedCount });
      continue;
    }
    const [first] = list;
    if (first?.kind === 'changes' && first.lsn === lsn && first.epoch === epoch) {
      const isFull = first.changes.length >= limits.changesEachMax;
      list[0] = {
        ...first,
        counts: counted(first.counts, event),
        changes: isFull ? first.changes : [...first.changes, event],
      };
    } else {
      const counts = counted([], event);
      list.unshift({ kind: 'changes', epoch, lsn, at, counts, changes: [event] });
    }
  }
  return bounded(list, before.droppedCount, limits);
}

/** How many changes of a transaction are only counted. */
export function leftOutCount({ counts, changes }: ChangesOf): number {
  return changeCount(counts) - changes.length;
}

function changeCount(counts: readonly ChangeCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}

type ChangesOf = Pick<Extract<Transaction, { kind: 'changes' }>, 'counts' | 'changes'>;

function counted(
  counts: readonly ChangeCount[],
  { changeType, collection }: DocumentChange,
): readonly ChangeCount[] {
  const at = counts.findIndex(
    (each) => each.changeType === changeType && each.collection === collection,
  );
  const known = counts[at];
  if (known === undefined) return [...counts, { changeType, collection, count: 1 }];
  return counts.with(at, { ...known, count: known.count + 1 });
}

/**
 * The transactions with those of their changes that pass. Gaps stay: what is missing there may have passed. Words are
 * looked for in the changes that are kept, and then only those are counted.
 */
export function filtered(
  list: readonly Transaction[],
  filter: EventFilter,
): readonly Transaction[] {
  const words = wordsOf(filter);
  if (filter.collection === '' && filter.kinds.size === 3 && words.length === 0) return list;
  const passes = ({ collection, changeType }: Pick<DocumentChange, 'collection' | 'changeType'>) =>
    (filter.collection === '' || collection === filter.collection) && filter.kinds.has(changeType);
  return list.flatMap((transaction): readonly Transaction[] => {
    if (transaction.kind === 'gap') return [transaction];
    const changes = transaction.changes.filter((change) => passes(change) && holds(change, words));
    const counts =
      words.length === 0
        ? transaction.counts.filter(passes)
        : changes.reduce<readonly ChangeCount[]>(counted, []);
    return counts.length === 0 ? [] : [{ ...transaction, counts, changes }];
  });
}

/** True when a search could not look into all changes of a list. */
export function isSearchedInPart(list: readonly Transaction[], filter: EventFilter): boolean {
  return (
    wordsOf(filter).length > 0 &&
    list.some((transaction) => transaction.kind === 'changes' && leftOutCount(transaction) > 0)
  );
}

function wordsOf({ search }: EventFilter): readonly string[] {
  return search.toLowerCase().split(/\s+/).filter(Boolean);
}

export interface FieldChange {
  readonly name: string;
  readonly old: WireValue | undefined;
  readonly new: WireValue | undefined;
}

/** The fields that a change set, changed or took away, before and after. */
export function fieldChanges({
  old,
  document,
  changedFields,
}: DocumentChange): readonly FieldChange[] {
  const before = new Map(Object.entries(old ?? {}));
  const after = new Map(Object.entries(document ?? {}));
  const names =
    old !== undefined && document !== undefined
      ? changedFields
      : [...new Set([...before.keys(), ...after.keys()])].filter((name) => name !== 'id');
  return names.map((name) => ({ name, old: before.get(name), new: after.get(name) }));
}

function holds(change: DocumentChange, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const { id, collection, changedFields, old, document } = change;
  const text = JSON.stringify([id, collection, changedFields, old, document]).toLowerCase();
  return words.every((word) => text.includes(word));
}

function bounded(
  list: readonly Transaction[],
  droppedBefore: number,
  { transactionsMax, changesEachMax, changesMax, changesEachMin }: EventLimits,
): EventList {
  let room = changesMax;
  const transactions = list.slice(0, transactionsMax).map((transaction) => {
    if (transaction.kind === 'gap') return transaction;
    const most = Math.max(changesEachMin, Math.min(changesEachMax, room));
    room -= Math.min(most, transaction.changes.length);
    if (transaction.changes.length <= most) return transaction;
    return { ...transaction, changes: transaction.changes.slice(0, most) };
  });
  return { transactions, droppedCount: droppedBefore + list.length - transactions.length };
}
