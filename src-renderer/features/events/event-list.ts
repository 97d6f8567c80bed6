import type { WireChangeEvent, WireValue } from '#contract';

/** A change of a document. */
export type DocumentChange = Exclude<WireChangeEvent, { readonly changeType: 'Lagged' }>;

/** What one transaction changed, or a place where events are missing. Newest first in a list. */
export type Transaction =
  | {
      readonly kind: 'changes';
      readonly epoch: number;
      readonly lsn: number;
      /** When the page heard of it, in milliseconds since 1970. */
      readonly at: number;
      readonly changes: readonly DocumentChange[];
    }
  | {
      readonly kind: 'gap';
      readonly epoch: number;
      readonly lsn: number;
      readonly at: number;
      readonly missedCount: number | undefined;
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

/** Puts events in front of a list: those of one commit together. At most so many changes are kept. */
export function withEvents(
  before: readonly Transaction[],
  events: readonly WireChangeEvent[],
  { at, changesMax }: { readonly at: number; readonly changesMax: number },
): readonly Transaction[] {
  const list = [...before];
  for (const event of events) {
    const { epoch, lsn } = event;
    if (event.changeType === 'Lagged') {
      list.unshift({ kind: 'gap', epoch, lsn, at, missedCount: event.missedCount });
      continue;
    }
    const [first] = list;
    if (first?.kind === 'changes' && first.lsn === lsn && first.epoch === epoch) {
      list[0] = { ...first, changes: [...first.changes, event] };
    } else list.unshift({ kind: 'changes', epoch, lsn, at, changes: [event] });
  }
  return bounded(list, changesMax);
}

/** The transactions with those of their changes that pass. Gaps stay: what is missing there may have passed. */
export function filtered(
  list: readonly Transaction[],
  filter: EventFilter,
): readonly Transaction[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  if (filter.collection === '' && filter.kinds.size === 3 && words.length === 0) return list;
  return list.flatMap((transaction): readonly Transaction[] => {
    if (transaction.kind === 'gap') return [transaction];
    const changes = transaction.changes.filter(
      (change) =>
        (filter.collection === '' || change.collection === filter.collection) &&
        filter.kinds.has(change.changeType) &&
        holds(change, words),
    );
    return changes.length === 0 ? [] : [{ ...transaction, changes }];
  });
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

function bounded(list: readonly Transaction[], changesMax: number): readonly Transaction[] {
  let count = 0;
  const end = list.findIndex((transaction) => {
    count += transaction.kind === 'changes' ? transaction.changes.length : 1;
    return count > changesMax;
  });
  // The newest transaction stays whole, however large it is.
  return end <= 0 ? (end === 0 ? list.slice(0, 1) : list) : list.slice(0, end);
}
