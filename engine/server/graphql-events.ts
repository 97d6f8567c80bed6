/*
 * Results as server-sent events, each operation over a connection of its own, as graphql-sse's protocol says:
 * https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md. An event of a subscription is a result with the
 * document as it is now (null when it is gone); what happened to it stands in `extensions`.
 *
 * Ids of events are places in the order of commits, so that who connects again with the last one misses nothing. One
 * comes at the beginning, then one behind the last event of each commit: a commit that was cut comes again whole.
 */
import type { ChangePosition, SubscriptionEvent } from '#engine';
import { type DocumentNode, parse } from '#engine/aql';
import { placeText } from './event-place.ts';
import type { Exchange } from './exchange.ts';
import type { GraphqlError } from './graphql-errors.ts';
import { serverLimits } from './server-limits.ts';

/** What is told of something that is followed, one for each event. */
export interface FollowedResult {
  readonly data?: unknown;
  readonly errors?: readonly GraphqlError[];
  /** `after` is the place behind which a subscription goes on, when everything up to this result was taken. */
  readonly extensions?: {
    readonly [fact: string]: unknown;
    readonly after?: ChangePosition | undefined;
  };
}

interface SendResultsOptions {
  /** Where a subscription begins. */
  readonly start: ChangePosition | undefined;
  /** What clients are told of an error that ends the results. */
  readonly errorsOf: (error: unknown) => readonly GraphqlError[];
}

/** Answers with results as they come, until they end or the client goes away. */
export async function sendResults(
  exchange: Exchange,
  results: AsyncIterable<FollowedResult>,
  { start, errorsOf }: SendResultsOptions,
): Promise<void> {
  exchange.endTimeLimit();
  begin(exchange);
  let told = start === undefined ? undefined : placeText(start);
  // Nothing but the place: clients take no event from it.
  if (told !== undefined) await exchange.write(`id: ${told}\n\n`);
  // Says to proxies that the connection lives, and to us when it does not.
  const timer = setInterval(() => exchange.ping(':\n\n'), serverLimits.eventPingMs);
  try {
    for await (const result of endedByErrors(results, errorsOf)) {
      const after = result.extensions?.after;
      const place = after === undefined ? told : placeText(after);
      await exchange.write((place === told ? '' : `id: ${place}\n`) + next(result));
      told = place;
    }
    if (!exchange.signal.aborted) await complete(exchange);
  } finally {
    clearInterval(timer);
  }
}

/** Events as the results that clients of GraphQL expect, each with the place to go on behind. */
export async function* subscriptionResults(
  events: AsyncIterable<SubscriptionEvent>,
  {
    responseKey,
    start,
  }: { readonly responseKey: string; readonly start: ChangePosition | undefined },
): AsyncGenerator<FollowedResult> {
  let after = start;
  for await (const event of events) {
    const { epoch, lsn } = event;
    if (event.type === 'Lagged' || event.endsCommit) after = { epoch, lsn };
    const node = event.type === 'Lagged' ? null : event.node;
    const extensions = { ...event, ...('node' in event ? { node: undefined } : {}), after };
    yield { data: { [responseKey]: node }, extensions };
  }
}

/** Answers with one result as the only event. */
export async function sendSingleEvent(exchange: Exchange, result: object): Promise<void> {
  begin(exchange);
  await exchange.write(next(result));
  await complete(exchange);
}

/** The key of the only root of a subscription: its alias or name. */
export function subscriptionKey(text: string, operationName: string | undefined): string {
  const nodes = parse(text).document.definitions.map(({ node }) => node);
  const operation = nodes.find(
    (node) =>
      node.kind === 'operation' &&
      (operationName === undefined || node.name?.value === operationName),
  );
  return operation?.kind === 'operation' ? (firstKey(operation, nodes) ?? 'data') : 'data';
}

type DefinitionNode = DocumentNode['definitions'][number]['node'];
type Holder = Pick<Extract<DefinitionNode, { kind: 'operation' }>, 'selectionSet'>;

function firstKey(holder: Holder, nodes: readonly DefinitionNode[]): string | undefined {
  const [selection] = holder.selectionSet.selections;
  if (selection === undefined) return undefined;
  if (selection.kind === 'field') return (selection.alias ?? selection.name).value;
  if (selection.kind === 'inlineFragment') return firstKey(selection, nodes);
  const { value } = selection.name;
  const fragment = nodes.find((node) => node.kind === 'fragment' && node.name.value === value);
  // The engine has accepted the text, so no fragment is inside itself.
  return fragment?.kind === 'fragment' ? firstKey(fragment, nodes) : undefined;
}

/** The last of the results says what ended them, if that was an error. */
async function* endedByErrors(
  results: AsyncIterable<FollowedResult>,
  errorsOf: SendResultsOptions['errorsOf'],
): AsyncGenerator<FollowedResult> {
  try {
    yield* results;
  } catch (error) {
    yield { errors: errorsOf(error) };
  }
}

function begin(exchange: Exchange): void {
  exchange.begin(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
}

function next(result: object): string {
  return `event: next\ndata: ${JSON.stringify(result)}\n\n`;
}

async function complete(exchange: Exchange): Promise<void> {
  await exchange.write('event: complete\ndata:\n\n');
  exchange.end();
}
