/*
 * One consumer of a live query: a snapshot, then deltas. Nothing is computed before the consumer asks: what has changed
 * since it was told last is one delta, so a consumer that is slow gets fewer and larger ones. A delta is told when all
 * roots are as of the same commit.
 */
import type { ResultData } from '../exec/execution-result.ts';
import { Debounce } from './debounce.ts';
import { type EventSource, SourceStream } from './event-stream.ts';
import type { LiveEvent } from './live-event.ts';
import type { FollowedPart } from './live-result.ts';
import type { WatcherFacts } from './watcher-facts.ts';

export interface LiveConsumerParts {
  /** Begins to follow the parts of the query as the schema is now. @throws AuroraError when the schema has none of it */
  readonly open: (consumer: LiveConsumer) => readonly FollowedPart[];
  /** The commit that all which is current is as of. */
  readonly lsn: () => number;
  readonly debounceMs: number;
  readonly facts: WatcherFacts;
  readonly onEnded: () => void;
}

export class LiveConsumer implements EventSource<LiveEvent> {
  readonly stream: SourceStream<LiveEvent>;
  readonly facts: WatcherFacts;
  readonly #parts: LiveConsumerParts;
  readonly #debounce: Debounce;
  #followed: readonly FollowedPart[] = [];
  #hasBegun = false;

  constructor(parts: LiveConsumerParts) {
    this.#parts = parts;
    this.facts = parts.facts;
    this.stream = new SourceStream(this);
    this.#debounce = new Debounce(parts.debounceMs, () => this.stream.wake());
  }

  /** @throws AuroraError what opening throws */
  start(): void {
    this.#followed = this.#parts.open(this);
  }

  /** Begins anew, with another snapshot: the schema has changed. */
  restart(): void {
    this.#endFollowing();
    this.#hasBegun = false;
    this.facts.reran();
    try {
      this.start();
    } catch (error) {
      this.stream.finish(error);
      return;
    }
    this.stream.wake();
  }

  /** Something may have changed. */
  changed(): void {
    if (this.#hasBegun) this.#debounce.touch();
    else this.stream.wake();
  }

  take(): LiveEvent | undefined {
    try {
      return this.#next();
    } catch (error) {
      // A sum that no number can say, for example: the query would fail as well.
      this.#endFollowing();
      this.stream.finish(error);
      return undefined;
    }
  }

  stop(): void {
    this.ended();
  }

  ended(): void {
    this.#debounce.end();
    this.#endFollowing();
    this.#parts.onEnded();
  }

  #next(): LiveEvent | undefined {
    const isCurrent = this.#followed.every((part) => part.isCurrent);
    if (this.stream.isClosed || this.#followed.length === 0 || !isCurrent) return undefined;
    const lsn = this.#followed[0]?.lsn ?? this.#parts.lsn();
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      const data: ResultData = {};
      for (const part of this.#followed) part.begin(data);
      this.facts.told();
      return { type: 'snapshot', lsn, data };
    }
    if (!this.#debounce.isDue) return undefined;
    this.#debounce.taken();
    const changes = this.#followed.flatMap((part) => part.take());
    if (changes.length === 0) return undefined;
    this.facts.told();
    return { type: 'delta', lsn, changes };
  }

  #endFollowing(): void {
    const followed = this.#followed;
    this.#followed = [];
    for (const part of followed) part.end();
  }
}
