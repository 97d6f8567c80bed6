/* What the methods of a database that follow something take. */
import type { DatabaseBackend } from './database-backend.ts';
import { type Filter, FilterBuilder } from './fluent/filter-builder.ts';
import type { ChangeEvent } from './live/change-event.ts';
import type { EventStream } from './live/event-stream.ts';
import type { ChangePosition } from './transactions/change-log.ts';

/** What a feed of changes shows. */
export interface FeedOptions {
  /** Goes on behind this place, out of the log; else with the next commit. */
  readonly after?: ChangePosition | undefined;
  /** Ends the feed when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** What a feed of one collection shows. */
export interface ListenOptions<Doc> extends FeedOptions {
  /** An event passes when the document satisfied the filter before, or does so after the change. */
  readonly filter?: (f: FilterBuilder<Doc>) => Filter;
  /** Only changes of at least one of these fields; inserts and deletes always pass. */
  readonly fields?: readonly (keyof Doc & string)[] | undefined;
}

/** Listens to a collection, or to all. @throws AuroraError as `DatabaseBackend.follow` */
export function listenTo<Doc>(
  backend: Pick<DatabaseBackend, 'follow'>,
  collection: string | undefined,
  { filter, fields, after, signal }: ListenOptions<Doc>,
): EventStream<ChangeEvent<Doc>> {
  const stream = backend.follow({
    kind: 'changes',
    ...(collection === undefined ? {} : { collection }),
    ...(filter === undefined ? {} : { where: filter(new FilterBuilder<Doc>()).where }),
    ...(fields === undefined ? {} : { fields }),
    ...(after === undefined ? {} : { after }),
  });
  // The kind of the request says what its events are; documents have the type that their definition promises.
  return untilAborted(stream as EventStream<ChangeEvent<Doc>>, signal);
}

/** Ends a stream with its signal. */
function untilAborted<Event>(
  stream: EventStream<Event>,
  signal: AbortSignal | undefined,
): EventStream<Event> {
  if (signal?.aborted === true) stream.close();
  else signal?.addEventListener('abort', () => stream.close(), { once: true });
  return stream;
}
