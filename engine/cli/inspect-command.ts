import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Aurora, type CollectionInfo, type FieldDefinition } from '#engine';
import { formatBytes } from './byte-text.ts';
import { typeText } from './cell-text.ts';
import { countText } from './count-text.ts';
import type { Terminal } from './terminal.ts';
import { formatTable } from './text-table.ts';

/** `aurora inspect`: what a database holds, without its documents. */
export async function runInspect(
  terminal: Terminal,
  databasePath: string,
  options: { readonly json?: boolean },
): Promise<number> {
  const db = await Aurora.open({ dbPath: databasePath, create: false, readOnly: true });
  try {
    const collections = await db.collections();
    const sizeBytes = await folderBytes(db.path);
    if (options.json === true) {
      const facts = { path: db.path, sizeBytes, collections };
      await terminal.write(`${JSON.stringify(facts)}\n`);
      return 0;
    }
    const documentCount = collections.reduce((sum, entry) => sum + entry.documentCount, 0);
    await terminal.write(
      `${db.path}: ${countText(collections.length, 'collection')}, ${countText(documentCount, 'document')}, ${formatBytes(sizeBytes)}\n`,
    );
    for (const collection of collections) await terminal.write(describe(collection));
    return 0;
  } finally {
    await db.close();
  }
}

function describe({ definition, documentCount, indexes }: CollectionInfo): string {
  const left = (title: string) => ({ title, isRightAligned: false });
  const rows = definition.fields.map((field) => [
    field.name,
    typeText(field.type) + (field.nullable ? '' : '!'),
    notes(field),
  ]);
  const fields = formatTable([left('field'), left('type'), left('')], rows);
  const lines = indexes.map((index) => {
    const kind = index.text === true ? 'text index' : index.unique ? 'unique index' : 'index';
    const state = index.state === 'live' ? '' : `, ${index.state}`;
    return `  ${kind} on ${index.fields.join(', ')}${state}\n`;
  });
  const open = definition.open ? ', open' : '';
  const title = `\n${definition.name}: ${countText(documentCount, 'document')}${open}\n`;
  return title + indent(fields) + lines.join('');
}

function notes(field: FieldDefinition): string {
  return [
    field.unique ? 'unique' : '',
    field.indexed && !field.unique ? 'indexed' : '',
    field.references === undefined ? '' : `references ${field.references}`,
    field.default === undefined ? '' : `default ${defaultText(field.default)}`,
  ]
    .filter((note) => note !== '')
    .join(', ');
}

function defaultText(value: NonNullable<FieldDefinition['default']>): string {
  return value.kind === 'now' ? 'now' : JSON.stringify(value.value);
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await stat(join(folder, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
