/*
 * Documents as text. NDJSON has a document in JSON on each line. CSV (RFC 4180) has a column for the id and each field
 * of the collection, then for fields that only some documents of an open collection have; text stands as it is, null
 * and what is not set are empty, everything else is JSON.
 */
import type { CollectionDefinition, JsonValue } from '#engine/aql';
import type { TimeSlicer } from '../base/scheduler.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { documentOutput } from './document-output.ts';
import type { OutputObject } from './projection.ts';

export type ExportFormat = 'JSON' | 'NDJSON' | 'CSV';

/** Documents in a format: a list of whole documents for JSON, otherwise text. In time slices. */
export async function exportValue(
  documents: readonly StoredDocument[],
  definition: CollectionDefinition,
  format: ExportFormat,
  slicer: TimeSlicer,
): Promise<JsonValue> {
  const output = documentOutput(definition);
  const objects: OutputObject[] = [];
  for (const document of documents) {
    await slicer.yieldIfDue();
    objects.push(output(document));
  }
  switch (format) {
    case 'JSON':
      return objects;
    case 'NDJSON':
      return lines(objects, (object) => `${JSON.stringify(object)}\n`, slicer);
    case 'CSV': {
      const names = columnNames(objects, definition);
      const header = `${names.map(quoted).join()}\r\n`;
      const row = (object: OutputObject): string =>
        `${names.map((name) => cell(object, name)).join()}\r\n`;
      return header + (await lines(objects, row, slicer));
    }
  }
}

async function lines(
  objects: readonly OutputObject[],
  line: (object: OutputObject) => string,
  slicer: TimeSlicer,
): Promise<string> {
  const texts: string[] = [];
  for (const object of objects) {
    await slicer.yieldIfDue();
    texts.push(line(object));
  }
  return texts.join('');
}

function columnNames(
  objects: readonly OutputObject[],
  { fields, open }: CollectionDefinition,
): readonly string[] {
  const names = new Set(['id', ...fields.map(({ name }) => name)]);
  if (open) for (const object of objects) for (const name of Object.keys(object)) names.add(name);
  return [...names];
}

function cell(object: OutputObject, name: string): string {
  const value = Object.hasOwn(object, name) ? (object[name] ?? null) : null;
  if (value === null) return '';
  // Empty text is quoted, so that it differs from what is not set.
  if (value === '') return '""';
  return quoted(typeof value === 'string' ? value : JSON.stringify(value));
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
