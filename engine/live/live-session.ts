import { migrationDocuments } from '../catalog/migration-record.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { EndableStream, EventStream } from './event-stream.ts';
import type { FollowRequest } from './follow-request.ts';
import type { LiveHub } from './live-hub.ts';

/** What the database at large knows of itself: the audit log, figures, slow statements. Nothing for other names. */
type OwnDocuments = (
  name: string,
  signal: AbortSignal | undefined,
) => Promise<readonly StoredDocument[] | undefined>;

/** What one database object follows: it ends with the object, while others over the same data go on. */
export class LiveSession {
  readonly #hub: LiveHub;
  readonly #ownDocuments: OwnDocuments;
  readonly #streams = new Set<EndableStream<unknown>>();

  constructor(hub: LiveHub, ownDocuments: OwnDocuments) {
    this.#hub = hub;
    this.#ownDocuments = ownDocuments;
  }

  /** @throws AuroraError `CollectionNotFound`, and what a wrong filter or text throws */
  follow(request: FollowRequest): EventStream<unknown> {
    const stream = this.#hub.follow(request, (name) => this.engineDocuments(name, undefined));
    this.#streams.add(stream);
    stream.onClosed(this.#forget);
    return stream;
  }

  readonly #forget = (stream: EndableStream<unknown>): void => {
    this.#streams.delete(stream);
  };

  /** The documents of a collection that the engine keeps about itself, as they are now. */
  async engineDocuments(
    name: string,
    signal: AbortSignal | undefined,
  ): Promise<readonly StoredDocument[]> {
    if (name === '_watchers') return this.#hub.watchers();
    if (name === '_sys_migration') {
      return migrationDocuments(this.#hub.pipeline.catalog);
    }
    return (await this.#ownDocuments(name, signal)) ?? [];
  }

  /** Ends all streams, behind the events that they have. */
  close(): void {
    for (const stream of [...this.#streams]) stream.finish();
  }
}
