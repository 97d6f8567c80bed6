/*
 * What one consumer has not been told of the rows of a view. Where the view has all rows, it is the net effect of the
 * changes, whose positions are computed when they are told: the rows that did not change keep their order, so a position
 * in the list before follows from one in the list now. Where it has a window, it is the window as it was told last.
 */
import { sameValue } from '../values/compare.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { type NetChange, NetChanges } from './net-changes.ts';
import type { RowListener, RowView } from './row-view.ts';

/** A row before and after, and where it stood in the list before and stands in the list now. */
export interface TrackedRow extends NetChange {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

export class RowTracker implements RowListener {
  readonly view: RowView;
  readonly #wake: () => void;
  readonly #net = new NetChanges();
  #told: readonly StoredDocument[] = [];
  #isDirty = false;

  constructor(view: RowView, wake: () => void) {
    this.view = view;
    this.#wake = wake;
    view.add(this);
  }

  get isCurrent(): boolean {
    return this.view.isCurrent;
  }

  /** The rows as they are; what comes later is tracked from here. */
  begin(): readonly StoredDocument[] {
    const rows = this.view.visible();
    this.#net.take();
    this.#told = this.view.isWhole ? [] : rows;
    this.#isDirty = false;
    return rows;
  }

  changed(change: NetChange): void {
    this.#net.add(change);
  }

  committed(): void {
    this.#isDirty = true;
    this.#wake();
  }

  /** What the consumer has not been told; it must be current. */
  take(): readonly TrackedRow[] {
    if (!this.#isDirty) return [];
    this.#isDirty = false;
    if (this.view.isWhole) return positioned(this.#net.take(), this.view);
    const rows = this.view.visible();
    const tracked = windowDifference(this.#told, rows);
    this.#told = rows;
    return tracked;
  }

  end(): void {
    this.view.remove(this);
  }
}

function positioned(changes: readonly NetChange[], view: RowView): readonly TrackedRow[] {
  const { order } = view;
  const olds = changes.flatMap(({ before }) => before ?? []).sort(order);
  const news = changes.flatMap(({ after }) => after ?? []).sort(order);
  const from = new Map<string, number>();
  let newsBefore = 0;
  for (const [at, old] of olds.entries()) {
    for (let next = news[newsBefore]; next && order(next, old) < 0; next = news[newsBefore]) {
      newsBefore += 1;
    }
    from.set(old.id, view.rank(old) - newsBefore + at);
  }
  return changes.map(({ before, after }) => ({
    before,
    after,
    from: before === undefined ? undefined : from.get(before.id),
    to: after === undefined ? undefined : view.rank(after),
  }));
}

function windowDifference(
  before: readonly StoredDocument[],
  after: readonly StoredDocument[],
): readonly TrackedRow[] {
  const places = new Map(before.map((document, from) => [document.id, { document, from }]));
  const tracked: TrackedRow[] = [];
  for (const [to, document] of after.entries()) {
    const known = places.get(document.id);
    places.delete(document.id);
    if (known === undefined)
      tracked.push({ before: undefined, after: document, from: undefined, to });
    else if (known.document !== document && !sameValue(known.document, document)) {
      tracked.push({ before: known.document, after: document, from: known.from, to });
    }
  }
  for (const { document, from } of places.values()) {
    tracked.push({ before: document, after: undefined, from, to: undefined });
  }
  return tracked;
}
