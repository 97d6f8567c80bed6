import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';

/** Another document has the values that a document with this id was to get. */
export function uniqueViolation(
  entry: CollectionEntry,
  fields: readonly string[],
  values: readonly unknown[],
  id: string,
): AuroraError {
  const collection = entry.definition.name;
  const what = fields.map((field, position) => `${field} ${preview(values[position])}`).join(', ');
  const single = fields.length === 1 ? { field: fields[0], value: values[0] } : {};
  return new AuroraError(
    'UniqueConstraintViolation',
    `Cannot write to "${collection}": another document has ${what}.`,
    {
      details: { collection, fields, values, id, ...single },
      hint: `Choose another ${fields.join(' and ')}, or change the document that has it.`,
    },
  );
}

function preview(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
