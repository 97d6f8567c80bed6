import type { BoundSchemaChange } from '../bound.ts';
import type {
  CatalogShape,
  CollectionDefinition,
  FieldDefault,
  FieldDefinition,
  IndexDefinition,
} from '../catalog-shape.ts';
import { aqlLimits } from '../limits.ts';
import { didYouMean } from '../nearest-name.ts';
import type {
  ArgumentNode,
  CollectionDefinitionNode,
  DirectiveNode,
  FieldDefinitionNode,
  NameNode,
  SchemaNode,
  SchemaStatementNode,
  TypeNode,
  ValueNode,
} from '../syntax/ast.ts';
import { bindArguments, reportUnknownDirective, stringArgument } from './bind-arguments.ts';
import { constantOf } from './bind-operand.ts';
import { bindValidationRules } from './bind-validation.ts';
import { fieldTypeOf } from './bind-variables.ts';
import {
  type BindingContext,
  report,
  reportDuplicates,
  reportNotExecutable,
  requireCollection,
} from './binding-context.ts';
import { definitionDifference } from './definition-difference.ts';
import { findCollection, hasInside, topLevelField, typeNames } from './field-access.ts';

/** What a schema block does, and the catalog as it is afterwards. */
export interface BoundSchema {
  readonly changes: readonly BoundSchemaChange[];
  readonly catalog: CatalogShape;
}

/** Binds a schema block; each statement sees what those before it defined. */
export function bindSchema(context: BindingContext, node: SchemaNode): BoundSchema {
  let catalog = context.catalog;
  const changes: BoundSchemaChange[] = [];
  for (const statement of node.statements) {
    const change = bindStatement({ ...context, catalog }, statement);
    if (change === undefined) continue;
    changes.push(change);
    catalog = catalogAfter(catalog, change);
  }
  return { changes, catalog };
}

/** The catalog as it is after a change. */
function catalogAfter(catalog: CatalogShape, change: BoundSchemaChange): CatalogShape {
  const { version, collections } = catalog;
  if (change.kind === 'dropCollection') {
    const kept = collections.filter((each) => each.name !== change.collection);
    return { version, collections: kept };
  }
  if (findCollection(catalog, change.definition.name) !== undefined) return catalog;
  return { version, collections: [...collections, change.definition] };
}

const laterStatements = {
  alterCollection: 'alter collection',
  defineHandler: 'define handler',
  dropHandler: 'drop handler',
} as const;

function bindStatement(
  context: BindingContext,
  node: SchemaStatementNode,
): BoundSchemaChange | undefined {
  switch (node.kind) {
    case 'alterCollection':
    case 'defineHandler':
    case 'dropHandler': {
      const title = laterStatements[node.kind];
      const words = { start: node.span.start, end: node.span.start + title.length };
      return reportNotExecutable(context, words, `"${title}"`);
    }
    case 'dropCollection': {
      const { name, ifExists, span } = node;
      if (!ifExists && requireCollection(context, name.value, name.span) === undefined) {
        return undefined;
      }
      return { kind: 'dropCollection', collection: name.value, ifExists, span };
    }
    case 'defineCollection':
      return bindDefinition(context, node);
  }
}

function bindDefinition(
  context: BindingContext,
  node: CollectionDefinitionNode,
): BoundSchemaChange | undefined {
  const { name, ifNotExists, span } = node;
  const errorsBefore = errorCount(context);
  checkName(context, name, 'collection');
  if (node.fields.length > aqlLimits.fieldsPerCollectionMax) {
    const message = `"${name.value}" has more than ${aqlLimits.fieldsPerCollectionMax} fields.`;
    report(context, name.span, { code: 'LimitExceeded', message });
    return undefined;
  }
  reportDuplicates(
    context,
    node.fields.map((field) => field.name),
    'Field',
  );
  const fields = node.fields.flatMap((field) => bindFieldDefinition(context, field, node) ?? []);
  const { open, indexes } = bindCollectionDirectives(context, node, fields);
  if (errorCount(context) > errorsBefore) return undefined;
  const definition: CollectionDefinition = { name: name.value, fields, indexes, open };
  const existing = findCollection(context.catalog, name.value);
  if (existing !== undefined && !ifNotExists) {
    const difference = definitionDifference(existing, definition);
    if (difference !== undefined) {
      return report(context, name.span, {
        code: 'CollectionExists',
        message: `The collection "${name.value}" exists with another definition: ${difference}.`,
        hint: 'Change it with a migrate block, or write "if not exists" to keep what is there.',
      });
    }
  }
  return { kind: 'defineCollection', definition, ifNotExists, span };
}

function errorCount(context: BindingContext): number {
  return context.diagnostics.filter(({ severity }) => severity === 'error').length;
}

const reservedFieldNames: ReadonlySet<string> = new Set([
  'edges',
  'pageInfo',
  'totalCount',
  'aggregate',
  'groupBy',
  'lookup',
  'id',
]);

function checkName(context: BindingContext, name: NameNode, what: 'collection' | 'field'): void {
  if (name.value.startsWith('_')) {
    const message = `The ${what} name "${name.value}" begins with "_", which belongs to the engine.`;
    report(context, name.span, { code: 'InvalidName', message });
  } else if (name.value.length > aqlLimits.nameLengthMax) {
    const message = `A ${what} name has at most ${aqlLimits.nameLengthMax} characters.`;
    report(context, name.span, { code: 'InvalidName', message });
  } else if (what === 'field' && reservedFieldNames.has(name.value)) {
    const hint = name.value === 'id' ? 'Every document has an "id" of type Uuid.' : undefined;
    const message = `"${name.value}" cannot be the name of a field.`;
    report(context, name.span, { code: 'InvalidName', message, hint });
  }
}

const fieldDirectives = ['unique', 'indexed', 'default', 'references', 'validate', 'primary'];

function bindFieldDefinition(
  context: BindingContext,
  node: FieldDefinitionNode,
  owner: CollectionDefinitionNode,
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

function requireFieldType(context: BindingContext, node: TypeNode) {
  const type = fieldTypeOf(node);
  if (type !== undefined) return type;
  let inner = node;
  while (inner.kind === 'list') inner = inner.element;
  return report(context, inner.span, {
    code: 'UnknownType',
    message: `There is no type "${inner.name.value}".`,
    hint:
      didYouMean(inner.name.value, typeNames.keys()) ??
      `Types: ${[...typeNames.keys()].join(', ')}.`,
  });
}

function directivesByName(
  context: BindingContext,
  nodes: readonly DirectiveNode[],
  known: readonly string[],
): ReadonlyMap<string, DirectiveNode> {
  const found = new Map<string, DirectiveNode>();
  for (const node of nodes) {
    if (!known.includes(node.name.value)) reportUnknownDirective(context, node, known);
    else if (found.has(node.name.value) && node.name.value !== 'index') {
      const message = `The directive "@${node.name.value}" is given twice.`;
      report(context, node.span, { code: 'DuplicateName', message });
    }
    found.set(node.name.value, node);
  }
  return found;
}

function bindDirectiveArguments(
  context: BindingContext,
  node: DirectiveNode,
  names: readonly string[],
): ReadonlyMap<string, ArgumentNode> {
  const known = Object.fromEntries(names.map((name) => [name, []]));
  return bindArguments(context, node.arguments, {
    owner: `"@${node.name.value}"`,
    known,
    later: [],
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
      return report(context, directive.span, { code: 'DuplicateName', message });
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
    const message = `"now" is a default of DateTime only, and "${node.name.value}" is none.`;
    return report(context, now.span, { code: 'TypeMismatch', message });
  }
  if (now.value.kind === 'boolean') return now.value.value ? { kind: 'now' } : undefined;
  const message = '"now" is true or false.';
  return report(context, now.value.span, { code: 'TypeMismatch', message });
}

function bindReferences(
  context: BindingContext,
  directive: DirectiveNode | undefined,
  owner: CollectionDefinitionNode,
): string | undefined {
  if (directive === undefined) return undefined;
  const argument = bindDirectiveArguments(context, directive, ['collection']).get('collection');
  if (argument === undefined) {
    const message = '"@references" needs the argument "collection".';
    return report(context, directive.span, { code: 'MissingArgument', message });
  }
  const name = stringArgument(context, argument);
  if (name === undefined || name.value === owner.name.value) return name?.value;
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

function bindCollectionDirectives(
  context: BindingContext,
  node: CollectionDefinitionNode,
  fields: readonly FieldDefinition[],
): { readonly open: boolean; readonly indexes: readonly IndexDefinition[] } {
  const directives = directivesByName(context, node.directives, ['open', 'index']);
  const open = directives.get('open');
  if (open) bindDirectiveArguments(context, open, []);
  const shape = { name: node.name.value, fields, indexes: [], open: open !== undefined };
  const indexes = node.directives
    .filter((directive) => directive.name.value === 'index')
    .flatMap((directive) => bindIndex(context, directive, shape) ?? []);
  return { open: open !== undefined, indexes };
}

function bindIndex(
  context: BindingContext,
  directive: DirectiveNode,
  collection: CollectionDefinition,
): IndexDefinition | undefined {
  const given = bindDirectiveArguments(context, directive, ['fields', 'unique']);
  const fields = given.get('fields')?.value;
  if (fields?.kind !== 'list' || fields.items.length === 0) {
    const message = '"@index" needs the fields to index: @index(fields: ["city", "age"]).';
    return report(context, directive.span, { code: 'MissingArgument', message });
  }
  const names: string[] = [];
  for (const item of fields.items) {
    const path = item.kind === 'string' ? item.value.split('.') : [];
    const [first = ''] = path;
    const field = topLevelField(collection, first);
    const isReachable = path.length <= 1 || (field !== undefined && hasInside(field.type));
    if (item.kind !== 'string' || field === undefined || !isReachable) {
      const message = `"${collection.name}" has no field ${item.kind === 'string' ? `"${item.value}"` : 'of this name'} to index.`;
      const hint = didYouMean(
        first,
        collection.fields.map((each) => each.name),
      );
      report(context, item.span, { code: 'UnknownField', message, hint });
    } else {
      names.push(item.value);
    }
  }
  const unique = given.get('unique')?.value;
  if (unique !== undefined && unique.kind !== 'boolean') {
    const message = '"unique" is true or false.';
    return report(context, unique.span, { code: 'TypeMismatch', message });
  }
  return { fields: names, unique: unique?.value ?? false };
}
