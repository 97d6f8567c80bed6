/*
 * The filters that are watched over one collection, so found that a change costs time in proportion to those that it
 * may concern, not to all of them. What is found is a candidate; its whole filter decides.
 */
import type { FieldPath } from '#engine/aql';
import type { DocumentTest } from '../exec/compile-filter.ts';
import { compileReader, type FieldReader } from '../exec/field-reader.ts';
import { isList } from '../values/compare.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import type { AccessKey, Interval } from './access-key.ts';
import type { DocumentDelta } from './document-delta.ts';
import { IntervalTree } from './interval-tree.ts';

/** Whoever watches the documents that satisfy a filter. */
export interface Watcher {
  readonly test: DocumentTest;
  /** A document that satisfied the filter before a commit, or does so after it; the other image is absent. */
  changed(before: StoredDocument | undefined, after: StoredDocument | undefined): void;
  /** All changes of a commit are told. */
  committed(lsn: number): void;
}

interface Entry {
  readonly watcher: Watcher;
  /** The last look that found it, and the last commit that concerned it. */
  lookStamp: number;
  commitStamp: number;
}

interface ValueIndex {
  readonly read: FieldReader;
  /** One entry stands by itself, as most do. */
  readonly entries: Map<StoredValue, Entry | Set<Entry>>;
}

interface IntervalIndex {
  readonly read: FieldReader;
  readonly type: Interval['type'];
  readonly tree: IntervalTree<Entry>;
}

export class MatcherIndex {
  readonly #byValue = new Map<string, ValueIndex>();
  readonly #byInterval = new Map<string, IntervalIndex>();
  readonly #always = new Set<Entry>();
  #watcherCount = 0;
  #look = 0;

  get isEmpty(): boolean {
    return this.#watcherCount === 0;
  }

  /** Enters a watcher under the keys of its filter; the returned function takes it out again. */
  add(watcher: Watcher, keys: readonly AccessKey[] | undefined): () => void {
    const entry: Entry = { watcher, lookStamp: 0, commitStamp: 0 };
    this.#watcherCount += 1;
    const removals = keys?.map((key) => this.#enter(entry, key)) ?? [this.#enterAlways(entry)];
    return () => {
      this.#watcherCount -= 1;
      for (const remove of removals) remove();
    };
  }

  /** Tells the changes of one commit to whom they concern, and gives those. */
  match(documents: readonly DocumentDelta[], lsn: number): readonly Watcher[] {
    const concerned: Watcher[] = [];
    for (const { before, after } of documents) {
      this.#look += 1;
      const stamp = this.#look;
      const visit = (entry: Entry) => {
        if (entry.lookStamp === stamp) return;
        entry.lookStamp = stamp;
        const { watcher } = entry;
        const was = before !== undefined && watcher.test(before) ? before : undefined;
        const is = after !== undefined && watcher.test(after) ? after : undefined;
        if (was === undefined && is === undefined) return;
        watcher.changed(was, is);
        if (entry.commitStamp === lsn) return;
        entry.commitStamp = lsn;
        concerned.push(watcher);
      };
      for (const entry of this.#always) visit(entry);
      if (before !== undefined) this.#visit(before, visit);
      if (after !== undefined) this.#visit(after, visit);
    }
    return concerned;
  }

  #visit(document: StoredDocument, visit: (entry: Entry) => void): void {
    for (const { read, entries } of this.#byValue.values()) {
      const value = read(document) ?? null;
      if (isList(value)) {
        for (const element of value) visitAll(entries.get(element), visit);
      } else visitAll(entries.get(value), visit);
    }
    for (const { read, type, tree } of this.#byInterval.values()) {
      const value = read(document);
      if (typeof value === type && value !== undefined) tree.visit(value, visit);
    }
  }

  #enterAlways(entry: Entry): () => void {
    this.#always.add(entry);
    return () => this.#always.delete(entry);
  }

  #enter(entry: Entry, key: AccessKey): () => void {
    if (key.kind === 'value') return this.#enterValues(entry, key.path, key.values);
    const { path, interval } = key;
    const name = JSON.stringify([path, interval.type]);
    const { type } = interval;
    const index = this.#byInterval.get(name) ?? {
      read: compileReader(path),
      type,
      tree: new IntervalTree<Entry>(),
    };
    this.#byInterval.set(name, index);
    const remove = index.tree.add(interval, entry);
    return () => {
      remove();
      if (index.tree.isEmpty && this.#byInterval.get(name) === index) this.#byInterval.delete(name);
    };
  }

  #enterValues(entry: Entry, path: FieldPath, values: readonly StoredValue[]): () => void {
    const name = JSON.stringify(path);
    const index = this.#byValue.get(name) ?? { read: compileReader(path), entries: new Map() };
    this.#byValue.set(name, index);
    for (const value of values) {
      const present = index.entries.get(value);
      if (present === undefined) index.entries.set(value, entry);
      else if (present instanceof Set) present.add(entry);
      else if (present !== entry) index.entries.set(value, new Set([present, entry]));
    }
    return () => {
      for (const value of values) {
        const present = index.entries.get(value);
        if (present instanceof Set) present.delete(entry);
        if (present === entry || (present instanceof Set && present.size === 0)) {
          index.entries.delete(value);
        }
      }
      if (index.entries.size === 0 && this.#byValue.get(name) === index) this.#byValue.delete(name);
    };
  }
}

function visitAll(found: Entry | Set<Entry> | undefined, visit: (entry: Entry) => void): void {
  if (found === undefined) return;
  if (found instanceof Set) found.forEach(visit);
  else visit(found);
}
