import type { BoundOrder, BoundRead, BoundVariable } from '../bound.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { NameNode, ObjectNode, ValueNode } from '../syntax/ast.ts';
import { markVariablesUsed } from './bind-arguments.ts';
import { type BindingContext, report } from './binding-context.ts';
import { topLevelField } from './field-access.ts';
import { pathPlace } from './field-paths.ts';
import { replacing } from './suggest.ts';
import { redeclaring, requireVariable } from './use-variable.ts';

/** Binds an `orderBy`: an object, a list, `{ field:, direction: }`, a name, or a variable. */
export function bindOrder(
  context: BindingContext,
  collection: CollectionDefinition,
  node: ValueNode,
): BoundRead['orderBy'] {
  if (node.kind === 'variable') {
    const variable = requireVariable(context, node.name, 'Any');
    if (variable === undefined) return [];
    if (isOrderVariable(variable, collection)) return { kind: 'variable', name: node.name.value };
    const message = `"$${node.name.value}" is declared as ${variable.typeText}, but an order is an object or a text.`;
    const advice = redeclaring(context, variable, 'Any');
    report(context, node.span, { code: 'TypeMismatch', message, ...advice });
    return [];
  }
  const items = node.kind === 'list' ? node.items : [node];
  const keys = items.flatMap((item) => orderKeys(context, collection, item));
  const seen = new Set<string>();
  for (const key of keys) {
    const path = key.path.join('.');
    if (seen.has(path)) {
      const message = `The order names "${path}" twice.`;
      report(context, node.span, { code: 'DuplicateName', message });
    }
    seen.add(path);
  }
  return keys;
}

function isOrderVariable({ type, input }: BoundVariable, { name }: CollectionDefinition): boolean {
  if (input !== undefined) return input.kind === 'order' && input.collection === name;
  let bare = type;
  while (bare?.kind === 'list') bare = bare.element;
  return bare === undefined || ['Any', 'Object', 'String'].includes(bare.name);
}

function orderKeys(
  context: BindingContext,
  collection: CollectionDefinition,
  node: ValueNode,
): BoundOrder[] {
  switch (node.kind) {
    case 'null':
      return [];
    case 'string':
      return keyOf(context, collection, { value: node.value, span: node.span }, 'asc');
    case 'enum':
      return keyOf(context, collection, { value: node.value, span: node.span }, 'asc');
    case 'object':
      return isFieldForm(collection, node)
        ? fieldForm(context, collection, node)
        : node.entries.flatMap(({ key, value }) => {
            const direction = directionOf(context, value);
            return direction === undefined ? [] : keyOf(context, collection, key, direction);
          });
    default: {
      const message = 'An order is an object such as { age: DESC }, or the name of a field.';
      report(context, node.span, { code: 'TypeMismatch', message });
      return [];
    }
  }
}

/** True for `{ field: "age", direction: DESC }`, unless the collection has fields of these names. */
function isFieldForm(collection: CollectionDefinition, node: ObjectNode): boolean {
  const field = node.entries.find((entry) => entry.key.value === 'field');
  if (field === undefined || !node.entries.every(({ key }) => formKeys.has(key.value)))
    return false;
  return field.value.kind === 'string' || topLevelField(collection, 'field') === undefined;
}

const formKeys: ReadonlySet<string> = new Set(['field', 'direction']);

function fieldForm(
  context: BindingContext,
  collection: CollectionDefinition,
  node: ObjectNode,
): BoundOrder[] {
  const entryValue = (name: string) => node.entries.find(({ key }) => key.value === name)?.value;
  const field = entryValue('field');
  if (field?.kind !== 'string' && field?.kind !== 'enum') {
    const message = 'In this form "field" is the name of a field: { field: "age" }.';
    report(context, node.span, { code: 'TypeMismatch', message });
    return [];
  }
  const given = entryValue('direction');
  const direction = given === undefined ? 'asc' : directionOf(context, given);
  if (direction === undefined) return [];
  return keyOf(context, collection, { value: field.value, span: field.span }, direction);
}

/** `ASC` or `DESC`. */
export function directionOf(context: BindingContext, node: ValueNode): 'asc' | 'desc' | undefined {
  const text = node.kind === 'number' ? node.text : '';
  const word = node.kind === 'enum' || node.kind === 'string' ? node.value.toUpperCase() : text;
  if (word === 'ASC') return 'asc';
  if (word === 'DESC') return 'desc';
  markVariablesUsed(context, [node]);
  const meant = /^(D|-1$)/.test(word) ? 'DESC' : /^(A|UP|1$)/.test(word) ? 'ASC' : undefined;
  const isVariable = node.kind === 'variable';
  return report(context, node.span, {
    ...(meant === undefined
      ? {}
      : {
          hint: `Did you mean ${meant}?`,
          fix: replacing(node.span, meant, `Change to ${meant}`),
        }),
    code: 'InvalidValue',
    message: 'A direction is ASC or DESC.',
    ...(isVariable
      ? { hint: 'To choose it at run time, pass the whole order: orderBy: $order.' }
      : {}),
  });
}

function keyOf(
  context: BindingContext,
  collection: CollectionDefinition,
  name: NameNode,
  direction: 'asc' | 'desc',
): BoundOrder[] {
  const place = pathPlace(context, collection, name);
  if (place === undefined) return [];
  const { path, type } = place;
  return [{ path, type, direction }];
}
