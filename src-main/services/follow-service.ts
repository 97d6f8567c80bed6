/*
 * What pages follow. Events are pulled from the engine as fast as the page takes them: until the channel has room again,
 * they wait where they can collapse to their net effect. A page that unsubscribes or goes away ends its streams.
 */
import type {
  DatabaseId,
  FollowedEvents,
  FollowRequest,
  TopicParams,
  TopicSink,
  WireValue,
} from '#contract';
import type { Database, EventStream, JsonValue } from '#engine';
import type { DatabaseService } from './database-service.ts';
import { serviceLimits } from './limits.ts';

export interface FollowServices {
  readonly databases: Pick<DatabaseService, 'get' | 'onWillClose'>;
}

/** Begins to follow; the returned function ends it. @throws AuroraError for what cannot be followed */
export function follow(
  { databases }: FollowServices,
  { database, request }: TopicParams<'follow'>,
  sink: TopicSink<'follow'>,
): () => void {
  const stream = openStream(databases.get(database), request);
  const removeCloseListener = databases.onWillClose(async (closing: DatabaseId) => {
    if (closing === database) stream.close();
  });
  pump(stream, request.kind, sink)
    .then(() => sink.end())
    .catch((error: unknown) => sink.end(error))
    .finally(removeCloseListener);
  return () => stream.close();
}

async function pump(
  stream: EventStream<unknown>,
  kind: FollowRequest['kind'],
  sink: TopicSink<'follow'>,
): Promise<void> {
  for await (const first of stream) {
    const events = [first];
    while (events.length < serviceLimits.followBatchMax) {
      const next = stream.take();
      if (next === undefined) break;
      events.push(next);
    }
    sink.emit(toWire(kind, events));
    await sink.ready();
  }
}

function openStream(database: Database, request: FollowRequest): EventStream<unknown> {
  switch (request.kind) {
    case 'changes': {
      const { collection, where, fields, after } = request;
      if (collection === undefined) return database.listenAll({ after });
      return database.listen(collection, {
        after,
        fields,
        ...(where === undefined ? {} : { filter: () => ({ where: toJson(where) }) }),
      });
    }
    case 'watch': {
      const { collection, where, orderBy = [], limit, offset, debounceMs } = request;
      let query = database.query(collection);
      if (where !== undefined) query = query.filter(() => ({ where: toJson(where) }));
      for (const { field, direction } of orderBy) query = query.orderBy(field, direction);
      if (limit !== undefined) query = query.limit(limit);
      if (offset !== undefined) query = query.offset(offset);
      return query.watch({ debounceMs });
    }
    case 'query': {
      const { text, variables = {}, operationName, debounceMs } = request;
      return database.live(text, { variables: toJson(variables), operationName, debounceMs });
    }
    case 'subscription': {
      const { text, variables = {}, operationName, after } = request;
      return database.stream(text, { variables: toJson(variables), operationName, after });
    }
  }
}

/** Values of the wire are those of JSON. */
function toJson(value: { readonly [key: string]: WireValue }): {
  readonly [key: string]: JsonValue;
} {
  return value;
}

/** The engine's events have the form of the contract's; the kind of the request says which. */
function toWire(kind: FollowRequest['kind'], events: readonly unknown[]): FollowedEvents {
  return { kind, events } as FollowedEvents;
}
