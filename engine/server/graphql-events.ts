/*
 * Results as server-sent events, each operation over a connection of its own, as graphql-sse's protocol says:
 * https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md. An event of a subscription is a result with the
 * document as it is now (null when it is gone); what happened to it stands in `extensions`.
 */
import type { SubscriptionEvent } from '#engine';
import { type DocumentNode, parse } from '#engine/aql';
import type { Exchange } from './exchange.ts';
import { serverLimits } from './server-limits.ts';

/** Answers with results as they come, until they end or the client goes away. */
export async function sendResults(
  exchange: Exchange,
  results: AsyncIterable<object>,
): Promise<void> {
  exchange.endTimeLimit();
  begin(exchange);
  // Says to proxies that the connection lives, and to us when it does not.
  const timer = setInterval(() => exchange.ping(':\n\n'), serverLimits.eventPingMs);
  try {
    for await (const result of results) await exchange.write(next(result));
    if (!exchange.signal.aborted) await complete(exchange);
  } finally {
    clearInterval(timer);
  }
}

/** An event as the result that clients of GraphQL expect. */
export function eventResult(event: SubscriptionEvent, responseKey: string): object {
  const node = event.type === 'Lagged' ? null : event.node;
  const extensions = { ...event, ...('node' in event ? { node: undefined } : {}) };
  return { data: { [responseKey]: node }, extensions };
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
