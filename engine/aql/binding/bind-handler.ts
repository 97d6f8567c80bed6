/* `define handler`: a mutation that runs inside the transaction that changes a document. */
import type { BoundVariable } from '../bound.ts';
import type { BoundSchemaChange, HandlerTrigger } from '../bound-schema.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { HandlerDefinitionNode, HandlerDropNode, NameNode } from '../syntax/ast.ts';
import { bindFields } from './bind-mutation.ts';
import { type BindingContext, errorCount, report, requireCollection } from './binding-context.ts';
import { typeText } from './field-access.ts';
import { suggestName } from './suggest.ts';

const events = ['insert', 'update', 'delete'] as const;

export function bindHandler(
  context: BindingContext,
  node: HandlerDefinitionNode,
): BoundSchemaChange | undefined {
  const errorsBefore = errorCount(context);
  const { value: name } = node.name;
  if (name === '' || name.startsWith('_')) {
    const message =
      name === ''
        ? 'A handler needs a name.'
        : `The handler name "${name}" begins with "_", which belongs to the engine.`;
    report(context, node.name.span, { code: 'InvalidName', message });
  }
  if (context.catalog.handlers?.includes(name) === true) {
    const message = `There is a handler "${name}" already.`;
    const hint = `Drop it first: drop handler "${name}".`;
    report(context, node.name.span, { code: 'DuplicateName', message, hint });
  }
  const found = bindTrigger(context, node.on);
  if (found === undefined) return undefined;
  const { trigger, collection } = found;
  const variables = documentVariables(collection);
  const { operation: _operation, ...outside } = context;
  const inside = { ...outside, variables, usedVariables: new Set<string>() };
  const [action, ...others] = bindFields(inside, [{ set: node.action, condition: undefined }]);
  for (const each of others) {
    report(context, each.span, {
      code: 'InvalidSelection',
      message: 'A handler makes one mutation.',
      hint: 'Group several: transaction { … }.',
    });
  }
  if (action === undefined || errorCount(context) > errorsBefore) return undefined;
  if (action.kind === 'typename') {
    const message = 'A handler makes one mutation, such as insertInto or enqueueJob.';
    return report(context, action.span, { code: 'InvalidSelection', message });
  }
  const { actionText, span } = node;
  return { kind: 'defineHandler', name, trigger, action, actionText, span };
}

/** `insert users`: an event and a collection. */
function bindTrigger(
  context: BindingContext,
  on: NameNode,
): { readonly trigger: HandlerTrigger; readonly collection: CollectionDefinition } | undefined {
  const [first = '', second, ...rest] = on.value.trim().split(/\s+/);
  const event = events.find((each) => each === first.toLowerCase());
  if (event === undefined || second === undefined || rest.length > 0) {
    const suggestion = event === undefined ? suggestName({ ...on, value: first }, events) : {};
    return report(context, on.span, {
      code: 'InvalidValue',
      message: `"on" names an event and a collection, which "${on.value}" does not.`,
      hint: suggestion.hint ?? 'Write on: "insert users", "update users" or "delete users".',
    });
  }
  const start =
    on.span.start + 1 + on.value.indexOf(second, on.value.indexOf(first) + first.length);
  const isPlain = on.span.end - on.span.start === on.value.length + 2;
  const span = isPlain ? { start, end: start + second.length } : on.span;
  const collection = requireCollection(context, { value: second, span }, 'write');
  return collection && { trigger: { event, collection: collection.name }, collection };
}

/** `$_id` and `$_field` for every field of the document. */
function documentVariables(collection: CollectionDefinition): ReadonlyMap<string, BoundVariable> {
  const span = { start: 0, end: 0 };
  const id = { name: 'id', type: { kind: 'scalar', name: 'Uuid' }, nullable: false } as const;
  return new Map(
    [id, ...collection.fields].map(({ name, type, nullable }): [string, BoundVariable] => [
      `_${name}`,
      {
        name: `_${name}`,
        typeText: `${typeText(type)}${nullable ? '' : '!'}`,
        type,
        nullable,
        span,
        typeSpan: span,
      },
    ]),
  );
}

export function bindHandlerDrop(
  context: BindingContext,
  { name, span }: HandlerDropNode,
): BoundSchemaChange | undefined {
  const known = context.catalog.handlers;
  if (known === undefined || known.includes(name.value)) {
    return { kind: 'dropHandler', name: name.value, span };
  }
  const suggestion = suggestName(name, known);
  const message = `There is no handler "${name.value}".`;
  return report(context, name.span, { ...suggestion, code: 'UnknownOperation', message });
}
