/*
 * The change feed of a database as a page keeps it: the last changes, by transaction. After a lost connection it goes on
 * behind the last commit that it has whole; where that is not possible the engine says so, and the list shows the gap.
 */
import type { DatabaseId, WireChangeEvent, WirePosition } from '#contract';
import type { Client } from '../../client/client.ts';
import { beforePainting, type Schedule } from '../../grid/change-signal.ts';
import type { LiveMode } from '../../grid/live-mode.ts';
import { type EventList, noEvents, withEvents } from './event-list.ts';

export interface EventFeedState {
  readonly mode: LiveMode;
  readonly list: EventList;
  /** When the list began, in milliseconds since 1970. */
  readonly since: number;
  /** Changes that came while paused. */
  readonly pendingCount: number;
  readonly isLost: boolean;
  readonly error: unknown;
}

export class EventFeed {
  readonly #client: Client;
  readonly #schedule: Schedule;
  readonly #listeners = new Set<() => void>();
  #state: EventFeedState = {
    ...{ mode: 'live', list: noEvents, since: Date.now() },
    ...{ pendingCount: 0, isLost: false, error: undefined },
  };
  /** What came since the last painting, or since the pause. */
  #all = noEvents;
  #position: WirePosition | undefined;
  #isDue = false;

  constructor(client: Client, schedule: Schedule = beforePainting) {
    this.#client = client;
    this.#schedule = schedule;
  }

  state(): EventFeedState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Follows a database until the returned function is called; what is in the list stays. */
  follow(database: DatabaseId): () => void {
    let stopFeed = this.#open(database);
    const stopState = this.#client.onStateChange(() => {
      const isLost = this.#client.state().kind !== 'ready';
      if (isLost === this.#state.isLost) return;
      this.#set({ isLost });
      stopFeed();
      // Behind the last whole commit, which was not known when this was opened before.
      if (!isLost) stopFeed = this.#open(database);
    });
    return () => {
      stopState();
      stopFeed();
    };
  }

  setMode(mode: LiveMode): void {
    this.#set({ mode });
    if (mode !== 'paused') this.#show();
  }

  clear(): void {
    this.#all = noEvents;
    this.#set({ since: Date.now() });
    this.#show();
  }

  #open(database: DatabaseId): () => void {
    const after = this.#position;
    const feed = this.#client.feed('follow', {
      database,
      request: { kind: 'changes', ...(after === undefined ? {} : { after }) },
    });
    return feed.listen((event) => {
      if (event?.kind === 'changes') this.#take(event.events);
      const state = feed.state();
      const cause = state.status === 'failed' ? state.error : undefined;
      // A host that was started anew opens the database again, and then it is followed by another id.
      const error = cause?.code === 'DatabaseNotOpen' ? undefined : cause;
      if (error !== this.#state.error) this.#set({ error });
    });
  }

  #take(events: readonly WireChangeEvent[]): void {
    this.#all = withEvents(this.#all, events, { at: Date.now() });
    for (const event of events) {
      if (event.changeType === 'Lagged' || event.endsCommit) {
        this.#position = { epoch: event.epoch, lsn: event.lsn };
      }
    }
    if (this.#state.mode === 'paused') {
      this.#set({ pendingCount: this.#state.pendingCount + events.length });
      return;
    }
    if (this.#isDue) return;
    this.#isDue = true;
    this.#schedule(() => {
      this.#isDue = false;
      if (this.#state.mode !== 'paused') this.#show();
    });
  }

  #show(): void {
    this.#set({ list: this.#all, pendingCount: 0 });
  }

  #set(change: Partial<EventFeedState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of [...this.#listeners]) listener();
  }
}
