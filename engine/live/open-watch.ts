/* Watches documents of one collection, as the fluent API asks for them. */

import type { BoundRead, Span } from '#engine/aql';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { bindOrder, bindWhere } from '../exec/bind-request.ts';
import { resolveWhere } from '../exec/resolve-read.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { FilterFlow, WindowFlow } from './document-flow.ts';
import type { EndableStream } from './event-stream.ts';
import type { WatchRequest } from './follow-request.ts';
import type { LiveHub } from './live-hub.ts';
import { checkDebounce } from './open-live-query.ts';
import { RowTracker } from './row-tracker.ts';
import { WatchConsumer } from './watch-consumer.ts';

const noVariables = new Map<string, never>();
const nowhere: Span = { start: 0, end: 0 };

type Read = BoundRead & { readonly span: Span };

/** @throws AuroraError `CollectionNotFound`, `InvalidOption`, and what a wrong filter or order throws */
export function openWatch(hub: LiveHub, request: WatchRequest): EndableStream<unknown> {
  const { collection, where, debounceMs = 0, tellsLoaded = false } = request;
  checkDebounce(debounceMs);
  const entry = hub.collection(collection);
  const read = readOf(request, entry);
  const consumer = new WatchConsumer(hub, entry, { where, debounceMs, tellsLoaded });
  hub.began(consumer);
  try {
    if (request.limit === undefined && request.offset === undefined) {
      followAll(hub, read, consumer);
    } else followWindow(hub, read, consumer);
  } catch (error) {
    consumer.stream.close();
    throw error;
  }
  return consumer.stream;
}

function followAll(hub: LiveHub, read: Read, consumer: WatchConsumer): void {
  const { entry } = consumer;
  const flow = new FilterFlow(consumer);
  flow.follow(resolveWhere(read.where, entry, noVariables));
  consumer.follow(flow);
  const documents: StoredDocument[] = [];
  hub.views
    .loadEach({ entry, read, variables: noVariables }, undefined, (each) => documents.push(each))
    .then((lsn) => flow.loaded(lsn, documents))
    .catch((error: unknown) => consumer.stream.finish(error));
}

function followWindow(hub: LiveHub, read: Read, consumer: WatchConsumer): void {
  const { entry } = consumer;
  const { view, end } = hub.views.followRows(
    { entry, read, variables: noVariables },
    {
      onRerun: () => {
        consumer.facts.reran();
        consumer.facts.explain('rows left the window faster than others came after them');
      },
      onFailed: (error) => consumer.stream.finish(error),
    },
  );
  const tracker = new RowTracker(view, () => consumer.flowed());
  consumer.follow(new WindowFlow(tracker, { lsn: () => hub.lsn, end }));
}

function readOf(request: WatchRequest, { definition }: CollectionEntry): Read {
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
