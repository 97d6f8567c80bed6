/* Feeds of changes, and subscriptions, which are feeds of what a selection shows. */
import type { BoundRoot } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import { bindWhere } from '../exec/bind-request.ts';
import { coerceVariables } from '../exec/coerce-variables.ts';
import { compileFilter, type DocumentTest } from '../exec/compile-filter.ts';
import { notExecutable } from '../exec/not-executable.ts';
import { resolveFilter } from '../exec/resolve-filter.ts';
import { resolveWhere } from '../exec/resolve-read.ts';
import type { ListenRequest } from './change-event.ts';
import { ChangeFeed, type FeedShape } from './change-feed.ts';
import type { EndableStream } from './event-stream.ts';
import type { SubscriptionRequest } from './follow-request.ts';
import type { LiveHub } from './live-hub.ts';
import { onlyStatement } from './only-statement.ts';
import { subscriptionShape } from './subscription-shape.ts';

/** @throws AuroraError `CollectionNotFound`, `InvalidOption`, and what a wrong filter throws */
export function openChanges(hub: LiveHub, request: ListenRequest): EndableStream<unknown> {
  const { collection, fields } = request;
  const filter = { collection, fields, test: testOf(hub, request) };
  return openFeed(hub, { filter, after: request.after, shape: undefined });
}

/** @throws AuroraError for a text that is no subscription, and for variables that do not fit */
export function openSubscription(
  hub: LiveHub,
  request: SubscriptionRequest,
): EndableStream<unknown> {
  const bound = onlyStatement(hub, request);
  if (bound.kind !== 'subscription') {
    throw notExecutable(`A ${bound.kind} as a subscription`, bound.span);
  }
  const variables = coerceVariables(bound.variables, request.variables);
  const root: BoundRoot = bound.root;
  const entry = hub.collection(root.collection);
  const test = compileFilter(resolveWhere(root.where, entry, variables));
  return openFeed(hub, {
    filter: { collection: root.collection, fields: undefined, test },
    after: request.after,
    shape: subscriptionShape(root, variables, test),
  });
}

function openFeed(
  hub: LiveHub,
  parts: {
    readonly filter: ConstructorParameters<typeof ChangeFeed>[0]['filter'];
    readonly after: ListenRequest['after'];
    readonly shape: FeedShape | undefined;
  },
): EndableStream<unknown> {
  const { filter, after, shape } = parts;
  const feed = new ChangeFeed({
    filter,
    shape,
    onEnded: () => {
      hub.feeds.delete(feed);
      hub.listenWhileNeeded();
    },
  });
  hub.feeds.add(feed);
  hub.listenWhileNeeded();
  // It does not reject: what goes wrong ends the stream.
  if (after !== undefined) void feed.resume(hub.pipeline.changeLog, after);
  return feed.stream;
}

function testOf(hub: LiveHub, { collection, where }: ListenRequest): DocumentTest | undefined {
  if (collection === undefined) {
    if (where === undefined) return undefined;
    throw new AuroraError('InvalidOption', 'A filter needs a collection to listen to.', {
      details: { option: 'filter' },
    });
  }
  const { definition } = hub.collection(collection);
  if (where === undefined) return undefined;
  const filter = resolveFilter(bindWhere({ collection, where }, definition), {
    collection: definition,
    variables: new Map(),
    absentVariable: 'refuse',
  });
  return compileFilter(filter);
}
