/* `alter collection`: each action sees the collection as the actions before it leave it. */
import type { BoundAlteration, BoundSchemaChange } from '../bound-schema.ts';
import type { CollectionDefinition, FieldDefinition, IndexDefinition } from '../catalog-shape.ts';
import type { AlterActionNode, CollectionAlterationNode, NameNode } from '../syntax/ast.ts';
import { bindIndexFields, isTextIndex } from './bind-definition.ts';
import { bindFieldDefinition, checkName } from './bind-field-definition.ts';
import {
  type BindingContext,
  errorCount,
  report,
  reportUnknownField,
  requireCollection,
} from './binding-context.ts';
import { typeText } from './field-access.ts';
import { replacing, suggestName } from './suggest.ts';
import { valueProblem } from './value-rules.ts';

type Alter<Kind extends AlterActionNode['kind']> = Extract<AlterActionNode, { kind: Kind }>;

/** An action, and the collection after it. */
interface Step {
  readonly action: BoundAlteration;
  readonly after: CollectionDefinition;
}

/** Binds all actions of an alteration. */
export function bindAlteration(
  context: BindingContext,
  node: CollectionAlterationNode,
): Extract<BoundSchemaChange, { kind: 'alterCollection' }> | undefined {
  const collection = requireCollection(context, node.name, 'write');
  if (collection === undefined) return undefined;
  const errorsBefore = errorCount(context);
  let definition = collection;
  const actions: BoundAlteration[] = [];
  for (const each of node.actions) {
    const step = bindAction(context, definition, each);
    if (step === undefined) continue;
    actions.push(step.action);
    definition = step.after;
  }
  const { span } = node;
  // With an error the statement does not run; an open collection keeps it from causing others.
  if (errorCount(context) > errorsBefore) definition = { ...definition, open: true };
  return { kind: 'alterCollection', collection: collection.name, actions, definition, span };
}

function bindAction(
  context: BindingContext,
  collection: CollectionDefinition,
  node: AlterActionNode,
): Step | undefined {
  switch (node.kind) {
    case 'addField':
      return addField(context, collection, node);
    case 'dropField':
      return dropField(context, collection, node);
    case 'renameField':
      return renameField(context, collection, node);
    case 'modifyField':
      return modifyField(context, collection, node);
    case 'addIndex':
      return addIndex(context, collection, node);
    case 'dropIndex':
      return dropIndex(context, collection, node);
  }
}

function addField(
  context: BindingContext,
  collection: CollectionDefinition,
  { field: node, span }: Alter<'addField'>,
): Step | undefined {
  const field = bindFieldDefinition(context, node, collection.name);
  if (field === undefined) return undefined;
  const existing = collection.fields.find(({ name }) => name === field.name);
  if (existing === undefined) {
    const fields = [...collection.fields, field];
    return {
      action: { kind: 'addField', field, isThere: false, span },
      after: { ...collection, fields },
    };
  }
  const isSame =
    typeText(existing.type) === typeText(field.type) && existing.nullable === field.nullable;
  const written = (each: FieldDefinition) => `${typeText(each.type)}${each.nullable ? '' : '!'}`;
  report(context, node.name.span, {
    code: 'FieldExists',
    severity: isSame ? 'warning' : 'error',
    message: isSame
      ? `"${collection.name}" has the field "${field.name}" already; nothing is added.`
      : `"${collection.name}" has the field "${field.name}" already, as ${written(existing)}.`,
    hint: isSame ? undefined : `To change its type, write modify ${field.name}: ${written(field)}.`,
    fix: isSame
      ? undefined
      : replacing(
          { start: span.start, end: node.span.start },
          'modify ',
          'Change "add" to "modify"',
        ),
  });
  return { action: { kind: 'addField', field, isThere: true, span }, after: collection };
}

function dropField(
  context: BindingContext,
  collection: CollectionDefinition,
  { name, span }: Alter<'dropField'>,
): Step | undefined {
  if (requireField(context, collection, name, 'dropped') === undefined) return undefined;
  const index = collection.indexes.find(({ fields }) =>
    fields.some((path) => path.split('.')[0] === name.value),
  );
  if (index !== undefined) {
    return report(context, name.span, {
      code: 'InvalidValue',
      message: `"${name.value}" is part of the index ${writtenIndex(index)}.`,
      hint: `Drop that first: drop index ${writtenIndex(index)}.`,
    });
  }
  const fields = collection.fields.filter((each) => each.name !== name.value);
  return {
    action: { kind: 'dropField', name: name.value, span },
    after: { ...collection, fields },
  };
}

function renameField(
  context: BindingContext,
  collection: CollectionDefinition,
  { from, to, span }: Alter<'renameField'>,
): Step | undefined {
  const field = requireField(context, collection, from, 'renamed');
  const errorsBefore = errorCount(context);
  checkName(context, to, 'field');
  if (field === undefined || errorCount(context) > errorsBefore) return undefined;
  if (collection.fields.some(({ name }) => name === to.value)) {
    const message = `"${collection.name}" has a field "${to.value}" already.`;
    return report(context, to.span, { code: 'FieldExists', message });
  }
  const fields = collection.fields.map((each) =>
    each.name === from.value ? { ...each, name: to.value } : each,
  );
  const renamed = (path: string): string => {
    const [first, ...inner] = path.split('.');
    return first === from.value ? [to.value, ...inner].join('.') : path;
  };
  const indexes = collection.indexes.map((index) => ({
    ...index,
    fields: index.fields.map(renamed),
  }));
  const action = { kind: 'renameField', from: from.value, to: to.value, span } as const;
  return { action, after: { ...collection, fields, indexes } };
}

function modifyField(
  context: BindingContext,
  collection: CollectionDefinition,
  { field: node, span }: Alter<'modifyField'>,
): Step | undefined {
  const before = requireField(context, collection, node.name, 'modified');
  if (before === undefined) return undefined;
  const written = bindFieldDefinition(context, node, collection.name);
  if (written === undefined) return undefined;
  // What is not written again stays as it was: modify changes the type, and adds what it names.
  const field: FieldDefinition = {
    ...before,
    ...written,
    unique: before.unique || written.unique,
    indexed: before.indexed || written.indexed,
  };
  const fallback = field.default;
  if (fallback !== undefined && written.default === undefined) {
    const type = typeText(field.type);
    const fits =
      fallback.kind === 'now'
        ? type === 'DateTime'
        : valueProblem(field.type, fallback.value, 'data') === undefined;
    if (!fits) {
      return report(context, node.name.span, {
        code: 'TypeMismatch',
        message: `The default of "${field.name}" does not fit ${type}.`,
        hint: `Give another one: modify ${field.name}: ${type} @default(value: …).`,
      });
    }
  }
  const fields = collection.fields.map((each) => (each.name === field.name ? field : each));
  return { action: { kind: 'modifyField', before, field, span }, after: { ...collection, fields } };
}

function addIndex(
  context: BindingContext,
  collection: CollectionDefinition,
  { fields: names, isUnique, isText, span }: Alter<'addIndex'>,
): Step | undefined {
  const fields = bindIndexFields(context, collection, names);
  if (fields.length < names.length || names.length === 0) return undefined;
  if (isText && !isTextIndex(context, collection, { names, unique: isUnique, span })) return;
  const index = { fields, unique: isUnique, ...(isText && { text: isText }) };
  const wanted = writtenIndex(index);
  const existing = collection.indexes.find((each) => writtenIndex(each) === wanted);
  if (existing === undefined) {
    const indexes = [...collection.indexes, index];
    return {
      action: { kind: 'addIndex', index, isThere: false, span },
      after: { ...collection, indexes },
    };
  }
  report(context, span, {
    code: 'FieldExists',
    severity: existing.unique === isUnique ? 'warning' : 'error',
    message: `"${collection.name}" has an index ${wanted} already${existing.unique === isUnique ? '; nothing is added' : existing.unique ? ', a unique one' : ', one that is not unique'}.`,
    hint: existing.unique === isUnique ? undefined : 'Drop it first: drop index (…).',
  });
  return { action: { kind: 'addIndex', index, isThere: true, span }, after: collection };
}

function dropIndex(
  context: BindingContext,
  collection: CollectionDefinition,
  { fields: names, isText, span }: Alter<'dropIndex'>,
): Step | undefined {
  const fields = names.map(({ value }) => value);
  const dropped = { fields, ...(isText && { text: isText }) };
  const wanted = writtenIndex(dropped);
  const action = { kind: 'dropIndex', ...dropped, span } as const;
  const kept = collection.indexes.filter((index) => writtenIndex(index) !== wanted);
  if (kept.length < collection.indexes.length) {
    return { action, after: { ...collection, indexes: kept } };
  }
  const isOwn = (each: FieldDefinition) => `(${each.name})` === wanted && each.indexed;
  if (collection.fields.some(isOwn)) {
    const after = collection.fields.map((each) =>
      isOwn(each) ? { ...each, indexed: false, unique: false } : each,
    );
    return { action, after: { ...collection, fields: after } };
  }
  const known = [
    ...collection.indexes.map(writtenIndex),
    ...collection.fields.filter((each) => each.indexed).map(({ name }) => `(${name})`),
  ];
  return report(context, span, {
    code: 'UnknownField',
    message: `"${collection.name}" has no index ${wanted}.`,
    hint: known.length === 0 ? 'It has no index at all.' : `It has ${known.join(', ')}.`,
  });
}

/** An index as `add` and `drop` name it: `(city, age)`, `(title) text`. */
function writtenIndex({ fields, text }: Pick<IndexDefinition, 'fields' | 'text'>): string {
  return `(${fields.join(', ')})${text === true ? ' text' : ''}`;
}

function requireField(
  context: BindingContext,
  collection: CollectionDefinition,
  name: NameNode,
  what: string,
): FieldDefinition | undefined {
  const field = collection.fields.find((each) => each.name === name.value);
  if (field !== undefined) return field;
  if (name.value === 'id') {
    const message = `"id" belongs to every document and cannot be ${what}.`;
    return report(context, name.span, { code: 'InvalidName', message });
  }
  const names = collection.fields.map((each) => each.name);
  const suggestion = suggestName(name, names);
  if (suggestion.hint === undefined && !collection.open) {
    return reportUnknownField(context, collection, name);
  }
  const message = `"${collection.name}" has no field "${name.value}".`;
  return report(context, name.span, { ...suggestion, code: 'UnknownField', message });
}
