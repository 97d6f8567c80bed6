/* One consumer of watched documents: an update for each. */
import type { OutputObject } from '../exec/projection.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { Debounce } from './debounce.ts';
import type { DocumentFlow, FlowingChange } from './document-flow.ts';
import { type EventSource, SourceStream } from './event-stream.ts';
import type { WatchUpdate } from './live-event.ts';
import type { WatcherFacts } from './watcher-facts.ts';

/** Says, to those who ask for it, that the documents which were there at first have been told. */
interface WatchLoaded {
  readonly type: 'Loaded';
  readonly lsn: number;
}

export type WatchEvent = WatchUpdate<OutputObject> | WatchLoaded;

export interface WatchConsumerParts {
  readonly debounceMs: number;
  readonly tellsLoaded: boolean;
  readonly output: (document: StoredDocument) => OutputObject;
  readonly lsn: () => number;
  readonly facts: WatcherFacts;
  readonly onEnded: () => void;
}

export class WatchConsumer implements EventSource<WatchEvent> {
  readonly stream: SourceStream<WatchEvent>;
  readonly facts: WatcherFacts;
  readonly #parts: WatchConsumerParts;
  readonly #debounce: Debounce;
  #flow: DocumentFlow | undefined;
  #ready: readonly FlowingChange[] = [];
  #at = 0;
  #hasToldLoaded: boolean;
  #hasStopped = false;

  constructor(parts: WatchConsumerParts) {
    this.#parts = parts;
    this.facts = parts.facts;
    this.#hasToldLoaded = !parts.tellsLoaded;
    this.stream = new SourceStream(this);
    this.#debounce = new Debounce(parts.debounceMs, () => this.stream.wake());
  }

  follow(flow: DocumentFlow): void {
    this.#flow = flow;
    this.stream.wake();
  }

  /** Something may have changed. */
  changed(): void {
    this.stream.wake();
    this.#debounce.touch();
  }

  take(): WatchEvent | undefined {
    if (this.#at === this.#ready.length) this.#refill();
    const change = this.#ready[this.#at];
    if (change !== undefined) {
      this.#at += 1;
      this.facts.told();
      return toUpdate(change, this.#parts.output);
    }
    if (this.#hasToldLoaded || this.#flow?.isLoaded !== true) return undefined;
    this.#hasToldLoaded = true;
    return { type: 'Loaded', lsn: this.#parts.lsn() };
  }

  stop(): void {
    this.#hasStopped = true;
    this.#debounce.end();
    this.#flow?.end();
    this.#parts.onEnded();
  }

  ended(): void {
    if (!this.#hasStopped) this.stop();
  }

  #refill(): void {
    const { isDue } = this.#debounce;
    this.#ready = this.#flow?.next(isDue) ?? [];
    this.#at = 0;
    // What was there at first is not waited for, and says nothing of what has happened since.
    if (isDue && this.#ready[0]?.isInitial !== true) this.#debounce.taken();
  }
}

function toUpdate(
  { before, after, lsn, isInitial }: FlowingChange,
  output: (document: StoredDocument) => OutputObject,
): WatchUpdate<OutputObject> | undefined {
  if (after !== undefined) {
    const { id } = after;
    if (before === undefined) return { type: 'Added', id, lsn, new: output(after), isInitial };
    return { type: 'Modified', id, lsn, old: output(before), new: output(after), isInitial: false };
  }
  if (before === undefined) return undefined;
  return { type: 'Removed', id: before.id, lsn, old: output(before), isInitial: false };
}
