/*
 * What was committed, read back out of the log: how a feed of changes goes on where it ended. A place in the feed is
 * an epoch and an LSN. A power cut can take away commits that only `WAL` mode had acknowledged, and their LSNs are
 * given out again under a later epoch; so a place counts only if the commit there is the one that the reader saw.
 */
import { assert } from '../base/assert.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import type { DocumentCodec } from '../storage/document-codec.ts';
import type { Row } from '../values/stored-value.ts';
import type { LogRecord } from '../wal/log-record.ts';
import { logGap } from '../wal/retained-segments.ts';
import type { CommitLog } from './commit-log.ts';
import { decodeCommit, type LoggedChange } from './log-payload.ts';
import type { PipelineState } from './pipeline-state.ts';
import type { ChangedCollection, PublishedCommit } from './pipeline-task.ts';
import type { DocumentChange } from './snapshot.ts';

/** A place in the order of commits: behind the commit with this LSN. */
export interface ChangePosition {
  /** Grows when the database is opened and written to; 0 without a log. */
  readonly epoch: number;
  readonly lsn: number;
}

/** A commit as the log tells it. */
export interface LoggedPublication {
  readonly position: ChangePosition;
  readonly commit: PublishedCommit;
}

export class ChangeLog {
  readonly #state: PipelineState;
  readonly #log: CommitLog | undefined;
  readonly #openedAt: ChangePosition;

  constructor(state: PipelineState, log: CommitLog | undefined) {
    this.#state = state;
    this.#log = log;
    this.#openedAt = { epoch: log?.epoch ?? 0, lsn: state.published.sequence };
  }

  /** Behind the last commit that is visible. */
  get position(): ChangePosition {
    const { sequence: lsn } = this.#state.published;
    // The log takes up its epoch before the first commit, and the place belongs to the commit.
    return lsn === this.#openedAt.lsn ? this.#openedAt : { epoch: this.#log?.epoch ?? 0, lsn };
  }

  /**
   * Commits behind a place, up to one that is visible, in order. Changes of collections that are no longer there are
   * left out; changes of the schema are commits that change no document.
   * @throws AuroraError `ChangeLogGap` when the log does not hold all of them, or the place itself was lost
   */
  async *read(after: ChangePosition, upToLsn: number): AsyncGenerator<LoggedPublication> {
    assert(upToLsn <= this.#state.published.sequence, 'only what is visible is read back');
    if (after.lsn > upToLsn) throw logGap({ ...after });
    const isKnown = this.#isKnown(after);
    if (after.lsn === upToLsn && isKnown) return;
    await this.#log?.begin();
    const log = this.#log?.writeAhead;
    if (log === undefined) throw logGap({ ...after });
    await log.synced(Math.min(upToLsn, log.lastLsn));
    let expectedLsn = isKnown ? after.lsn + 1 : after.lsn;
    for await (const record of log.read(expectedLsn)) {
      if (record.kind === 'note') continue;
      if (record.lsn > upToLsn) return;
      if (record.lsn !== expectedLsn) break;
      const { epoch, lsn } = record;
      if (lsn === after.lsn && epoch !== after.epoch) throw logGap({ ...after });
      expectedLsn += 1;
      if (lsn > after.lsn)
        yield { position: { epoch, lsn }, commit: this.#publishedCommit(record) };
    }
    if (expectedLsn <= upToLsn) throw logGap({ ...after, missingLsn: expectedLsn });
  }

  /**
   * The commits that the log holds, from an LSN or where it begins behind it, up to one that is visible, in order.
   * Nothing without a log.
   */
  async *kept(fromLsn: number, upToLsn: number): AsyncGenerator<LoggedPublication> {
    assert(upToLsn <= this.#state.published.sequence, 'only what is visible is read back');
    await this.#log?.begin();
    const log = this.#log?.writeAhead;
    if (log === undefined) return;
    await log.synced(Math.min(upToLsn, log.lastLsn));
    const from = Math.max(fromLsn, log.stats().oldestLsn);
    if (from > upToLsn) return;
    for await (const record of log.read(from)) {
      if (record.lsn > upToLsn) return;
      if (record.kind === 'note') continue;
      const { epoch, lsn } = record;
      yield { position: { epoch, lsn }, commit: this.#publishedCommit(record) };
    }
  }

  /** True when nobody else can have been given this place: it is of this opening, or where this opening began. */
  #isKnown({ epoch, lsn }: ChangePosition): boolean {
    if (this.#log === undefined) return false;
    // Nothing comes before the first commit that could have been another one.
    if (lsn === 0) return true;
    const { epoch: epochThen, lsn: lsnThen } = this.#openedAt;
    return (
      (epoch === epochThen && lsn === lsnThen) || (epoch === this.#log.epoch && lsn >= lsnThen)
    );
  }

  #publishedCommit({ lsn, kind, payload }: LogRecord): PublishedCommit {
    const changed: ChangedCollection[] = [];
    if (kind === 'commit') {
      const { catalog, codecs } = this.#state.published;
      for (const { collectionId, changes } of decodeCommit(payload).collections) {
        const entry = catalog.collectionById(collectionId);
        if (entry === undefined) continue;
        const codec = codecs.of(entry);
        changed.push({ entry, changes: changes.map((logged) => decode(entry, codec, logged)) });
      }
    }
    const collections = changed.map(({ entry }) => entry.definition.name);
    return { event: { sequence: lsn, collections, schemaChanged: kind === 'catalog' }, changed };
  }
}

function decode(
  entry: CollectionEntry,
  codec: DocumentCodec,
  { kind, row, record, before }: LoggedChange,
): { readonly change: DocumentChange } {
  const collection = entry.definition.name;
  const image = (bytes: Uint8Array | undefined) => {
    assert(bytes !== undefined, 'the log holds the images that a change of this kind has');
    return codec.decode(bytes);
  };
  switch (kind) {
    case 'insert':
      return { change: { kind, collection, document: image(record) } };
    case 'replace':
      return {
        change: {
          kind,
          collection,
          row: toRow(row),
          before: image(before),
          document: image(record),
        },
      };
    case 'delete':
      return { change: { kind, collection, row: toRow(row), before: image(before) } };
  }
}

/** Rows in the log are those of documents. */
function toRow(row: number): Row {
  return row as Row;
}
