/*
 * Everything live about one database: who listens, and what a commit means to whom. There is one for each pipeline,
 * whatever the number of database objects and guests over it, so that equal queries are kept once. It hears of commits
 * only while somebody listens.
 */
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { bindWhere } from '../exec/bind-request.ts';
import { compileFilter, type DocumentTest } from '../exec/compile-filter.ts';
import { DocumentOutputs } from '../exec/document-output.ts';
import { resolveFilter } from '../exec/resolve-filter.ts';
import type { CommitPipeline } from '../transactions/commit-pipeline.ts';
import type { PublishedCommit } from '../transactions/pipeline-task.ts';
import type { ListenRequest } from './change-event.ts';
import { ChangeFeed, type FeedEvent } from './change-feed.ts';
import { deltasOf } from './document-delta.ts';
import type { EndableStream } from './event-stream.ts';
import type { FollowRequest } from './follow-request.ts';

export interface LiveHubOptions {
  readonly pipeline: CommitPipeline;
}

export class LiveHub {
  readonly #pipeline: CommitPipeline;
  readonly #outputs = new DocumentOutputs();
  readonly #feeds = new Set<ChangeFeed>();
  #endListening: (() => void) | undefined;

  constructor({ pipeline }: LiveHubOptions) {
    this.#pipeline = pipeline;
  }

  /**
   * Begins to follow what is asked for. The kind of the request decides the type of the events.
   * @throws AuroraError `CollectionNotFound`, and what a wrong filter throws
   */
  follow(request: FollowRequest): EndableStream<unknown> {
    return this.#listen(request);
  }

  #listen(request: ListenRequest): EndableStream<FeedEvent> {
    const { collection, fields, after } = request;
    const feed = new ChangeFeed({
      filter: { collection, fields, test: this.#testOf(request) },
      outputs: this.#outputs,
      onEnded: () => {
        this.#feeds.delete(feed);
        this.#listenWhileNeeded();
      },
    });
    this.#feeds.add(feed);
    this.#listenWhileNeeded();
    // It does not reject: what goes wrong ends the stream.
    if (after !== undefined) void feed.resume(this.#pipeline.changeLog, after);
    return feed.stream;
  }

  #testOf({ collection, where }: ListenRequest): DocumentTest | undefined {
    if (collection === undefined) {
      if (where === undefined) return undefined;
      throw new AuroraError('InvalidOption', 'A filter needs a collection to listen to.', {
        details: { option: 'filter' },
      });
    }
    const { definition } = this.#collection(collection);
    if (where === undefined) return undefined;
    const filter = resolveFilter(bindWhere({ collection, where }, definition), {
      collection: definition,
      variables: new Map(),
      absentVariable: 'refuse',
    });
    return compileFilter(filter);
  }

  #collection(name: string): CollectionEntry {
    const entry = this.#pipeline.catalog.collection(name);
    if (entry !== undefined) return entry;
    throw new AuroraError('CollectionNotFound', `There is no collection "${name}".`, {
      details: { collection: name },
    });
  }

  #listenWhileNeeded(): void {
    const isNeeded = this.#feeds.size > 0;
    if (isNeeded === (this.#endListening !== undefined)) return;
    if (isNeeded) {
      this.#endListening = this.#pipeline.onDidPublish((commit) => this.#committed(commit));
    } else {
      this.#endListening?.();
      this.#endListening = undefined;
    }
  }

  #committed(commit: PublishedCommit): void {
    const { epoch } = this.#pipeline.changeLog.position;
    const position = { epoch, lsn: commit.event.sequence };
    const deltas = deltasOf(commit);
    for (const feed of [...this.#feeds]) feed.committed(position, deltas);
  }
}
