import type { EndableStream, EventStream } from './event-stream.ts';
import type { FollowRequest } from './follow-request.ts';
import type { LiveHub } from './live-hub.ts';

/** What one database object follows: it ends with the object, while others over the same data go on. */
export class LiveSession {
  readonly #hub: LiveHub;
  readonly #streams = new Set<EndableStream<unknown>>();

  constructor(hub: LiveHub) {
    this.#hub = hub;
  }

  /** @throws AuroraError `CollectionNotFound`, and what a wrong filter or text throws */
  follow(request: FollowRequest): EventStream<unknown> {
    const stream = this.#hub.follow(request);
    this.#streams.add(stream);
    stream.onClosed(() => this.#streams.delete(stream));
    return stream;
  }

  /** Ends all streams, behind the events that they have. */
  close(): void {
    for (const stream of [...this.#streams]) stream.finish();
  }
}
