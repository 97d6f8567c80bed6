/* Definitions as the language writes them. */
import type {
  CollectionDefinition,
  FieldDefinition,
  FieldType,
  IndexDefinition,
  JsonValue,
} from '#engine/aql';

export function definitionText({ name, fields, indexes, open }: CollectionDefinition): string {
  const directives = [
    ...(open ? [' @open'] : []),
    ...indexes.map(({ fields: paths, unique, text }) => {
      const list = paths.map((path) => JSON.stringify(path)).join(', ');
      const marks = `${unique ? ', unique: true' : ''}${text === true ? ', text: true' : ''}`;
      return ` @index(fields: [${list}]${marks})`;
    }),
  ];
  return `collection ${name}${directives.join('')} { ${fields.map(fieldText).join('  ')} }`;
}

/** A schema block that defines collections as they are. */
export function schemaText(collections: readonly CollectionDefinition[]): string {
  const lines = collections.map((definition) => `    define ${definitionText(definition)}\n`);
  return `schema {\n${lines.join('')}}\n`;
}

export function fieldText(field: FieldDefinition): string {
  const { name, type, nullable, unique, indexed, references, validate } = field;
  return [
    `${name}: ${typeText(type)}${nullable ? '' : '!'}`,
    ...(unique ? ['@unique'] : indexed ? ['@indexed'] : []),
    ...defaultText(field),
    ...(references === undefined ? [] : [`@references(collection: ${JSON.stringify(references)})`]),
    ...(validate === undefined
      ? []
      : [
          `@validate(${Object.entries(validate)
            .map(
              ([rule, value]) =>
                // A format is a name, not a text.
                `${rule}: ${rule === 'format' ? value : JSON.stringify(value)}`,
            )
            .join(', ')})`,
        ]),
  ].join(' ');
}

export function indexText({
  fields,
  unique = false,
  text,
}: Partial<IndexDefinition> & Pick<IndexDefinition, 'fields'>): string {
  return `index (${fields.join(', ')})${unique ? ' unique' : ''}${text === true ? ' text' : ''}`;
}

function defaultText({ default: given }: FieldDefinition): readonly string[] {
  if (given === undefined) return [];
  return given.kind === 'now'
    ? ['@default(now: true)']
    : [`@default(value: ${literal(given.value)})`];
}

/** As JSON, but for the keys of objects, which are names. */
function literal(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, member]) => `${key}: ${literal(member)}`);
  return `{ ${entries.join(', ')} }`;
}

function typeText(type: FieldType): string {
  return type.kind === 'scalar' ? type.name : `[${typeText(type.element)}]`;
}
