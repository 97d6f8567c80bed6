import { sameValue } from '../values/compare.ts';
import type { StoredDocument } from '../values/stored-value.ts';

/** A document before and after several changes; absent where it did not belong to what is watched. */
export interface NetChange {
  readonly before: StoredDocument | undefined;
  readonly after: StoredDocument | undefined;
}

/**
 * Changes of documents, collapsed to their net effect: what was added and removed again is nothing, what was removed
 * and added again is modified. So what waits for a slow consumer is bounded by what it watches.
 */
export class NetChanges {
  /** Most of those who watch are told at once, and never need it. */
  #byId: Map<string, NetChange> | undefined;

  get size(): number {
    return this.#byId?.size ?? 0;
  }

  add({ before, after }: NetChange): void {
    const id = (after ?? before)?.id;
    if (id === undefined) return;
    this.#byId ??= new Map();
    const known = this.#byId.get(id);
    const first = known === undefined ? before : known.before;
    const isNothing =
      first === undefined ? after === undefined : after !== undefined && sameValue(first, after);
    if (isNothing) this.#byId.delete(id);
    else this.#byId.set(id, { before: first, after });
  }

  /** All changes, which it then forgets. */
  take(): readonly NetChange[] {
    const changes = [...(this.#byId?.values() ?? [])];
    this.#byId = undefined;
    return changes;
  }
}
