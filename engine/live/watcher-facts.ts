import type { StoredDocument } from '../values/stored-value.ts';

/** What `_watchers` tells of one live query. */
export class WatcherFacts {
  readonly id: string;
  readonly #query: string;
  readonly #collection: string;
  readonly #startedMs: number;
  #eventCount = 0;
  #rerunCount = 0;
  #reason: string | null = null;

  constructor(facts: {
    readonly id: string;
    readonly query: string;
    readonly collection: string;
    readonly startedMs: number;
  }) {
    this.id = facts.id;
    this.#query = facts.query;
    this.#collection = facts.collection;
    this.#startedMs = facts.startedMs;
  }

  /** How often it has run again. */
  get rerunCount(): number {
    return this.#rerunCount;
  }

  told(): void {
    this.#eventCount += 1;
  }

  /** Why it runs again, or will whenever a commit concerns it. */
  explain(reason: string): void {
    this.#reason = reason;
  }

  reran(): void {
    this.#rerunCount += 1;
  }

  /** As a document of `_watchers`. */
  document(): StoredDocument {
    return {
      id: this.id,
      query: this.#query,
      collection: this.#collection,
      started_at: this.#startedMs,
      events: this.#eventCount,
      reruns: this.#rerunCount,
      reason: this.#reason,
    };
  }
}
