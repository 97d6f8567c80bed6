/* Whether the changes of one statement leave ids and unique values unique, in what its transaction sees. */
import type { TimeSlicer } from '../base/scheduler.ts';
import type { CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import { encodeTuple, indexLayout, indexTuples } from '../indexes/index-layout.ts';
import { comparePrefix } from '../indexes/index-range.ts';
import type { DocumentChange, Snapshot } from '../transactions/snapshot.ts';
import { uniqueViolation } from '../transactions/unique-violation.ts';
import type { Row, StoredValue } from '../values/stored-value.ts';

type Tuple = readonly StoredValue[];

/**
 * Checks the changes of one collection; `view` is what was there before them.
 * @throws AuroraError `UniqueConstraintViolation`
 */
export async function checkUnique(
  entry: CollectionEntry,
  changes: readonly DocumentChange[],
  view: Snapshot,
  slicer: TimeSlicer,
): Promise<void> {
  const replaced = new Set<Row>();
  const deleted = new Set<Row>();
  for (const change of changes) {
    if (change.kind !== 'insert') replaced.add(change.row);
    // A document keeps its id, whatever else changes.
    if (change.kind === 'delete') deleted.add(change.row);
  }
  const ids = new Set<string>();
  const indexes = entry.indexes
    .filter(({ unique, state }) => unique && state === 'live')
    .map((index) => new UniqueCheck(entry, index, view, replaced));
  for (const change of changes) {
    await slicer.yieldIfDue();
    if (change.kind === 'delete') continue;
    const { id } = change.document;
    if (change.kind === 'insert') {
      const row = view.rowOf(entry, id);
      const isStored = row !== undefined && !deleted.has(row);
      if (isStored || ids.has(id)) throw uniqueViolation(entry, ['id'], [id], id);
      ids.add(id);
    }
    for (const index of indexes) index.take(change);
  }
}

/** The values of one unique index: those of documents that stay as they are, and those written so far. */
class UniqueCheck {
  readonly #entry: CollectionEntry;
  readonly #index: IndexEntry;
  readonly #view: Snapshot;
  readonly #replaced: ReadonlySet<Row>;
  readonly #layout: ReturnType<typeof indexLayout>;
  /** By the bytes of their keys; long values are cut there, so those of one key are compared again. */
  readonly #taken = new Map<string, Tuple[]>();

  constructor(
    entry: CollectionEntry,
    index: IndexEntry,
    view: Snapshot,
    replaced: ReadonlySet<Row>,
  ) {
    this.#entry = entry;
    this.#index = index;
    this.#view = view;
    this.#replaced = replaced;
    this.#layout = indexLayout(entry.definition, index);
  }

  take({ document }: Extract<DocumentChange, { document: unknown }>): void {
    // Nulls are not unique.
    const tuples = indexTuples(this.#layout, document).filter((tuple) => !tuple.includes(null));
    for (const tuple of tuples) {
      if (
        !this.#alike(tuple).some((other) => comparePrefix(other, tuple) === 0) &&
        !this.#isStored(tuple)
      ) {
        continue;
      }
      throw uniqueViolation(this.#entry, this.#index.fields, tuple, document.id);
    }
    for (const tuple of tuples) this.#alike(tuple).push(tuple);
  }

  #alike(tuple: Tuple): Tuple[] {
    const key = encodeTuple(this.#layout, tuple).mapKey;
    const alike = this.#taken.get(key) ?? [];
    this.#taken.set(key, alike);
    return alike;
  }

  #isStored(values: Tuple): boolean {
    const bound = { values, inclusive: true };
    const cursor = this.#view.scanIndex(this.#index, {
      lower: bound,
      upper: bound,
      reverse: false,
    });
    try {
      for (let rows = cursor.next(2); rows.length > 0; rows = cursor.next(2)) {
        if (rows.some((row) => !this.#replaced.has(row))) return true;
      }
      return false;
    } finally {
      cursor.close();
    }
  }
}
