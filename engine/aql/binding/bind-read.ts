/* What a query reads of a collection: which documents, in which order, and what of them. */
import type { BoundRead } from '../bound.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { ArgumentNode } from '../syntax/ast.ts';
import { bindCount } from './bind-count.ts';
import { bindFilter } from './bind-filter.ts';
import { bindOrder } from './bind-order.ts';
import { bindPage } from './bind-page.ts';
import { bindParts, isPartName } from './bind-parts.ts';
import { bindSearch } from './bind-search.ts';
import { bindDocumentFields, isDeclared } from './bind-selection.ts';
import { type BindingContext, report } from './binding-context.ts';
import { type FlatField, flatten } from './flatten.ts';
import { removing } from './suggest.ts';

/** Where a collection is read. */
export interface ReadPlace {
  readonly collection: CollectionDefinition;
  readonly flat: FlatField;
  /** What may be selected in place of documents: pages need cursor arguments, which only roots take. */
  readonly parts: 'all' | 'totals' | 'none';
}

/** Binds arguments and selection of a collection. Its field has a selection. */
export function bindRead(
  context: BindingContext,
  place: ReadPlace,
  given: ReadonlyMap<string, ArgumentNode>,
): BoundRead {
  const { collection, flat } = place;
  const whereNode = given.get('where');
  const where = whereNode && bindFilter(context, collection, whereNode.value);
  const orderNode = given.get('orderBy');
  const orderBy = orderNode === undefined ? [] : bindOrder(context, collection, orderNode.value);
  const limit = bindCount(context, given.get('limit'));
  const offset = bindCount(context, given.get('offset'));
  const search = bindSearch(context, collection, given.get('search'));
  const page = bindPage(context, given);
  const fields = flatten(context, flat.inside, collection.name);
  const isPart = ({ node }: FlatField) =>
    isPartName(node.name.value) && !isDeclared(collection, node.name.value);
  const parts = fields.filter(isPart);
  const documents = fields.filter((field) => !isPart(field));
  const base = {
    collection: collection.name,
    orderBy,
    ...(where === undefined ? {} : { where }),
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
    ...(search === undefined ? {} : { search }),
    ...(page === undefined ? {} : { page }),
  };
  if (parts.length === 0) {
    if (page !== undefined) reportPageWithoutEdges(context, given);
    const isSearch = given.has('search');
    return { ...base, selection: bindDocumentFields(context, { collection, isSearch }, fields) };
  }
  reportMixed(context, parts, documents);
  const asked = fields.filter((field) => isPart(field) || field.node.name.value === '__typename');
  return { ...base, selection: [], parts: bindParts(context, place, given, asked) };
}

/** Documents give a list, parts an object: one result cannot be both. */
function reportMixed(
  context: BindingContext,
  parts: readonly FlatField[],
  documents: readonly FlatField[],
): void {
  const [part] = parts;
  const [field] = documents.filter(({ node }) => node.name.value !== '__typename');
  if (part === undefined || field === undefined) return;
  const partName = part.node.name.value;
  const fieldName = field.node.name.value;
  const isPage = parts.some(({ node }) => ['edges', 'pageInfo'].includes(node.name.value));
  const inside = isPage
    ? `put it inside: edges { node { ${fieldName} } }`
    : `remove it, or put it inside groupBy(…) { nodes { ${fieldName} } }`;
  report(context, field.node.name.span, {
    code: 'InvalidSelection',
    message: `"${fieldName}" is a field of documents and cannot stand beside "${partName}".`,
    hint: `If you meant ${isPage ? 'pages' : `"${partName}"`}, ${inside}; if you meant documents, move "${partName}" to a field of its own with an alias.`,
    fix: removing(field.node.span, `Remove "${fieldName}"`),
  });
}

function reportPageWithoutEdges(
  context: BindingContext,
  given: ReadonlyMap<string, ArgumentNode>,
): void {
  const argument = ['first', 'last', 'after', 'before']
    .map((name) => given.get(name))
    .find(Boolean);
  if (argument === undefined) return;
  report(context, argument.name.span, {
    code: 'InvalidSelection',
    message: `"${argument.name.value}" is an argument of cursor paging, which selects "edges".`,
    hint:
      argument.name.value === 'first'
        ? 'Select edges { cursor node { … } }, or write limit in place of first.'
        : 'Select edges { cursor node { … } }.',
  });
}
