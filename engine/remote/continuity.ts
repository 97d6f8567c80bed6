/*
 * How a stream goes on with another owner, by what it is about. Feeds of changes go on behind the last commit that was
 * given, out of the log. Live queries begin with a snapshot again, which replaces what the consumer has. Watched
 * documents are compared with those that were given, so that the consumer hears of the difference only.
 */
import type { FollowRequest } from '../live/follow-request.ts';
import type { ChangePosition } from '../transactions/change-log.ts';

export interface Continuity {
  /** What to ask the next owner for. */
  request(): FollowRequest;
  /** It is open at an owner who stands there. */
  opened(position: ChangePosition): void;
  /** The events that the consumer gets for one of the owner's. */
  pass(event: unknown): readonly unknown[];
  /** The owner was lost. */
  lost(): void;
}

export function continuityOf(request: FollowRequest): Continuity {
  switch (request.kind) {
    case 'changes':
    case 'subscription':
      return new FeedContinuity(request);
    case 'watch':
      return new WatchContinuity(request);
    case 'query':
      return {
        request: () => request,
        opened: () => undefined,
        pass: (event) => [event],
        lost: () => undefined,
      };
  }
}

class FeedContinuity implements Continuity {
  readonly #request: Extract<FollowRequest, { kind: 'changes' | 'subscription' }>;
  #position: ChangePosition | undefined;
  /** Events that were given of the commit behind it. */
  #givenCount = 0;
  /** Events that come again and were given already. */
  #skipCount = 0;

  constructor(request: Extract<FollowRequest, { kind: 'changes' | 'subscription' }>) {
    this.#request = request;
    this.#position = request.after;
  }

  request(): FollowRequest {
    const after = this.#position;
    return { ...this.#request, ...(after === undefined ? {} : { after }) };
  }

  opened(position: ChangePosition): void {
    this.#position ??= position;
  }

  pass(event: unknown): readonly unknown[] {
    const position = positionOf(event);
    if (position === undefined) return [event];
    if (this.#skipCount > 0 && !isLagged(event)) {
      this.#skipCount -= 1;
      return [];
    }
    this.#skipCount = 0;
    if (endsCommit(event)) {
      this.#position = position;
      this.#givenCount = 0;
    } else this.#givenCount += 1;
    return [event];
  }

  lost(): void {
    this.#skipCount = this.#givenCount;
  }
}

interface WatchedDocument {
  readonly lsn: number;
  readonly document: unknown;
}

class WatchContinuity implements Continuity {
  readonly #request: Extract<FollowRequest, { kind: 'watch' }>;
  /** What the consumer has; by id. */
  readonly #given = new Map<string, WatchedDocument>();
  /** What the next owner has, until all of it is here. */
  #found: Map<string, WatchedDocument> | undefined;

  constructor(request: Extract<FollowRequest, { kind: 'watch' }>) {
    this.#request = request;
  }

  request(): FollowRequest {
    return { ...this.#request, tellsLoaded: true };
  }

  opened(): void {
    // Where it stands is in what it gives.
  }

  pass(event: unknown): readonly unknown[] {
    if (!isWatchEvent(event)) return [event];
    if (event.type === 'Loaded') return this.#loaded(event.lsn);
    const into = this.#found ?? this.#given;
    if (event.id !== undefined) {
      if (event.type === 'Removed') into.delete(event.id);
      else into.set(event.id, { lsn: event.lsn, document: event.new });
    }
    return this.#found === undefined ? [event] : [];
  }

  lost(): void {
    this.#found = new Map();
  }

  /** The difference between what the consumer has and what there is. */
  #loaded(lsn: number): readonly unknown[] {
    const found = this.#found;
    this.#found = undefined;
    if (found === undefined) return [];
    const updates: unknown[] = [];
    for (const [id, { document: old }] of [...this.#given]) {
      if (found.has(id)) continue;
      this.#given.delete(id);
      updates.push({ type: 'Removed', id, lsn, old, isInitial: false });
    }
    for (const [id, now] of found) {
      const old = this.#given.get(id)?.document;
      this.#given.set(id, now);
      const facts = { id, lsn: now.lsn, new: now.document, isInitial: false };
      if (old === undefined) updates.push({ type: 'Added', ...facts });
      else if (JSON.stringify(old) !== JSON.stringify(now.document)) {
        updates.push({ type: 'Modified', old, ...facts });
      }
    }
    return updates;
  }
}

interface ReceivedWatchEvent {
  readonly type: string;
  readonly lsn: number;
  readonly id?: string;
  readonly new?: unknown;
}

function isWatchEvent(event: unknown): event is ReceivedWatchEvent {
  return (
    typeof event === 'object' &&
    event !== null &&
    'type' in event &&
    typeof event.type === 'string' &&
    'lsn' in event &&
    typeof event.lsn === 'number' &&
    (!('id' in event) || typeof event.id === 'string')
  );
}

function positionOf(event: unknown): ChangePosition | undefined {
  if (typeof event !== 'object' || event === null) return undefined;
  if (!('epoch' in event) || !('lsn' in event)) return undefined;
  const { epoch, lsn } = event;
  return typeof epoch === 'number' && typeof lsn === 'number' ? { epoch, lsn } : undefined;
}

function isLagged(event: unknown): boolean {
  return typeof event === 'object' && event !== null && !('endsCommit' in event);
}

function endsCommit(event: unknown): boolean {
  if (typeof event !== 'object' || event === null || !('endsCommit' in event)) return true;
  return event.endsCommit === true;
}
