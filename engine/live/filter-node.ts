import { compileFilter, type DocumentTest } from '../exec/compile-filter.ts';
import type { ResolvedFilter } from '../plan/resolved-filter.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import type { Watcher } from './matcher-index.ts';

/** Whoever hears of documents that begin to satisfy a filter, cease to, or change while they do. */
export interface FilterListener {
  changed(before: StoredDocument | undefined, after: StoredDocument | undefined): void;
  /** All changes of a commit were told, at least one of them to this listener. */
  committed(lsn: number): void;
}

const nobody: readonly FilterListener[] = [];

/** One filter over one collection, evaluated once for all who watch it; compiled when a change first asks for it. */
export class FilterNode implements Watcher {
  readonly #filter: ResolvedFilter;
  readonly #value: StoredValue | undefined;
  lookStamp = 0;
  commitStamp = 0;
  #test: DocumentTest | undefined;
  /** Most have one. A list is replaced, never altered: one that is being told is not disturbed. */
  #listeners: FilterListener | readonly FilterListener[] = nobody;

  /**
   * With a value, it is that of the comparison, which then may be shared with others that differ in it.
   * @throws AuroraError `InvalidValue` for a regular expression that cannot be used
   */
  constructor(filter: ResolvedFilter, value?: StoredValue) {
    this.#filter = filter;
    this.#value = value;
    // Whether it can be compiled is told at once; a plain comparison always can.
    if (value === undefined) compileFilter(filter);
  }

  get filter(): ResolvedFilter {
    const filter = this.#filter;
    if (this.#value === undefined || filter.kind !== 'compare') return filter;
    return { ...filter, value: this.#value };
  }

  get isUnused(): boolean {
    return this.#listeners === nobody;
  }

  test(document: StoredDocument): boolean {
    this.#test ??= compileFilter(this.filter);
    return this.#test(document);
  }

  add(listener: FilterListener): void {
    const listeners = this.#listeners;
    if (!isMany(listeners)) this.#listeners = [listeners, listener];
    else this.#listeners = listeners === nobody ? listener : [...listeners, listener];
  }

  remove(listener: FilterListener): void {
    const listeners = this.#listeners;
    if (!isMany(listeners)) {
      if (listeners === listener) this.#listeners = nobody;
      return;
    }
    const left = listeners.filter((each) => each !== listener);
    this.#listeners = left.length === 0 ? nobody : left;
  }

  changed(before: StoredDocument | undefined, after: StoredDocument | undefined): void {
    const listeners = this.#listeners;
    if (!isMany(listeners)) listeners.changed(before, after);
    else for (const listener of listeners) listener.changed(before, after);
  }

  committed(lsn: number): void {
    const listeners = this.#listeners;
    if (!isMany(listeners)) listeners.committed(lsn);
    else for (const listener of listeners) listener.committed(lsn);
  }
}

/** `Array.isArray` does not narrow read-only arrays. */
function isMany(
  listeners: FilterListener | readonly FilterListener[],
): listeners is readonly FilterListener[] {
  return Array.isArray(listeners);
}
