/*
 * A guest's copy of the schema, which follows the owner's commits. Answers to calls may overtake the commits that they
 * tell of; `keepUp` sees to it that the copy is not older than an answer.
 */
import type { CatalogShape } from '#engine/aql';
import { Emitter } from '../base/emitter.ts';
import { AuroraError } from '../errors.ts';
import type { CommitEvent } from '../transactions/pipeline-task.ts';
import type { WireCommit } from './guest-protocol.ts';
import type { OwnerConnection } from './owner-connection.ts';

export class FollowedSchema {
  readonly #connection: OwnerConnection;
  readonly #commits = new Emitter<CommitEvent>((error) =>
    console.error('A commit listener failed:', error),
  );
  #catalog: CatalogShape = { version: 0, collections: [] };
  #sequence = 0;

  constructor(connection: OwnerConnection) {
    this.#connection = connection;
  }

  get catalog(): CatalogShape {
    return this.#catalog;
  }

  get sequence(): number {
    return this.#sequence;
  }

  onDidCommit(listener: (event: CommitEvent) => void): () => void {
    return this.#commits.on(listener);
  }

  /** Subscribes to the owner's commits, again when they came too fast; resolves with the present state. */
  follow(): Promise<void> {
    return new Promise((resolve, reject) => {
      let isFirst = true;
      this.#connection.subscribe(
        'commits',
        {},
        (commit) => {
          if (isFirst) this.#takeState(commit);
          else this.#takeCommit(commit);
          isFirst = false;
          resolve();
        },
        (error) => {
          if (isFirst) reject(error ?? new AuroraError('OwnerLost', 'The owner sent no schema.'));
          // What ended it may be a loss, which others notice; then there is nothing to follow.
          else if (!this.#connection.isLost) this.follow().catch(() => undefined);
        },
      );
    });
  }

  async keepUp(schemaVersion: number): Promise<void> {
    if (this.#catalog.version >= schemaVersion) return;
    const catalog = await this.#connection.call('catalog.get', {});
    if (catalog.version > this.#catalog.version) this.#catalog = catalog;
  }

  /** Ends all listeners. */
  end(): void {
    this.#commits.clear();
  }

  /** After a gap nobody knows what changed: listeners hear of one commit that may have changed everything. */
  #takeState({ event: { sequence }, catalog = this.#catalog }: WireCommit): void {
    const isGap = this.#sequence !== 0 && sequence !== this.#sequence;
    const previous = this.#catalog;
    this.#sequence = sequence;
    this.#catalog = catalog;
    if (isGap) this.#commits.emit(wholeChange(sequence, previous, catalog));
  }

  #takeCommit({ event, catalog }: WireCommit): void {
    this.#sequence = event.sequence;
    if (catalog !== undefined && catalog.version >= this.#catalog.version) this.#catalog = catalog;
    this.#commits.emit(event);
  }
}

/** An event that stands for commits of which nothing is known. */
export function wholeChange(
  sequence: number,
  before: CatalogShape,
  after: CatalogShape,
): CommitEvent {
  const names = [...before.collections, ...after.collections].map(({ name }) => name);
  return {
    sequence,
    collections: [...new Set(names)],
    schemaChanged: before.version !== after.version,
  };
}
