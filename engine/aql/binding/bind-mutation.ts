import type { BoundMutationField } from '../bound-mutation.ts';
import { mutationFunctions, mutationKind } from '../changes.ts';
import type { OperationNode } from '../syntax/ast.ts';
import { markVariablesUsed } from './bind-arguments.ts';
import { bindEnqueue, bindJobAction } from './bind-jobs.ts';
import { bindExport, bindWrite } from './bind-write.ts';
import { type BindingContext, report } from './binding-context.ts';
import { bindEach, type FlatField, flatten, type SelectionSource, selectedAs } from './flatten.ts';
import { bindTypename, refuseArguments } from './selection-checks.ts';
import { suggestName } from './suggest.ts';

/** Binds the changes of a mutation in order. Wrong ones are reported and left out. */
export function bindMutationFields(
  context: BindingContext,
  operation: OperationNode,
): readonly BoundMutationField[] {
  return bindFields(context, [{ set: operation.selectionSet, condition: undefined }]);
}

/** Binds fields of a mutation: those of the operation, of a `transaction { … }` group or of a handler. */
export function bindFields(
  context: BindingContext,
  sources: readonly SelectionSource[],
): readonly BoundMutationField[] {
  return bindEach(flatten(context, sources, 'Mutation'), (flat) => bindField(context, flat));
}

function bindField(context: BindingContext, flat: FlatField): BoundMutationField | undefined {
  const { name } = flat.node;
  if (name.value === '__typename') return bindTypename(context, flat, 'Mutation');
  const kind = mutationKind(name.value);
  switch (kind) {
    case 'insert':
    case 'update':
    case 'upsert':
    case 'delete':
      return bindWrite(context, flat, kind);
    case 'export':
      return bindExport(context, flat);
    case 'enqueue':
      return bindEnqueue(context, flat);
    case 'cancelJob':
    case 'retryJob':
      return bindJobAction(context, flat, kind);
    case 'transaction':
      return bindTransaction(context, flat);
    case undefined:
      markVariablesUsed(
        context,
        flat.node.arguments.map(({ value }) => value),
      );
      return reportUnknownFunction(context, flat);
  }
}

function reportUnknownFunction(context: BindingContext, { node }: FlatField): undefined {
  const { name } = node;
  const suggestion = suggestName(name, Object.keys(mutationFunctions));
  const isCollection = context.catalog.collections.some((each) => each.name === name.value);
  const hint = isCollection
    ? `"${name.value}" is a collection: read it with query { ${name.value} { … } }, change it with insertInto, update or deleteFrom.`
    : 'Mutations are insertInto, insertMany, update, upsert, deleteFrom, import, export, enqueueJob, cancelJob, retryJob and transaction.';
  return report(context, name.span, {
    ...(isCollection ? {} : suggestion),
    code: 'UnknownOperation',
    message: `There is no mutation "${name.value}".`,
    hint: isCollection ? hint : (suggestion.hint ?? hint),
  });
}

function bindTransaction(context: BindingContext, flat: FlatField): BoundMutationField | undefined {
  const { node } = flat;
  refuseArguments(context, node, '"transaction"');
  if (node.selectionSet === undefined) {
    const message = '"transaction" needs the changes that it groups.';
    const hint = 'Write transaction { insertInto(…) { id } … }.';
    return report(context, node.span, { code: 'InvalidSelection', message, hint });
  }
  return { ...selectedAs(flat), kind: 'transaction', fields: bindFields(context, flat.inside) };
}
