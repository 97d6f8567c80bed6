/* What the methods of a database that follow something take. */

import { checkedOptions, requireObject, requireText } from './base/arguments.ts';
import type { DatabaseBackend } from './database-backend.ts';
import type {
  ExecutionResult,
  ResultData,
  ResultError,
  ResultExtensions,
} from './exec/execution-result.ts';
import type { GivenVariables } from './exec/prepared-text.ts';
import { builtWhere, type Filter, type FilterBuilder } from './fluent/filter-builder.ts';
import type { ChangeEvent } from './live/change-event.ts';
import { type EventStream, untilAborted } from './live/event-stream.ts';
import type { LiveEvent, SubscriptionEvent } from './live/live-event.ts';
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

/** Listens to a collection or, with `null`, to all. @throws AuroraError as `DatabaseBackend.follow` */
export function listenTo<Doc>(
  backend: Pick<DatabaseBackend, 'follow'>,
  collection: string | null,
  options: ListenOptions<Doc>,
): EventStream<ChangeEvent<Doc>> {
  const { filter, fields, after, signal } = checkedOptions(options, 'listen');
  if (collection !== null) requireText(collection, 'The name of a collection');
  const stream = backend.follow({
    kind: 'changes',
    ...(collection === null ? {} : { collection }),
    ...(filter === undefined ? {} : { where: builtWhere(filter) }),
    ...(fields === undefined ? {} : { fields }),
    ...(after === undefined ? {} : { after }),
  });
  // The kind of the request says what its events are; documents have the type that their definition promises.
  return untilAborted(stream as EventStream<ChangeEvent<Doc>>, signal);
}

/** What a live query or subscription takes. */
interface LiveOptions {
  readonly variables?: GivenVariables | undefined;
  /** Follows only the operation of this name. */
  readonly operationName?: string | undefined;
  /** Ends it when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** What a live query takes. */
export interface LiveQueryOptions extends LiveOptions {
  /** How long changes are gathered, to be told as their net effect; 0 unless told. */
  readonly debounceMs?: number | undefined;
}

/** What a subscription takes. */
export interface StreamOptions extends LiveOptions {
  /** Goes on behind this place, out of the log; else with the next commit. */
  readonly after?: ChangePosition | undefined;
}

/** @throws AuroraError as `DatabaseBackend.follow` */
export function followQuery(
  backend: Pick<DatabaseBackend, 'follow'>,
  text: string,
  options: LiveQueryOptions,
): EventStream<LiveEvent> {
  const { debounceMs, signal } = checkedOptions(options, 'live');
  const stream = backend.follow({
    kind: 'query',
    ...textOf(text, options),
    ...(debounceMs === undefined ? {} : { debounceMs }),
  });
  // The kind of the request says what its events are.
  return untilAborted(stream as EventStream<LiveEvent>, signal);
}

/** @throws AuroraError as `DatabaseBackend.follow` */
export function followSubscription(
  backend: Pick<DatabaseBackend, 'follow'>,
  text: string,
  options: StreamOptions,
): EventStream<SubscriptionEvent> {
  const { after, signal } = checkedOptions(options, 'stream');
  const stream = backend.follow({
    kind: 'subscription',
    ...textOf(text, options),
    ...(after === undefined ? {} : { after }),
  });
  // The kind of the request says what its events are.
  return untilAborted(stream as EventStream<SubscriptionEvent>, signal);
}

function textOf(text: string, { variables = {}, operationName }: LiveOptions) {
  requireObject(variables, 'The variables of a text');
  const given = Object.entries(variables).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return {
    text,
    variables: Object.fromEntries(given),
    ...(operationName === undefined ? {} : { operationName }),
  };
}

/** What a subscription gives that is executed: its events, which must be closed. */
export interface SubscriptionResult {
  readonly kind: 'subscription';
  readonly data: ResultData;
  readonly errors?: readonly ResultError[];
  readonly events: EventStream<SubscriptionEvent>;
  readonly extensions: Omit<ResultExtensions, 'kind'> & { readonly kind: 'subscription' };
}

/** What `execute` gives, told apart by `kind`. */
export type DatabaseResult = ExecutionResult | SubscriptionResult;

/** The result of a text that is a subscription; `undefined` for any other. */
export function subscriptionResult(
  backend: Pick<DatabaseBackend, 'follow' | 'prepareText'>,
  text: string,
  options: StreamOptions,
): SubscriptionResult | undefined {
  requireText(text, 'The text of a statement');
  // Spares all other texts the look.
  if (!text.includes('subscription')) return undefined;
  const { statements, diagnostics } = backend.prepareText(text);
  const { operationName } = options;
  const asked = statements.filter(
    ({ name }) => operationName === undefined || name === operationName,
  );
  const isWrong = diagnostics.some(({ severity }) => severity === 'error');
  if (isWrong || asked.length !== 1 || asked[0]?.kind !== 'subscription') return undefined;
  return {
    kind: 'subscription',
    data: {},
    events: followSubscription(backend, text, options),
    extensions: { kind: 'subscription', elapsedMs: 0, rowsRead: 0, plan: [] },
  };
}
