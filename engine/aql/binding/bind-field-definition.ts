/* Fields as schemas and alterations define them. */
import type { FieldDefault, FieldDefinition } from '../catalog-shape.ts';
import { aqlLimits } from '../limits.ts';
import type {
  ArgumentNode,
  DirectiveNode,
  FieldDefinitionNode,
  NameNode,
  TypeNode,
  ValueNode,
} from '../syntax/ast.ts';
import { bindArguments, reportUnknownDirective, stringArgument } from './bind-arguments.ts';
import { constantOf } from './bind-operand.ts';
import { bindValidationRules } from './bind-validation.ts';
import { fieldTypeOf } from './bind-variables.ts';
import { type BindingContext, report } from './binding-context.ts';
import { findCollection, typeNames, typeText } from './field-access.ts';
import { removing, replacing, suggestName } from './suggest.ts';

const reservedFieldNames: ReadonlySet<string> = new Set([
  'edges',
  'pageInfo',
  'totalCount',
  'aggregate',
  'groupBy',
  'lookup',
  'id',
]);

/** Reports names that belong to the engine or to the language. */
export function checkName(
  context: BindingContext,
  name: NameNode,
  what: 'collection' | 'field',
): void {
  if (name.value.startsWith('_')) {
    const message = `The ${what} name "${name.value}" begins with "_", which belongs to the engine.`;
    report(context, name.span, { code: 'InvalidName', message });
  } else if (name.value.length > aqlLimits.nameLengthMax) {
    const message = `A ${what} name has at most ${aqlLimits.nameLengthMax} characters.`;
    report(context, name.span, { code: 'InvalidName', message });
  } else if (what === 'field' && reservedFieldNames.has(name.value)) {
    const hint =
      name.value === 'id'
        ? 'Every document has an "id" of type Uuid.'
        : 'It has a meaning of its own in queries; choose another name.';
    const message = `"${name.value}" cannot be the name of a field.`;
    report(context, name.span, { code: 'InvalidName', message, hint });
  }
}

const fieldDirectives = ['unique', 'indexed', 'default', 'references', 'validate', 'primary'];

/** Binds `name: Type = default @directives` of the collection `owner`. */
export function bindFieldDefinition(
  context: BindingContext,
  node: FieldDefinitionNode,
  owner: string,
): FieldDefinition | undefined {
  checkName(context, node.name, 'field');
  const type = requireFieldType(context, node.type);
  if (type === undefined) return undefined;
  const directives = directivesByName(context, node.directives, fieldDirectives);
  const primary = directives.get('primary');
  const unique = primary !== undefined || directives.has('unique');
  const indexed = unique || directives.has('indexed');
  if (indexed && type.kind === 'scalar' && (type.name === 'Object' || type.name === 'Any')) {
    const place = directives.get('indexed') ?? directives.get('unique') ?? primary ?? node;
    const message = `"${node.name.value}" is ${type.name} and cannot be indexed as a whole.`;
    const hint = `Index a value inside it: @index(fields: ["${node.name.value}.…"]) on the collection.`;
    report(context, place.span, { code: 'InvalidValue', message, hint });
  }
  for (const name of ['unique', 'indexed', 'primary']) {
    const directive = directives.get(name);
    if (directive) bindDirectiveArguments(context, directive, []);
  }
  const bound: FieldDefinition = {
    name: node.name.value,
    type,
    nullable: !node.type.isRequired && primary === undefined,
    unique,
    indexed,
  };
  const fallback = bindDefault(context, node, type, directives.get('default'));
  const references = bindReferences(context, directives.get('references'), owner);
  const validate = bindValidationRules(context, directives.get('validate'), type);
  return {
    ...bound,
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(references === undefined ? {} : { references }),
    ...(validate === undefined ? {} : { validate }),
  };
}

/** What other languages call the types of this one, in small letters. */
const otherTypes: Readonly<Record<string, string>> = {
  text: 'String',
  varchar: 'String',
  integer: 'Int',
  number: 'Float',
  double: 'Float',
  decimal: 'Float',
  bigint: 'Int',
  timestamp: 'DateTime',
  date: 'DateTime',
  json: 'Object',
  map: 'Object',
  guid: 'Uuid',
};

function requireFieldType(context: BindingContext, node: TypeNode) {
  const type = fieldTypeOf(node);
  if (type !== undefined) return type;
  let inner = node;
  while (inner.kind === 'list') inner = inner.element;
  const { name } = inner;
  const other = Object.hasOwn(otherTypes, name.value.toLowerCase())
    ? otherTypes[name.value.toLowerCase()]
    : undefined;
  const suggestion =
    other === undefined
      ? suggestName(name, typeNames.keys())
      : {
          hint: `Here it is called "${other}".`,
          fix: replacing(name.span, other, `Change to "${other}"`),
        };
  return report(context, name.span, {
    ...suggestion,
    code: 'UnknownType',
    message: `There is no type "${name.value}".`,
    hint:
      suggestion.hint ??
      `Types: ${[...new Set(typeNames.values())].join(', ')}, and lists such as [String].`,
  });
}

/** Directives by name. Unknown and repeated ones are reported; `@index` may stand several times. */
export function directivesByName(
  context: BindingContext,
  nodes: readonly DirectiveNode[],
  known: readonly string[],
): ReadonlyMap<string, DirectiveNode> {
  const found = new Map<string, DirectiveNode>();
  for (const node of nodes) {
    if (!known.includes(node.name.value)) reportUnknownDirective(context, node, known);
    else if (found.has(node.name.value) && node.name.value !== 'index') {
      const message = `The directive "@${node.name.value}" is given twice.`;
      const fix = removing(node.span, `Remove "@${node.name.value}"`);
      report(context, node.span, { code: 'DuplicateName', message, fix });
    }
    found.set(node.name.value, node);
  }
  return found;
}

export function bindDirectiveArguments(
  context: BindingContext,
  node: DirectiveNode,
  names: readonly string[],
): ReadonlyMap<string, ArgumentNode> {
  const known = Object.fromEntries(names.map((name) => [name, []]));
  return bindArguments(context, node.arguments, {
    owner: `"@${node.name.value}"`,
    known,
  });
}

function bindDefault(
  context: BindingContext,
  node: FieldDefinitionNode,
  type: FieldDefinition['type'],
  directive: DirectiveNode | undefined,
): FieldDefault | undefined {
  const place = { type, use: 'data', place: `"${node.name.value}"` } as const;
  const literal = (value: ValueNode): FieldDefault | undefined => {
    const constant = constantOf(context, value, place);
    return constant === undefined ? undefined : { kind: 'value', value: constant };
  };
  if (node.defaultValue !== undefined) {
    if (directive !== undefined) {
      const message = `"${node.name.value}" has two defaults.`;
      const fix = removing(directive.span, 'Remove "@default"');
      return report(context, directive.span, { code: 'DuplicateName', message, fix });
    }
    return literal(node.defaultValue);
  }
  if (directive === undefined) return undefined;
  const given = bindDirectiveArguments(context, directive, ['value', 'now']);
  const value = given.get('value');
  const now = given.get('now');
  if (value !== undefined && now === undefined) return literal(value.value);
  if (now === undefined || value !== undefined) {
    const message = '"@default" takes either "value" or "now: true".';
    return report(context, directive.span, { code: 'MissingArgument', message });
  }
  if (type.kind === 'list' || type.name !== 'DateTime') {
    const message = `"now" is a default of DateTime only, and "${node.name.value}" is ${typeText(type)}.`;
    return report(context, now.span, { code: 'TypeMismatch', message });
  }
  if (now.value.kind === 'boolean') return now.value.value ? { kind: 'now' } : undefined;
  const message = '"now" is true or false.';
  return report(context, now.value.span, { code: 'TypeMismatch', message });
}

function bindReferences(
  context: BindingContext,
  directive: DirectiveNode | undefined,
  owner: string,
): string | undefined {
  if (directive === undefined) return undefined;
  const argument = bindDirectiveArguments(context, directive, ['collection']).get('collection');
  if (argument === undefined) {
    const message = '"@references" needs the argument "collection".';
    const hint = 'Write @references(collection: "…").';
    return report(context, directive.span, { code: 'MissingArgument', message, hint });
  }
  const name = stringArgument(context, argument);
  if (name === undefined || name.value === owner) return name?.value;
  // A collection may refer to one that is defined later, so an unknown name is worth a warning only.
  if (findCollection(context.catalog, name.value) === undefined) {
    report(context, name.node.span, {
      code: 'CollectionNotFound',
      severity: 'warning',
      message: `There is no collection "${name.value}" yet.`,
    });
  }
  return name.value;
}
