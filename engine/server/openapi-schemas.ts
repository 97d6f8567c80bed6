/* Collections as JSON Schema: what documents look like when they are read, and what inserting and replacing takes. */
import type { CollectionDefinition, FieldDefinition } from '#engine';

/** A schema of JSON Schema 2020-12, as OpenAPI 3.1 takes it. */
export type JsonSchema = { readonly [keyword: string]: unknown };

const uuid: JsonSchema = { type: 'string', format: 'uuid' };

const scalars: Readonly<Record<string, JsonSchema>> = {
  String: { type: 'string' },
  Int: { type: 'integer' },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
  Uuid: uuid,
  DateTime: { type: 'string', format: 'date-time' },
  Object: { type: 'object' },
  Any: {},
};

/** Documents as they are read. Fields that may be null may be left out as well. */
export function documentSchema({ name, fields, open }: CollectionDefinition): JsonSchema {
  const required = fields.filter(({ nullable }) => !nullable).map((field) => field.name);
  return {
    type: 'object',
    description: `A document of "${name}".`,
    properties: { id: uuid, ...propertiesOf(fields) },
    required: ['id', ...required],
    additionalProperties: open,
  };
}

/** Documents as they are inserted, or put in the place of one: what has a default may be left out. */
export function newDocumentSchema({ name, fields, open }: CollectionDefinition): JsonSchema {
  const required = fields
    .filter((field) => !field.nullable && field.default === undefined)
    .map((field) => field.name);
  return {
    type: 'object',
    description: `A new document of "${name}"; without an id, it gets one.`,
    properties: { id: uuid, ...propertiesOf(fields) },
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: open,
  };
}

function propertiesOf(fields: readonly FieldDefinition[]): JsonSchema {
  return Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)]));
}

function fieldSchema({
  type,
  nullable,
  references,
  validate,
  ...field
}: FieldDefinition): JsonSchema {
  const schema = { ...typeSchema(type), ...ruleKeywords(validate) };
  const value = field.default?.kind === 'value' ? { default: field.default.value } : {};
  const says = [
    ...(references === undefined ? [] : [`The id of a document of "${references}".`]),
    ...(field.unique ? ['Unique.'] : []),
    ...(field.default?.kind === 'now' ? ['The time of the insert, unless given.'] : []),
  ];
  const description = says.length === 0 ? {} : { description: says.join(' ') };
  return { ...(nullable ? orNull(schema) : schema), ...value, ...description };
}

function typeSchema(type: FieldDefinition['type']): JsonSchema {
  if (type.kind === 'list') return { type: 'array', items: typeSchema(type.element) };
  return scalars[type.name] ?? {};
}

function ruleKeywords(rules: FieldDefinition['validate']): JsonSchema {
  if (rules === undefined) return {};
  // Patterns are RE2's, which JSON Schema's readers may not know; the engine says what does not match.
  const { min, max, minLength, maxLength } = rules;
  return {
    ...(min === undefined ? {} : { minimum: min }),
    ...(max === undefined ? {} : { maximum: max }),
    ...(minLength === undefined ? {} : { minLength }),
    ...(maxLength === undefined ? {} : { maxLength }),
  };
}

function orNull(schema: JsonSchema): JsonSchema {
  const { type } = schema;
  return typeof type === 'string' ? { ...schema, type: [type, 'null'] } : schema;
}
