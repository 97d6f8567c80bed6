/* `define collection` and `create collection`. */
import type { BoundSchemaChange } from '../bound-schema.ts';
import type { CollectionDefinition, FieldDefinition, IndexDefinition } from '../catalog-shape.ts';
import type { Span } from '../diagnostic.ts';
import { aqlLimits } from '../limits.ts';
import type {
  CollectionDefinitionNode,
  DirectiveNode,
  NameNode,
  ValueNode,
} from '../syntax/ast.ts';
import { textOf } from './bind-arguments.ts';
import {
  bindDirectiveArguments,
  bindFieldDefinition,
  checkName,
  directivesByName,
} from './bind-field-definition.ts';
import { type BindingContext, errorCount, report, reportDuplicates } from './binding-context.ts';
import { definitionDifference } from './definition-difference.ts';
import { findCollection, hasInside, topLevelField, typeText } from './field-access.ts';
import { insertingAt, suggestName } from './suggest.ts';

/** Binds the definition of a collection. */
export function bindDefinition(
  context: BindingContext,
  node: CollectionDefinitionNode,
): Extract<BoundSchemaChange, { kind: 'defineCollection' }> | undefined {
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
    'field',
  );
  const fields = node.fields.flatMap(
    (field) => bindFieldDefinition(context, field, name.value) ?? [],
  );
  const hasAllFields = fields.length === node.fields.length;
  const { open, indexes } = bindCollectionDirectives(context, node, fields, hasAllFields);
  const isWrong = errorCount(context) > errorsBefore;
  const definition = { name: name.value, fields, indexes, open: open || isWrong };
  // It does not run; an open collection keeps its errors from causing others.
  if (isWrong) return { kind: 'defineCollection', definition, ifNotExists, span };
  const existing = findCollection(context.catalog, name.value);
  if (existing !== undefined && !ifNotExists) {
    const difference = definitionDifference(existing, definition);
    if (difference !== undefined) {
      return report(context, name.span, {
        code: 'CollectionExists',
        message: `The collection "${name.value}" exists with another definition: ${difference}.`,
        hint: 'Change it with alter collection in a migrate block, or write "if not exists" to keep what is there.',
        fix: insertingAt(name.span.start, 'if not exists ', 'Add "if not exists"'),
      });
    }
  }
  return { kind: 'defineCollection', definition, ifNotExists, span };
}

function bindCollectionDirectives(
  context: BindingContext,
  node: CollectionDefinitionNode,
  fields: readonly FieldDefinition[],
  hasAllFields: boolean,
): { readonly open: boolean; readonly indexes: readonly IndexDefinition[] } {
  const directives = directivesByName(context, node.directives, ['open', 'index']);
  const open = directives.get('open');
  if (open) bindDirectiveArguments(context, open, []);
  const shape = { name: node.name.value, fields, indexes: [], open: open !== undefined };
  const indexes = node.directives
    .filter((directive) => directive.name.value === 'index')
    // A field whose type is wrong is no unknown field.
    .flatMap((directive) => (hasAllFields ? (bindIndex(context, directive, shape) ?? []) : []));
  return { open: open !== undefined, indexes };
}

function bindIndex(
  context: BindingContext,
  directive: DirectiveNode,
  collection: CollectionDefinition,
): IndexDefinition | undefined {
  const given = bindDirectiveArguments(context, directive, ['fields', 'unique', 'text']);
  const fields = given.get('fields')?.value;
  const items = fields === undefined || fields.kind === 'list' ? (fields?.items ?? []) : [fields];
  if (items.length === 0) {
    const message = '"@index" needs the fields to index.';
    const hint = 'Write @index(fields: ["city", "age"]).';
    return report(context, directive.span, { code: 'MissingArgument', message, hint });
  }
  const names = items.flatMap((item) => nameOf(context, item) ?? []);
  const known = bindIndexFields(context, collection, names);
  const unique = flagOf(context, given.get('unique')?.value, 'unique');
  const text = flagOf(context, given.get('text')?.value, 'text');
  if (text && !isTextIndex(context, collection, { names, unique, span: directive.span })) return;
  return { fields: known, unique, ...(text && { text: true }) };
}

function flagOf(context: BindingContext, value: ValueNode | undefined, name: string): boolean {
  if (value === undefined || value.kind === 'boolean') return value?.value ?? false;
  const message = `"${name}" is true or false.`;
  report(context, value.span, { code: 'TypeMismatch', message });
  return false;
}

/** True when an index of words can be had; what is wrong with it is reported. */
export function isTextIndex(
  context: BindingContext,
  collection: CollectionDefinition,
  {
    names,
    unique,
    span,
  }: { readonly names: readonly NameNode[]; readonly unique: boolean; readonly span: Span },
): boolean {
  const [name] = names;
  if (unique || names.length !== 1 || name === undefined) {
    report(context, span, {
      code: 'InvalidValue',
      message: 'A text index is of the words in one field, and not unique.',
      hint: 'Give each field that is searched its own.',
    });
    return false;
  }
  const type = topLevelField(collection, name.value)?.type;
  const element = type?.kind === 'list' ? type.element : type;
  if (element === undefined || typeText(element) === 'String') return true;
  report(context, name.span, {
    code: 'TypeMismatch',
    message: `"${name.value}" is ${typeText(type ?? element)}; a text index is of String or [String].`,
  });
  return false;
}

function nameOf(context: BindingContext, item: ValueNode): NameNode | undefined {
  const text = textOf(context, item, 'A field to index');
  return text && { value: text.value, span: item.span };
}

/** The fields of an index that can be indexed; the others are reported. */
export function bindIndexFields(
  context: BindingContext,
  collection: CollectionDefinition,
  names: readonly NameNode[],
): readonly string[] {
  reportDuplicates(context, names, 'field');
  return names.flatMap((name) => {
    const path = name.value.split('.');
    const [first = ''] = path;
    const field = topLevelField(collection, first);
    const isReachable = path.length <= 1 || (field !== undefined && hasInside(field.type));
    if (field === undefined || !isReachable) {
      const names_ = collection.fields.map((each) => each.name);
      report(context, name.span, {
        code: 'UnknownField',
        message: `"${collection.name}" has no field "${name.value}" to index.`,
        ...suggestName(name, names_),
      });
      return [];
    }
    if (path.length === 1 && ['Object', 'Any'].includes(typeText(field.type))) {
      report(context, name.span, {
        code: 'InvalidValue',
        message: `"${first}" is ${typeText(field.type)} and cannot be indexed as a whole.`,
        hint: `Index a value inside it: "${first}.…".`,
      });
      return [];
    }
    return [name.value];
  });
}
