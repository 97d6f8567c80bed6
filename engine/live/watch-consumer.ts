/*
 * One consumer of watched documents: an update for each. There may be tens of thousands that nothing ever concerns, so it
 * holds only what is its own; what follows from its request or is only told to those who ask is made when it is needed.
 */
import type { JsonValue } from '#engine/aql';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { documentOutput } from '../exec/document-output.ts';
import type { OutputObject } from '../exec/projection.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { collectionGone } from './collection-gone.ts';
import { Debounce } from './debounce.ts';
import type { DocumentFlow, FlowingChange, FlowOwner } from './document-flow.ts';
import { type EventSource, SourceStream } from './event-stream.ts';
import type { WatchUpdate } from './live-event.ts';
import type { Follower, LiveHub } from './live-hub.ts';
import type { LiveViews } from './live-views.ts';
import { WatcherFacts } from './watcher-facts.ts';

/** Says, to those who ask for it, that the documents which were there at first have been told. */
interface WatchLoaded {
  readonly type: 'Loaded';
  readonly lsn: number;
}

export type WatchEvent = WatchUpdate<OutputObject> | WatchLoaded;

export interface WatchConsumerOptions {
  readonly where: { readonly [key: string]: JsonValue };
  readonly debounceMs: number;
  readonly tellsLoaded: boolean;
}

const nothing: readonly FlowingChange[] = [];

export class WatchConsumer implements EventSource<WatchEvent>, Follower, FlowOwner {
  readonly entry: CollectionEntry;
  readonly stream: SourceStream<WatchEvent>;
  readonly #hub: LiveHub;
  /** A text is smaller than the objects that it stands for. */
  readonly #where: string;
  /** Counted from the hub's start, which makes it a small number. */
  readonly #startedAfterMs: number;
  readonly #debounce: Debounce | undefined;
  #facts: WatcherFacts | undefined;
  #flow: DocumentFlow | undefined;
  #ready = nothing;
  #at = 0;
  #hasToldLoaded: boolean;
  #hasStopped = false;

  constructor(hub: LiveHub, entry: CollectionEntry, options: WatchConsumerOptions) {
    this.entry = entry;
    this.#hub = hub;
    this.#where = JSON.stringify(options.where);
    this.#startedAfterMs = hub.clock.now() - hub.startedMs;
    this.#hasToldLoaded = !options.tellsLoaded;
    const stream = new SourceStream(this);
    this.stream = stream;
    const { debounceMs } = options;
    this.#debounce = debounceMs > 0 ? new Debounce(debounceMs, () => stream.wake()) : undefined;
  }

  get views(): LiveViews {
    return this.#hub.views;
  }

  get collapses(): boolean {
    return this.#debounce !== undefined;
  }

  get facts(): WatcherFacts {
    const collection = this.entry.definition.name;
    this.#facts ??= new WatcherFacts({
      id: this.#hub.newId(),
      query: `${collection} ${this.#where}`,
      collection,
      startedMs: this.#hub.startedMs + this.#startedAfterMs,
    });
    return this.#facts;
  }

  entries(): readonly CollectionEntry[] {
    return [this.entry];
  }

  redefined(now: CollectionEntry | undefined): void {
    if (now?.storageId === this.entry.storageId) return;
    const { name } = this.entry.definition;
    this.stream.finish(now === undefined ? collectionGone(name) : writtenAnew(name));
  }

  follow(flow: DocumentFlow): void {
    this.#flow = flow;
    this.stream.wake();
  }

  flowed(): void {
    this.#hub.wakeSoon(this);
  }

  /** Something may have changed. */
  changed(): void {
    this.stream.wake();
    this.#debounce?.touch();
  }

  take(): WatchEvent | undefined {
    if (this.#at === this.#ready.length) this.#refill();
    const change = this.#ready[this.#at];
    if (change !== undefined) {
      this.#at += 1;
      this.facts.told();
      return toUpdate(change, documentOutput(this.entry.definition));
    }
    if (this.#hasToldLoaded || this.#flow?.isLoaded !== true) return undefined;
    this.#hasToldLoaded = true;
    return { type: 'Loaded', lsn: this.#hub.lsn };
  }

  stop(): void {
    this.#hasStopped = true;
    this.#debounce?.end();
    this.#flow?.end();
    this.#hub.ended(this);
  }

  ended(): void {
    if (!this.#hasStopped) this.stop();
  }

  #refill(): void {
    const isDue = this.#debounce?.isDue ?? true;
    this.#ready = this.#flow?.next(isDue) ?? nothing;
    this.#at = 0;
    // What was there at first is not waited for, and says nothing of what has happened since.
    if (isDue && this.#ready[0]?.isInitial !== true) this.#debounce?.taken();
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

function writtenAnew(collection: string): AuroraError {
  return new AuroraError(
    'CollectionRedefined',
    `All documents of "${collection}" were written anew; what followed them has to begin again.`,
    { details: { collection } },
  );
}
