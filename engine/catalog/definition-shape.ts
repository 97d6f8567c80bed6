/* What definitions look like, for programs without types; what they mean is checked where they are applied. */
import {
  type CollectionDefinition,
  type FieldDefinition,
  type FieldType,
  typeNames,
} from '#engine/aql';
import { requireList, requireObject, requireText, wrong } from '../base/arguments.ts';

/** Definitions, when they are some. @throws AuroraError `InvalidValue` */
export function checkedDefinitions(
  definitions: readonly CollectionDefinition[],
): readonly CollectionDefinition[] {
  requireList(definitions, 'What is defined');
  for (const definition of definitions) requireDefinition(definition);
  return definitions;
}

function requireDefinition(definition: CollectionDefinition): void {
  requireObject(definition, 'A definition');
  const { name, fields, indexes } = definition;
  requireText(name, 'The name of a collection');
  requireList(fields, `The fields of "${name}"`);
  for (const field of fields) requireField(name, field);
  requireList(indexes, `The indexes of "${name}"`);
  for (const index of indexes) {
    requireObject(index, `An index of "${name}"`);
    requireList(index.fields, `The fields of an index of "${name}"`);
    for (const path of index.fields) requireText(path, `A field of an index of "${name}"`);
  }
}

function requireField(collection: string, field: FieldDefinition): void {
  requireObject(field, `A field of "${collection}"`);
  const { name, type, references, validate } = field;
  requireText(name, `The name of a field of "${collection}"`);
  requireType(type, `The type of "${collection}.${name}"`);
  if (references !== undefined) requireText(references, `What "${collection}.${name}" references`);
  if (validate !== undefined) requireObject(validate, `The rules of "${collection}.${name}"`);
}

const scalars: ReadonlySet<string> = new Set(typeNames.values());

function requireType(type: FieldType, what: string): void {
  requireObject(type, what);
  if (type.kind === 'list') requireType(type.element, what);
  else if (type.kind !== 'scalar' || !scalars.has(type.name)) {
    throw wrong(what, `a list, or one of ${[...scalars].join(', ')}`, type);
  }
}
