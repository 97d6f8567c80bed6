/* What is selected of a collection in place of its documents: pages, totals, aggregates, groups. */
import type {
  BoundEdgeField,
  BoundPageInfoField,
  BoundPart,
  PageInfoName,
} from '../bound-parts.ts';
import type { ArgumentNode } from '../syntax/ast.ts';
import { aggregateType, edgeType, pageInfoType } from '../type-names.ts';
import { bindAggregates } from './bind-aggregate.ts';
import { bindGroupBy } from './bind-group.ts';
import type { ReadPlace } from './bind-read.ts';
import { bindDocuments, isDeclared } from './bind-selection.ts';
import { type BindingContext, report } from './binding-context.ts';
import { bindEach, type FlatField, flatten, selectedAs } from './flatten.ts';
import {
  bindTypename,
  refuseArguments,
  refuseInside,
  reportUnknown,
  requireInside,
} from './selection-checks.ts';
import { wrapping } from './suggest.ts';

const partNames: ReadonlySet<string> = new Set([
  'edges',
  'pageInfo',
  'totalCount',
  'aggregate',
  'groupBy',
]);

/** True for what stands in a selection in place of documents. */
export function isPartName(name: string): boolean {
  return partNames.has(name);
}

export function bindParts(
  context: BindingContext,
  place: ReadPlace,
  given: ReadonlyMap<string, ArgumentNode>,
  fields: readonly FlatField[],
): readonly BoundPart[] {
  return bindEach(fields, (flat) => bindPart(context, place, given, flat));
}

function bindPart(
  context: BindingContext,
  place: ReadPlace,
  given: ReadonlyMap<string, ArgumentNode>,
  flat: FlatField,
): BoundPart | undefined {
  const { collection } = place;
  const { name } = flat.node;
  if (place.parts === 'none' && name.value !== '__typename') {
    return report(context, name.span, {
      code: 'InvalidSelection',
      message: `"${name.value}" is for lists of documents, and this is one document.`,
      hint: 'Select its fields.',
    });
  }
  switch (name.value) {
    case '__typename':
      return bindTypename(context, flat, collection.name);
    case 'totalCount':
      refuseInside(context, flat, '"totalCount"');
      return { ...selectedAs(flat), kind: 'totalCount' };
    case 'groupBy':
      return bindGroupBy(context, collection, flat);
    default:
      break;
  }
  refuseArguments(context, flat.node, `"${name.value}"`);
  if (name.value === 'aggregate') {
    const values = bindAggregates(context, collection, flat, aggregateType);
    return values && { ...selectedAs(flat), kind: 'aggregate', values };
  }
  if (place.parts === 'totals') {
    return report(context, name.span, {
      code: 'InvalidSelection',
      message: `"${name.value}" is for the root of a query; there are no pages here.`,
    });
  }
  if (name.value === 'pageInfo') return bindPageInfo(context, flat);
  return bindEdges(context, place, given, flat);
}

function bindEdges(
  context: BindingContext,
  { collection }: ReadPlace,
  given: ReadonlyMap<string, ArgumentNode>,
  flat: FlatField,
): BoundPart | undefined {
  if (!requireInside(context, flat, 'edges { cursor node { id … } }')) return undefined;
  const typeName = edgeType(collection.name);
  const fields = bindEach(
    flatten(context, flat.inside, typeName),
    (each): BoundEdgeField | undefined => {
      const { name } = each.node;
      if (name.value === '__typename') return bindTypename(context, each, typeName);
      if (name.value === 'cursor') {
        refuseInside(context, each, '"cursor"');
        return { ...selectedAs(each), kind: 'cursor' };
      }
      if (isDeclared(collection, name.value)) {
        return report(context, name.span, {
          code: 'InvalidSelection',
          message: `"${name.value}" is a field of documents; in an edge it stands inside "node".`,
          hint: `Write node { ${name.value} }.`,
          fix: wrapping(each.node.span, 'node { ', ' }', 'Put it inside "node"'),
        });
      }
      if (name.value !== 'node') {
        return reportUnknown(context, each, 'An edge', ['cursor', 'node']);
      }
      refuseArguments(context, each.node, '"node"');
      if (!requireInside(context, each, 'node { id … }')) return undefined;
      const place = { collection, isSearch: given.has('search') };
      const selection = bindDocuments(context, place, each.inside);
      return { ...selectedAs(each), kind: 'node', selection };
    },
  );
  return { ...selectedAs(flat), kind: 'edges', fields };
}

const pageInfoNames = ['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'] as const;

function bindPageInfo(context: BindingContext, flat: FlatField): BoundPart | undefined {
  if (!requireInside(context, flat, 'pageInfo { hasNextPage endCursor }')) return undefined;
  const fields = bindEach(
    flatten(context, flat.inside, pageInfoType),
    (each): BoundPageInfoField | undefined => {
      const { value } = each.node.name;
      if (value === '__typename') return bindTypename(context, each, pageInfoType);
      const name = pageInfoNames.find((known): known is PageInfoName => known === value);
      if (name === undefined) return reportUnknown(context, each, '"pageInfo"', pageInfoNames);
      refuseInside(context, each, `"${name}"`);
      return { ...selectedAs(each), kind: 'pageInfo', name };
    },
  );
  return { ...selectedAs(flat), kind: 'pageInfo', fields };
}
