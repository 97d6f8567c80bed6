/* A text against the reference evaluator: bound to a schema, its filters and orders given as values. */
import {
  type BoundRoot,
  bind,
  bindFilterValue,
  bindOrderValue,
  type CatalogShape,
  type JsonValue,
  parse,
} from '#engine/aql';
import { evaluateReferenceRoot, type ReferenceData } from './reference-evaluator.ts';

type JsonObject = { readonly [key: string]: JsonValue };

/** What takes the place of the variables of the text's one root. */
interface GivenRoot {
  readonly where?: JsonObject;
  readonly orderBy?: readonly JsonObject[];
}

/** The one root of a query without fragments and conditions; `bound` saves binding the text again. */
export function referenceRoot(
  text: string,
  shape: CatalogShape,
  { where, orderBy }: GivenRoot = {},
  bound?: BoundRoot,
): BoundRoot {
  const root = bound ?? boundRoot(text, shape);
  const definition = shape.collections.find(({ name }) => name === root.collection);
  if (definition === undefined) throw new Error('what is bound is defined');
  const filter = where === undefined ? undefined : bindFilterValue(where, definition);
  const order = orderBy === undefined ? undefined : bindOrderValue(orderBy, definition);
  if (filter?.diagnostics.length || order?.diagnostics.length) {
    throw new Error(JSON.stringify([filter?.diagnostics, order?.diagnostics]));
  }
  return {
    ...root,
    ...(filter?.filter === undefined ? {} : { where: filter.filter }),
    ...(order?.orderBy === undefined ? {} : { orderBy: order.orderBy }),
  };
}

function boundRoot(text: string, shape: CatalogShape): BoundRoot {
  const { statements, diagnostics } = bind(parse(text).document, shape);
  const [statement] = statements;
  const root = statement?.kind === 'query' ? statement.roots[0] : undefined;
  if (root?.kind !== 'read') throw new Error(`${text}: ${JSON.stringify(diagnostics)}`);
  return root;
}

/** What the reference makes of a query. */
export function referenceAnswer(
  text: string,
  shape: CatalogShape,
  data: ReferenceData,
  given?: GivenRoot,
): JsonValue {
  return evaluateReferenceRoot(referenceRoot(text, shape, given), data);
}
