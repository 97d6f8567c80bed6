import type { BoundQueryRoot, BoundRoot } from '../bound.ts';
import { mutationKind } from '../changes.ts';
import type { Span } from '../diagnostic.ts';
import { nearestName } from '../nearest-name.ts';
import type { FieldNode, OperationNode } from '../syntax/ast.ts';
import { bindArguments, markVariablesUsed } from './bind-arguments.ts';
import { bindIntrospection, isIntrospection } from './bind-introspection.ts';
import { bindRead } from './bind-read.ts';
import { type BindingContext, report, requireCollection } from './binding-context.ts';
import { findCollection } from './field-access.ts';
import { bindEach, type FlatField, flatten, selectedAs } from './flatten.ts';
import { bindTypename } from './selection-checks.ts';
import { insertingAt, replacing, suggestName } from './suggest.ts';

/** Arguments of a collection at the root of a query. */
const rootArguments = {
  where: ['filter'],
  orderBy: [],
  limit: [],
  offset: ['skip'],
  search: [],
  first: [],
  after: [],
  last: [],
  before: [],
} as const;

/** Arguments of a collection in a subscription. */
const subscriptionArguments = { where: ['filter'] } as const;

/** Binds the collections that a query reads. Wrong ones are reported and left out. */
export function bindQueryRoots(
  context: BindingContext,
  operation: OperationNode,
): readonly BoundQueryRoot[] {
  const sources = [{ set: operation.selectionSet, condition: undefined }];
  return bindEach(flatten(context, sources, 'Query'), (flat): BoundQueryRoot | undefined => {
    const { name } = flat.node;
    if (name.value === '__typename') return bindTypename(context, flat, 'Query');
    if (isIntrospection(name.value)) return bindIntrospection(context, flat);
    return bindRoot(context, flat, rootArguments);
  });
}

/** Binds the one collection that a subscription listens to. */
export function bindSubscriptionRoot(
  context: BindingContext,
  operation: OperationNode,
): BoundRoot | undefined {
  const sources = [{ set: operation.selectionSet, condition: undefined }];
  const [root, ...others] = flatten(context, sources, 'Subscription');
  for (const { node } of others) {
    report(context, node.span, {
      code: 'InvalidSelection',
      message: 'A subscription listens to one collection.',
      hint: 'Write a subscription of its own for each.',
    });
  }
  if (root === undefined) return undefined;
  if (root.node.name.value.startsWith('__')) {
    return report(context, root.node.name.span, {
      code: 'InvalidSelection',
      message: `A subscription listens to a collection, not to "${root.node.name.value}".`,
    });
  }
  const bound = bindRoot(context, root, subscriptionArguments);
  const [part] = bound?.parts ?? [];
  if (part === undefined) return bound;
  return report(context, part.span, {
    code: 'InvalidSelection',
    message: `A subscription gives the documents that change, not "${part.kind}".`,
    hint: 'To follow a total or a group, use query @live.',
  });
}

function requireRoot(context: BindingContext, { name }: FieldNode) {
  const { catalog, operation } = context;
  const isCollection = findCollection(catalog, name.value) !== undefined;
  if (!isCollection && mutationKind(name.value) !== undefined) {
    return report(context, name.span, {
      code: 'UnknownOperation',
      message: `"${name.value}" changes data, and this is a ${operation?.operation ?? 'query'}.`,
      hint: `Write mutation { ${name.value}(…) }.`,
      fix: operation && replacing(keywordSpan(operation), 'mutation ', 'Make it a mutation'),
    });
  }
  const introspection = nearestName(name.value, ['__schema', '__type', '__typename']);
  if (name.value.startsWith('__') && introspection !== undefined) {
    const message = `There is no root field "${name.value}".`;
    const suggestion = suggestName(name, [introspection]);
    return report(context, name.span, { ...suggestion, code: 'UnknownField', message });
  }
  return requireCollection(context, name, 'read');
}

/** The word that an operation begins with, and the blank behind it; empty in front of a shorthand. */
function keywordSpan({ span, selectionSet, operation, name }: OperationNode): Span {
  const { start } = span;
  if (start === selectionSet.span.start) return { start, end: start };
  const end = start + operation.length;
  return { start, end: name === undefined && end === selectionSet.span.start ? end : end + 1 };
}

function bindRoot(
  context: BindingContext,
  flat: FlatField,
  known: Readonly<Record<string, readonly string[]>>,
): BoundRoot | undefined {
  const { node } = flat;
  const collection = requireRoot(context, node);
  if (collection === undefined) {
    markVariablesUsed(
      context,
      node.arguments.map(({ value }) => value),
    );
    return undefined;
  }
  const { value } = node.name;
  const given = bindArguments(context, node.arguments, { owner: `"${value}"`, known });
  if (node.selectionSet === undefined) {
    markVariablesUsed(
      context,
      node.arguments.map((argument) => argument.value),
    );
    const message = `"${value}" needs the fields to show.`;
    const hint = `Write ${value} { id … }.`;
    const fix = insertingAt(node.span.end, ' { id }', 'Add { id }');
    return report(context, node.span, { code: 'InvalidSelection', message, hint, fix });
  }
  const read = bindRead(context, { collection, flat, parts: 'all' }, given);
  return { ...selectedAs(flat), kind: 'read', ...read };
}
