import type { BoundOrder, BoundRoot } from '../bound.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { FieldType } from '../field-type.ts';
import { didYouMean } from '../nearest-name.ts';
import type { NameNode, ObjectNode, ValueNode } from '../syntax/ast.ts';
import { requireVariable } from './bind-operand.ts';
import { type BindingContext, report, reportUnknownField } from './binding-context.ts';
import { anyType, hasInside, topLevelField, typeText } from './field-access.ts';

/** Binds an `orderBy`: an object, a list, `{ field:, direction: }`, a name, or a variable. */
export function bindOrder(
  context: BindingContext,
  collection: CollectionDefinition,
  node: ValueNode,
): BoundRoot['orderBy'] {
  if (node.kind === 'variable') {
    const variable = requireVariable(context, node.name);
    return variable === undefined ? [] : { kind: 'variable', name: node.name.value };
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
      const message = 'An order is an object such as { age: DESC }.';
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

function directionOf(context: BindingContext, node: ValueNode): 'asc' | 'desc' | undefined {
  const word = node.kind === 'enum' || node.kind === 'string' ? node.value.toUpperCase() : '';
  if (word === 'ASC') return 'asc';
  if (word === 'DESC') return 'desc';
  return report(context, node.span, {
    code: 'InvalidValue',
    message: 'A direction is ASC or DESC.',
    hint: didYouMean(word, ['ASC', 'DESC']),
  });
}

function keyOf(
  context: BindingContext,
  collection: CollectionDefinition,
  name: NameNode,
  direction: 'asc' | 'desc',
): BoundOrder[] {
  const path = name.value.split('.');
  const [first = ''] = path;
  const field = topLevelField(collection, first);
  if (field === undefined) {
    reportUnknownField(context, collection, { value: first, span: name.span });
    return [];
  }
  let type: FieldType = field.type;
  if (path.length > 1) {
    if (!hasInside(type)) {
      const message = `"${first}" is ${typeText(type)} and has no fields inside.`;
      report(context, name.span, { code: 'UnknownField', message });
      return [];
    }
    type = anyType;
  }
  return [{ path, type, direction }];
}
