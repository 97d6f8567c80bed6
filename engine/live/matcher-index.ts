/*
 * The filters that are watched over one collection, so found that a change costs time in proportion to those that it
 * may concern, not to all of them. What is found is a candidate; its whole filter decides.
 */
import type { FieldPath } from '#engine/aql';
import { compileReader, type FieldReader } from '../exec/field-reader.ts';
import { isList } from '../values/compare.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import type { AccessKey, Interval } from './access-key.ts';
import type { DocumentDelta } from './document-delta.ts';
import { IntervalTree } from './interval-tree.ts';

/** Whoever watches the documents that satisfy a filter. */
export interface Watcher {
  /** The last look that found it, and the last commit that concerned it; kept by the index. */
  lookStamp: number;
  commitStamp: number;
  test(document: StoredDocument): boolean;
  /** A document that satisfied the filter before a commit, or does so after it; the other image is absent. */
  changed(before: StoredDocument | undefined, after: StoredDocument | undefined): void;
  /** All changes of a commit are told. */
  committed(lsn: number): void;
}

interface ValueIndex {
  readonly read: FieldReader;
  /** One watcher stands by itself, as most do. */
  readonly watchers: Map<StoredValue, Watcher | Set<Watcher>>;
}

interface IntervalIndex {
  readonly read: FieldReader;
  readonly type: Interval['type'];
  readonly tree: IntervalTree<Watcher>;
}

export class MatcherIndex {
  readonly #byValue = new Map<string, ValueIndex>();
  readonly #byInterval = new Map<string, IntervalIndex>();
  readonly #always = new Set<Watcher>();
  /** How those that are in intervals are taken out again. */
  readonly #removals = new Map<Watcher, (() => void)[]>();
  #watcherCount = 0;
  #look = 0;

  get isEmpty(): boolean {
    return this.#watcherCount === 0;
  }

  /** Enters a watcher under the keys of its filter. */
  add(watcher: Watcher, keys: readonly AccessKey[] | undefined): void {
    this.#watcherCount += 1;
    if (keys === undefined) this.#always.add(watcher);
    else for (const key of keys) this.#enter(watcher, key);
  }

  /** Takes out a watcher that was entered under the same keys. */
  remove(watcher: Watcher, keys: readonly AccessKey[] | undefined): void {
    this.#watcherCount -= 1;
    this.#always.delete(watcher);
    for (const remove of this.#removals.get(watcher) ?? []) remove();
    this.#removals.delete(watcher);
    for (const key of keys ?? []) {
      if (key.kind === 'value') this.#leaveValues(watcher, key.path, key.values);
    }
  }

  /** Tells the changes of one commit to whom they concern, and gives those. */
  match(documents: readonly DocumentDelta[], lsn: number): readonly Watcher[] {
    const concerned: Watcher[] = [];
    for (const { before, after } of documents) {
      this.#look += 1;
      const stamp = this.#look;
      const visit = (watcher: Watcher) => {
        if (watcher.lookStamp === stamp) return;
        watcher.lookStamp = stamp;
        const was = before !== undefined && watcher.test(before) ? before : undefined;
        const is = after !== undefined && watcher.test(after) ? after : undefined;
        if (was === undefined && is === undefined) return;
        watcher.changed(was, is);
        if (watcher.commitStamp === lsn) return;
        watcher.commitStamp = lsn;
        concerned.push(watcher);
      };
      for (const watcher of this.#always) visit(watcher);
      if (before !== undefined) this.#visit(before, visit);
      if (after !== undefined) this.#visit(after, visit);
    }
    return concerned;
  }

  #visit(document: StoredDocument, visit: (watcher: Watcher) => void): void {
    for (const { read, watchers } of this.#byValue.values()) {
      const value = read(document) ?? null;
      if (isList(value)) {
        for (const element of value) visitAll(watchers.get(element), visit);
      } else visitAll(watchers.get(value), visit);
    }
    for (const { read, type, tree } of this.#byInterval.values()) {
      const value = read(document);
      if (typeof value === type && value !== undefined) tree.visit(value, visit);
    }
  }

  #enter(watcher: Watcher, key: AccessKey): void {
    if (key.kind === 'value') {
      this.#enterValues(watcher, key.path, key.values);
      return;
    }
    const { path, interval } = key;
    const name = JSON.stringify([path, interval.type]);
    const { type } = interval;
    const index = this.#byInterval.get(name) ?? {
      read: compileReader(path),
      type,
      tree: new IntervalTree<Watcher>(),
    };
    this.#byInterval.set(name, index);
    const remove = index.tree.add(interval, watcher);
    const removals = this.#removals.get(watcher) ?? [];
    this.#removals.set(watcher, removals);
    removals.push(() => {
      remove();
      if (index.tree.isEmpty && this.#byInterval.get(name) === index) this.#byInterval.delete(name);
    });
  }

  #enterValues(watcher: Watcher, path: FieldPath, values: readonly StoredValue[]): void {
    const name = JSON.stringify(path);
    const index = this.#byValue.get(name) ?? { read: compileReader(path), watchers: new Map() };
    this.#byValue.set(name, index);
    for (const value of values) {
      const present = index.watchers.get(value);
      if (present === undefined) index.watchers.set(value, watcher);
      else if (present instanceof Set) present.add(watcher);
      else if (present !== watcher) index.watchers.set(value, new Set([present, watcher]));
    }
  }

  #leaveValues(watcher: Watcher, path: FieldPath, values: readonly StoredValue[]): void {
    const name = JSON.stringify(path);
    const index = this.#byValue.get(name);
    if (index === undefined) return;
    for (const value of values) {
      const present = index.watchers.get(value);
      if (present instanceof Set) present.delete(watcher);
      if (present === watcher || (present instanceof Set && present.size === 0)) {
        index.watchers.delete(value);
      }
    }
    if (index.watchers.size === 0) this.#byValue.delete(name);
  }
}

function visitAll(
  found: Watcher | Set<Watcher> | undefined,
  visit: (watcher: Watcher) => void,
): void {
  if (found === undefined) return;
  if (found instanceof Set) found.forEach(visit);
  else visit(found);
}
