/* Watches documents of one collection, as the fluent API asks for them. */

import type { BoundRead, Span } from '#engine/aql';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { bindOrder, bindWhere } from '../exec/bind-request.ts';
import { documentOutput } from '../exec/document-output.ts';
import { resolveWhere } from '../exec/resolve-read.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { collectionGone } from './collection-gone.ts';
import { FilterFlow, WindowFlow } from './document-flow.ts';
import type { EndableStream } from './event-stream.ts';
import type { WatchRequest } from './follow-request.ts';
import type { LiveHub } from './live-hub.ts';
import { checkDebounce } from './open-live-query.ts';
import { RowTracker } from './row-tracker.ts';
import { WatchConsumer } from './watch-consumer.ts';
import { WatcherFacts } from './watcher-facts.ts';

const noVariables = new Map<string, never>();
const nowhere: Span = { start: 0, end: 0 };

/** @throws AuroraError `CollectionNotFound`, `InvalidOption`, and what a wrong filter or order throws */
export function openWatch(hub: LiveHub, request: WatchRequest): EndableStream<unknown> {
  const { collection, where, debounceMs = 0, tellsLoaded = false } = request;
  checkDebounce(debounceMs);
  const entry = hub.collection(collection);
  const read = readOf(request, entry);
  const consumer = new WatchConsumer({
    debounceMs,
    tellsLoaded,
    output: documentOutput(entry.definition),
    lsn: () => hub.lsn,
    facts: new WatcherFacts({
      id: hub.newId(),
      query: `${collection} ${JSON.stringify(where)}`,
      collection,
      startedMs: hub.clock.now(),
    }),
    onEnded: () => {
      hub.followers.delete(follower);
      hub.listenWhileNeeded();
    },
  });
  const follower = {
    facts: consumer.facts,
    entries: () => [entry],
    redefined: (now: CollectionEntry | undefined) => {
      if (now?.storageId === entry.storageId) return;
      consumer.stream.finish(
        now === undefined ? collectionGone(collection) : redefined(collection),
      );
    },
  };
  hub.followers.add(follower);
  hub.listenWhileNeeded();
  try {
    if (request.limit === undefined && request.offset === undefined) {
      followAll(hub, entry, read, { consumer, debounceMs });
    } else followWindow(hub, entry, read, consumer);
  } catch (error) {
    consumer.stream.close();
    throw error;
  }
  return consumer.stream;
}

function followAll(
  hub: LiveHub,
  entry: CollectionEntry,
  read: BoundRead & { readonly span: Span },
  { consumer, debounceMs }: { readonly consumer: WatchConsumer; readonly debounceMs: number },
): void {
  const wake = () => consumer.changed();
  const flow = new FilterFlow({
    collapses: debounceMs > 0,
    onChanged: () => hub.wakeSoon(wake),
  });
  flow.endWith(hub.views.followFilter(entry, resolveWhere(read.where, entry, noVariables), flow));
  consumer.follow(flow);
  const documents: StoredDocument[] = [];
  hub.views
    .loadEach({ entry, read, variables: noVariables }, undefined, (each) => documents.push(each))
    .then((lsn) => flow.loaded(lsn, documents))
    .catch((error: unknown) => consumer.stream.finish(error));
}

function followWindow(
  hub: LiveHub,
  entry: CollectionEntry,
  read: BoundRead & { readonly span: Span },
  consumer: WatchConsumer,
): void {
  const { facts } = consumer;
  const wake = () => consumer.changed();
  const { view, end } = hub.views.followRows(
    { entry, read, variables: noVariables },
    {
      onRerun: () => {
        facts.reran();
        facts.explain('rows left the window faster than others came after them');
      },
      onFailed: (error) => consumer.stream.finish(error),
    },
  );
  const tracker = new RowTracker(view, () => hub.wakeSoon(wake));
  consumer.follow(new WindowFlow(tracker, { lsn: () => hub.lsn, end }));
}

function readOf(
  request: WatchRequest,
  { definition }: CollectionEntry,
): BoundRead & { readonly span: Span } {
  const { collection, limit, offset } = request;
  return {
    collection,
    where: bindWhere(request, definition),
    orderBy: bindOrder(request, definition),
    ...(limit === undefined ? {} : { limit: { kind: 'constant', value: limit } }),
    ...(offset === undefined ? {} : { offset: { kind: 'constant', value: offset } }),
    selection: [],
    span: nowhere,
  };
}

function redefined(collection: string): AuroraError {
  return new AuroraError(
    'CollectionRedefined',
    `All documents of "${collection}" were written anew; what followed them has to begin again.`,
    { details: { collection } },
  );
}
