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
import { removing, replacing } from './suggest.ts';

/** Where a collection is read. */
export interface ReadPlace {
  readonly collection: CollectionDefinition;
  readonly flat: FlatField;
  /** What may be selected in place of documents: pages need cursor arguments, which only roots take. */
  readonly parts: 'all' | 'totals' | 'none';
  /** True for what a write gives, which cannot be asked for a second time. */
  readonly isWritten?: boolean;
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
  const { isWritten = false } = place;
  reportMixed(context, { parts, documents, isPage: page !== undefined, isWritten });
  const asked = fields.filter((field) => isPart(field) || field.node.name.value === '__typename');
  return { ...base, selection: [], parts: bindParts(context, place, given, asked) };
}

interface Mixed {
  readonly parts: readonly FlatField[];
  readonly documents: readonly FlatField[];
  readonly isPage: boolean;
  readonly isWritten: boolean;
}

/**
 * Documents give a list, parts an object: one result cannot be both. Cursor arguments say that a page is meant, and
 * otherwise what comes first is; the other is what is reported.
 */
function reportMixed(context: BindingContext, mixed: Mixed): void {
  const { parts, documents, isPage, isWritten } = mixed;
  const [part] = parts;
  const [document] = documents.filter(({ node }) => node.name.value !== '__typename');
  if (part === undefined || document === undefined) return;
  const [partName, fieldName] = [part, document].map(({ node }) => node.name.value);
  const isPart = isPage || part.node.span.start < document.node.span.start;
  const { node } = isPart ? document : part;
  const inside =
    partName === 'edges' || partName === 'pageInfo'
      ? `edges { node { ${fieldName} } }`
      : partName === 'groupBy'
        ? `groupBy(…) { nodes { ${fieldName} } }`
        : undefined;
  const apart = 'select the collection a second time under an alias';
  const also = isWritten ? '' : `; for documents as well, ${apart}`;
  report(context, node.name.span, {
    code: 'InvalidSelection',
    message: isPart
      ? `"${fieldName}" is a field of documents and cannot stand beside "${partName}".`
      : `"${partName}" cannot stand among the fields of documents, such as "${fieldName}".`,
    hint: isPart
      ? `If "${partName}" was meant, ${inside === undefined ? 'remove it' : `write ${inside}`}${also}.`
      : `If documents were meant, remove it${isWritten ? '' : `; for both, ${apart}`}.`,
    fix: removing(node.span, `Remove "${node.name.value}"`),
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
    fix:
      argument.name.value === 'first' && !given.has('after')
        ? replacing(argument.name.span, 'limit', 'Change "first" to "limit"')
        : undefined,
  });
}
