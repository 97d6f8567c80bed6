/* `__schema` and `__type`, bound against GraphQL's schema of schemas and the one field that AQL adds to it. */
import type { BoundMetaField, BoundQueryRoot } from '../bound.ts';
import { metaTypes } from '../introspection/meta-types.ts';
import { bindArguments, reportMissingArgument } from './bind-arguments.ts';
import { bindOperand } from './bind-operand.ts';
import { type BindingContext, report } from './binding-context.ts';
import { stringType } from './field-access.ts';
import { bindEach, type FlatField, flatten, selectedAs } from './flatten.ts';
import { refuseInside, reportUnknown } from './selection-checks.ts';

export function isIntrospection(name: string): boolean {
  return name === '__schema' || name === '__type';
}

export function bindIntrospection(
  context: BindingContext,
  flat: FlatField,
): BoundQueryRoot | undefined {
  const { node } = flat;
  const isSchema = node.name.value === '__schema';
  const known: Readonly<Record<string, readonly string[]>> = isSchema ? {} : { name: [] };
  const given = bindArguments(context, node.arguments, { owner: `"${node.name.value}"`, known });
  const nameNode = given.get('name');
  const place = { use: 'argument', place: '"name" of "__type"', isRequired: true } as const;
  const name = nameNode && bindOperand(context, nameNode.value, { ...place, type: stringType });
  if (!isSchema && nameNode === undefined) {
    reportMissingArgument(context, node, 'name', { example: '"…"' });
  }
  const meta = bindMeta(context, flat, isSchema ? '__Schema' : '__Type');
  if (meta === undefined) return undefined;
  const given_ = name === undefined ? {} : { name };
  return { ...meta, kind: 'introspection', arguments: given_ };
}

function bindMeta(
  context: BindingContext,
  flat: FlatField,
  typeName: string,
): BoundMetaField | undefined {
  const { node } = flat;
  const fields = metaTypes.get(typeName);
  if (fields === undefined || node.selectionSet === undefined) {
    const message = `"${node.name.value}" needs the fields to show.`;
    const [first = 'name'] = Object.keys(fields ?? {}).filter((name) => name !== 'description');
    const hint = `Write ${node.name.value} { ${fields?.['name'] === undefined ? `${first} { name }` : 'name'} }.`;
    return report(context, node.span, { code: 'InvalidSelection', message, hint });
  }
  const selection = bindEach(flatten(context, flat.inside, typeName), (each) =>
    bindMetaField(context, each, typeName),
  );
  return { ...selectedAs(flat), name: node.name.value, arguments: {}, selection };
}

function bindMetaField(
  context: BindingContext,
  flat: FlatField,
  owner: string,
): BoundMetaField | undefined {
  const { node } = flat;
  const name = node.name.value;
  const fields = metaTypes.get(owner) ?? {};
  const base = { ...selectedAs(flat), name, arguments: {} };
  if (name === '__typename') {
    refuseInside(context, flat, '"__typename"');
    return { ...base, arguments: { type: { kind: 'constant', value: owner } } };
  }
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field === undefined) return reportUnknown(context, flat, `"${owner}"`, Object.keys(fields));
  const table = {
    owner: `"${name}"`,
    known: field.hasDeprecated === true ? { includeDeprecated: [] } : {},
  };
  const given = bindArguments(context, node.arguments, table).get('includeDeprecated');
  const type = { kind: 'scalar', name: 'Boolean' } as const;
  const place = { type, use: 'argument', place: '"includeDeprecated"' } as const;
  if (given !== undefined) bindOperand(context, given.value, place);
  if (field.type === undefined) {
    if (node.selectionSet !== undefined) refuseInside(context, flat, `"${name}"`);
    return base;
  }
  return bindMeta(context, flat, field.type);
}
