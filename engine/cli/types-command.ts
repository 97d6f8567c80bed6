import { basename } from 'node:path';
import { Aurora, type CollectionDefinition, type FieldDefinition } from '#engine';
import type { Terminal } from './terminal.ts';

/** `aurora types`: the schema of a database as types for TypeScript programs. */
export async function runTypes(terminal: Terminal, databasePath: string): Promise<number> {
  const db = await Aurora.open({ dbPath: databasePath, create: false, readOnly: true });
  try {
    const { collections } = db.catalog();
    const shown = collections.filter(({ name }) => !name.startsWith('_'));
    await terminal.write(schemaTypes(basename(databasePath), shown));
    return 0;
  } finally {
    await db.close();
  }
}

function schemaTypes(source: string, collections: readonly CollectionDefinition[]): string {
  const documents = collections.map(documentType);
  const usesJson = documents.some((text) => text.includes('JsonValue'));
  const entries = collections.map(({ name }) => `  readonly ${name}: ${typeName(name)};\n`);
  return [
    `// Made by "aurora types ${source}": make it again when the schema has changed.\n`,
    usesJson ? "import type { JsonValue } from 'aurora-studio/engine';\n\n" : '\n',
    ...documents,
    "/** For `Aurora.open<Schema>('my.db')`: documents, filters and inserts get their types. */\n",
    `export type Schema = {\n${entries.join('')}};\n`,
  ].join('');
}

/** An alias and no interface: only aliases fit a type with an index, as schemas are. */
function documentType({ name, fields, open }: CollectionDefinition): string {
  const lines = fields.map(fieldLines);
  const more = open ? ' & { [field: string]: JsonValue | undefined }' : '';
  return `export type ${typeName(name)} = {\n  id: string;\n${lines.join('')}}${more};\n\n`;
}

function fieldLines({ name, type, nullable, references }: FieldDefinition): string {
  const comment = references === undefined ? '' : `  /** The id of one of \`${references}\`. */\n`;
  const text = typeText(type);
  return `${comment}  ${name}${nullable ? '?' : ''}: ${text}${nullable ? ' | null' : ''};\n`;
}

const scalars: Readonly<Record<string, string>> = {
  String: 'string',
  Uuid: 'string',
  DateTime: 'string',
  Int: 'number',
  Float: 'number',
  Boolean: 'boolean',
  Object: '{ [key: string]: JsonValue }',
};

function typeText(type: FieldDefinition['type']): string {
  if (type.kind === 'scalar') return scalars[type.name] ?? 'JsonValue';
  return `${typeText(type.element)}[]`;
}

/** `order_lines` becomes `OrderLines`. */
function typeName(collection: string): string {
  return collection.replaceAll(/(?:^|_+)([a-zA-Z0-9])/g, (_, first: string) => first.toUpperCase());
}
