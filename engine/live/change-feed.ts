/*
 * One listener of changes. Its events wait in a queue with a bound; what does not fit is counted, and told as one
 * `Lagged` when the consumer has taken what was there. A listener that goes on from an earlier place reads the log
 * first, as fast as it is pulled, until it has caught up with what is visible; nothing is queued for it meanwhile, as
 * it is in the log.
 */
import { assert } from '../base/assert.ts';
import { nextTurn } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import { documentOutput } from '../exec/document-output.ts';
import type { OutputObject } from '../exec/projection.ts';
import { limits } from '../limits.ts';
import type { ChangeLog, ChangePosition } from '../transactions/change-log.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { logGap } from '../wal/retained-segments.ts';
import type { ChangeEvent } from './change-event.ts';
import { type CollectionDelta, type DocumentDelta, deltasOf } from './document-delta.ts';
import { type EventSource, SourceStream } from './event-stream.ts';

type FeedEvent = ChangeEvent<OutputObject>;

/** Which events a listener gets. */
interface FeedFilter {
  readonly fields: readonly string[] | undefined;
  /** True for a document that is of interest. */
  readonly test: ((document: StoredDocument) => boolean) | undefined;
}

/** Makes the events of a feed, unless they are those of `listen`. */
export type FeedShape = (
  position: ChangePosition,
  delta: DocumentDelta,
  endsCommit: boolean,
) => unknown;

interface CompiledFeed {
  readonly filter: FeedFilter;
  readonly shape: FeedShape | undefined;
}

interface FeedParts {
  /** All but the engine's own when absent. */
  readonly collection: string | undefined;
  /** Made by what the collection is now. @throws AuroraError where it no longer has what is asked for */
  readonly compile: () => CompiledFeed;
  readonly onEnded: () => void;
}

/** Events that are made again when they are taken, so that waiting costs no copies. */
interface Waiting {
  readonly position: ChangePosition;
  readonly delta: DocumentDelta;
  readonly entry: CollectionDelta['entry'];
  endsCommit: boolean;
}

export class ChangeFeed implements EventSource<unknown> {
  readonly stream: SourceStream<unknown>;
  readonly #parts: FeedParts;
  #compiled: CompiledFeed;
  #queue: Waiting[] = [];
  #head = 0;
  #isCatchingUp = false;
  #onRoom: (() => void) | undefined;
  #missed: (ChangePosition & { missedCount: number | undefined }) | undefined;

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.#compiled = parts.compile();
    this.stream = new SourceStream(this);
  }

  /** A commit has become visible. */
  committed(position: ChangePosition, deltas: readonly CollectionDelta[]): void {
    if (this.#isCatchingUp) return;
    const events = this.#eventsOf(position, deltas);
    if (events.length === 0) return;
    const waiting = this.#queue.length - this.#head;
    const isFull = waiting > 0 && waiting + events.length > limits.feedPendingMax;
    if (isFull || this.#missed !== undefined) {
      const { missedCount } = this.#missed ?? { missedCount: 0 };
      // What nobody could count before is not counted now either.
      const count = missedCount === undefined ? undefined : missedCount + events.length;
      this.#missed = { ...position, missedCount: count };
    } else {
      for (const event of events) this.#queue.push(event);
    }
    this.stream.wake();
  }

  get collection(): string | undefined {
    return this.#parts.collection;
  }

  /** The definition of its collection has changed: it goes on by the new one, or ends where that is not possible. */
  redefined(): void {
    try {
      this.#compiled = this.#parts.compile();
    } catch (error) {
      this.stream.finish(error);
    }
  }

  /** The documents of collections were all written anew, by a migration. */
  writtenAnew(position: ChangePosition, names: readonly string[]): void {
    if (this.#isCatchingUp) return;
    const { collection } = this;
    const isMine = (name: string) =>
      collection === undefined ? !name.startsWith('_') : name === collection;
    if (!names.some(isMine)) return;
    this.#missed = { ...position, missedCount: undefined };
    this.stream.wake();
  }

  /** Goes on behind a place; from the present one when that is no longer possible. Never rejects. */
  async resume(log: ChangeLog, after: ChangePosition): Promise<void> {
    this.#isCatchingUp = true;
    let reached = after;
    try {
      do {
        const target = log.position;
        for await (const { position, commit } of log.read(reached, target.lsn)) {
          if (this.stream.isClosed) return;
          // It may have written documents anew, which the log tells nothing of.
          if (commit.event.schemaChanged) throw logGap({ ...position });
          await this.#append(position, deltasOf(commit));
        }
        reached = target;
      } while (reached.lsn !== log.position.lsn);
      this.#isCatchingUp = false;
    } catch (error) {
      if (this.stream.isClosed) return;
      if (!(error instanceof AuroraError) || error.code !== 'ChangeLogGap') {
        this.stream.finish(error);
        return;
      }
      this.#isCatchingUp = false;
      this.#missed = { ...log.position, missedCount: undefined };
      this.stream.wake();
    }
  }

  take(): unknown {
    const waiting = this.#queue[this.#head];
    if (waiting !== undefined) {
      this.#head += 1;
      if (this.#head === this.#queue.length) {
        this.#queue = [];
        this.#head = 0;
      }
      this.#onRoom?.();
      const { shape } = this.#compiled;
      if (shape === undefined) return toEvent(waiting);
      return shape(waiting.position, waiting.delta, waiting.endsCommit);
    }
    const missed = this.#missed;
    if (missed === undefined) return undefined;
    this.#missed = undefined;
    const type = this.#compiled.shape === undefined ? 'changeType' : 'type';
    return { [type]: 'Lagged', ...missed };
  }

  stop(): void {
    this.#parts.onEnded();
  }

  ended(): void {
    this.#queue = [];
    this.#onRoom?.();
    this.#parts.onEnded();
  }

  /** Adds what was read from the log, when there is room for it. */
  async #append(position: ChangePosition, deltas: readonly CollectionDelta[]): Promise<void> {
    const events = this.#eventsOf(position, deltas);
    for (const event of events) this.#queue.push(event);
    if (events.length > 0) this.stream.wake();
    // Reading many records at a stretch must not keep the event loop from its other work.
    if (position.lsn % 64 === 0) await nextTurn();
    while (this.#queue.length - this.#head >= limits.feedReadAheadMax && !this.stream.isClosed) {
      await new Promise<void>((resolve) => {
        this.#onRoom = resolve;
      });
      this.#onRoom = undefined;
    }
  }

  #eventsOf(position: ChangePosition, deltas: readonly CollectionDelta[]): readonly Waiting[] {
    const { collection } = this;
    const { test, fields } = this.#compiled.filter;
    const events: Waiting[] = [];
    for (const { entry, documents } of deltas) {
      const { name } = entry.definition;
      // What the engine keeps about itself is told to those who ask for it by name.
      if (collection === undefined ? name.startsWith('_') : name !== collection) continue;
      for (const delta of documents) {
        if (test !== undefined && !isOfInterest(test, delta)) continue;
        if (fields !== undefined && !changesOneOf(fields, delta)) continue;
        events.push({ position, delta, entry, endsCommit: false });
      }
    }
    const last = events.at(-1);
    if (last !== undefined) last.endsCommit = true;
    return events;
  }
}

function isOfInterest(
  test: (document: StoredDocument) => boolean,
  { before, after }: DocumentDelta,
): boolean {
  return (after !== undefined && test(after)) || (before !== undefined && test(before));
}

function changesOneOf(fields: readonly string[], delta: DocumentDelta): boolean {
  if (delta.before === undefined || delta.after === undefined) return true;
  return delta.changedFields.some((name) => fields.includes(name));
}

function toEvent({ position, delta, entry, endsCommit }: Waiting): FeedEvent {
  const { id, before, after } = delta;
  const output = documentOutput(entry.definition);
  const collection = entry.definition.name;
  const changedFields = [...delta.changedFields];
  const facts = { ...position, collection, id, changedFields, endsCommit };
  if (before === undefined) {
    assert(after !== undefined, 'a change has an image');
    return { ...facts, changeType: 'Insert', document: output(after) };
  }
  if (after === undefined) return { ...facts, changeType: 'Delete', old: output(before) };
  return { ...facts, changeType: 'Update', old: output(before), document: output(after) };
}
