import { compileFilter, type DocumentTest } from '../exec/compile-filter.ts';
import type { ResolvedFilter } from '../plan/resolved-filter.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { Watcher } from './matcher-index.ts';

/** Whoever hears of documents that begin to satisfy a filter, cease to, or change while they do. */
export interface FilterListener {
  changed(before: StoredDocument | undefined, after: StoredDocument | undefined): void;
  /** All changes of a commit were told, at least one of them to this listener. */
  committed(lsn: number): void;
}

/** One filter over one collection, evaluated once for all who watch it. */
export class FilterNode implements Watcher {
  readonly test: DocumentTest;
  /** Replaced, never altered: one that is being told is not disturbed. */
  #listeners: readonly FilterListener[] = [];

  constructor(filter: ResolvedFilter) {
    this.test = compileFilter(filter);
  }

  get isUnused(): boolean {
    return this.#listeners.length === 0;
  }

  add(listener: FilterListener): void {
    this.#listeners = [...this.#listeners, listener];
  }

  remove(listener: FilterListener): void {
    this.#listeners = this.#listeners.filter((each) => each !== listener);
  }

  changed(before: StoredDocument | undefined, after: StoredDocument | undefined): void {
    for (const listener of this.#listeners) listener.changed(before, after);
  }

  committed(lsn: number): void {
    for (const listener of this.#listeners) listener.committed(lsn);
  }
}
