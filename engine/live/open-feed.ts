/* Feeds of changes, and subscriptions, which are feeds of what a selection shows. */
import type { BoundRoot } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import { bindWhere } from '../exec/bind-request.ts';
import { coerceVariables } from '../exec/coerce-variables.ts';
import { compileFilter, type DocumentTest } from '../exec/compile-filter.ts';
import { notExecutable } from '../exec/not-executable.ts';
import { resolveFilter } from '../exec/resolve-filter.ts';
import { resolveWhere } from '../exec/resolve-read.ts';
import type { ChangePosition } from '../transactions/change-log.ts';
import type { ListenRequest } from './change-event.ts';
import { ChangeFeed } from './change-feed.ts';
import type { EndableStream } from './event-stream.ts';
import type { SubscriptionRequest } from './follow-request.ts';
import type { LiveHub } from './live-hub.ts';
import { onlyStatement } from './only-statement.ts';
import { subscriptionShape } from './subscription-shape.ts';

/** @throws AuroraError `CollectionNotFound`, `UnknownField`, `InvalidOption`, and what a wrong filter throws */
export function openChanges(hub: LiveHub, request: ListenRequest): EndableStream<unknown> {
  const { collection } = request;
  const compile = () => {
    const fields = watchedFields(hub, request);
    return { filter: { fields, test: testOf(hub, request) }, shape: undefined };
  };
  return openFeed(hub, { collection, compile, after: request.after });
}

/** @throws AuroraError for a text that is no subscription, and for variables that do not fit */
export function openSubscription(
  hub: LiveHub,
  request: SubscriptionRequest,
): EndableStream<unknown> {
  const { collection } = boundSubscription(hub, request).root;
  const compile = () => {
    const bound = boundSubscription(hub, request);
    const variables = coerceVariables(bound.variables, request.variables);
    const root: BoundRoot = bound.root;
    const test = compileFilter(
      resolveWhere(root.where, hub.collection(root.collection), variables),
    );
    const filter = { fields: undefined, test };
    return { filter, shape: subscriptionShape(root, variables, test) };
  };
  return openFeed(hub, { collection, compile, after: request.after });
}

function boundSubscription(hub: LiveHub, request: SubscriptionRequest) {
  const bound = onlyStatement(hub, request);
  if (bound.kind === 'subscription') return bound;
  throw notExecutable(`A ${bound.kind} as a subscription`, bound.span);
}

function openFeed(
  hub: LiveHub,
  parts: Pick<ConstructorParameters<typeof ChangeFeed>[0], 'collection' | 'compile'> & {
    readonly after: ListenRequest['after'];
  },
): EndableStream<unknown> {
  const { collection, compile, after } = parts;
  if (after !== undefined) checkPosition(after);
  const feed = new ChangeFeed({
    collection,
    compile,
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

/** @throws AuroraError `InvalidOption` for what is no place in the order of commits */
function checkPosition(after: ChangePosition): void {
  // It may come from code without types, and is no object then.
  const { epoch, lsn }: Partial<ChangePosition> = Object(after);
  if (isPlaceNumber(epoch) && isPlaceNumber(lsn)) return;
  throw new AuroraError('InvalidOption', '"after" takes the epoch and the LSN of an event.', {
    details: { option: 'after' },
    hint: 'Give { epoch, lsn } of the last event that was taken.',
  });
}

function isPlaceNumber(value: number | undefined): boolean {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0;
}

function watchedFields(
  hub: LiveHub,
  { collection, fields }: ListenRequest,
): readonly string[] | undefined {
  if (fields === undefined) return undefined;
  if (!Array.isArray(fields) || fields.length === 0) {
    throw new AuroraError('InvalidOption', '"fields" takes a list of at least one field.', {
      details: { option: 'fields' },
    });
  }
  if (collection === undefined) return fields;
  const { definition } = hub.collection(collection);
  const names = ['id', ...definition.fields.map(({ name }) => name)];
  const unknown = definition.open ? undefined : fields.find((field) => !names.includes(field));
  if (unknown === undefined) return fields;
  throw new AuroraError('UnknownField', `"${collection}" has no field "${unknown}" to watch.`, {
    details: { collection, field: unknown },
    hint: `Its fields are ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}.`,
  });
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
