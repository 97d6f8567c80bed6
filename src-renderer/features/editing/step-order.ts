/*
 * In which order steps were made in several collections at once, as the result of a query edits them. It outlives the
 * result: a query that is run again gives another one over the same edits. Steps that were made elsewhere (in the grid of a
 * collection, before the page was loaded anew) are not in the order; they come after those that are.
 */
import { redo, undo, undoStepsMax } from './staged-edits.ts';
import type { StagedStore } from './staged-store.ts';

type Stepped = Pick<StagedStore, 'apply' | 'state'>;

export class StepOrder {
  #done: Stepped[] = [];
  #undone: Stepped[] = [];

  /** Told before a step is made. */
  remember(store: Stepped): void {
    this.#done = [...this.#done, store].slice(-undoStepsMax);
    // A new step leaves nothing to be done again in its collection.
    this.#undone = this.#undone.filter((each) => each !== store);
  }

  /** Undoes the last step of some collections. */
  undo(stores: readonly Stepped[]): void {
    const possible = stores.filter((store) => store.state().past.length > 0);
    const store = taken(this.#done, possible);
    if (store === undefined) return;
    this.#undone.push(store);
    store.apply(undo);
  }

  redo(stores: readonly Stepped[]): void {
    const possible = stores.filter((store) => store.state().future.length > 0);
    const store = taken(this.#undone, possible);
    if (store === undefined) return;
    this.#done.push(store);
    store.apply(redo);
  }
}

/** The last of the order that is possible, taken out of it; else any. */
function taken(order: Stepped[], possible: readonly Stepped[]): Stepped | undefined {
  const at = order.findLastIndex((store) => possible.includes(store));
  return at < 0 ? possible.at(-1) : order.splice(at, 1)[0];
}
