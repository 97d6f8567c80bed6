/* Collections and fields in words, for completion and hover. */
import { typeText } from '../binding/field-access.ts';
import type { CollectionDefinition, FieldDefinition } from '../catalog-shape.ts';
import type { JsonValue } from '../field-type.ts';
import type { CatalogSamples, KnownValues } from './language-catalog.ts';

/** Type and marks of a field on one line: `String! · unique`. */
export function fieldDetail(field: FieldDefinition, distinctCount?: number): string {
  const marks = [`${typeText(field.type)}${field.nullable ? '' : '!'}`];
  if (field.unique) marks.push('unique');
  else if (field.indexed) marks.push('indexed');
  if (field.references !== undefined) marks.push(`→ ${field.references}`);
  if (distinctCount !== undefined) marks.push(`≈ ${distinctText(distinctCount)}`);
  return marks.join(' · ');
}

function distinctText(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'value' : 'values'}`;
}

/** What is known of how many different values a field has. */
export function distinctCountOf(
  collection: CollectionDefinition,
  { name, unique }: FieldDefinition,
  { distinctCounts }: KnownValues,
): number | undefined {
  const path = `${collection.name}.${name}`;
  if (unique || distinctCounts === undefined || !Object.hasOwn(distinctCounts, path))
    return undefined;
  return distinctCounts[path];
}

/** A field in Markdown. */
export function fieldMarkdown(
  collection: CollectionDefinition,
  field: FieldDefinition,
  known: KnownValues = {},
): string {
  const lines = [
    `\`\`\`aql\n${field.name}: ${typeText(field.type)}${field.nullable ? '' : '!'}\n\`\`\``,
    `Field of \`${collection.name}\`${field.nullable ? ', may be null' : ', never null'}.`,
  ];
  if (field.unique) lines.push('Unique, with an index.');
  else if (field.indexed) lines.push('Indexed.');
  if (field.references !== undefined) lines.push(`Holds the \`id\` of \`${field.references}\`.`);
  if (field.default?.kind === 'now') lines.push('Default: the time of the insert.');
  if (field.default?.kind === 'value') {
    lines.push(`Default: \`${JSON.stringify(field.default.value)}\`.`);
  }
  const distinctCount = distinctCountOf(collection, field, known);
  if (distinctCount !== undefined) {
    lines.push(`About ${distinctText(distinctCount).replace('value', 'different value')}.`);
  }
  const found = sampleText(`${collection.name}.${field.name}`, known.samples);
  if (found !== undefined) lines.push(found);
  return lines.join('\n\n');
}

const shownValuesMax = 5;

/** The most frequent values of a field in sampled documents, as one line of Markdown. */
export function sampleText(path: string, samples: CatalogSamples | undefined): string | undefined {
  if (samples === undefined || !Object.hasOwn(samples, path)) return undefined;
  const values = samples[path] ?? [];
  if (values.length === 0) return undefined;
  const shown = values
    .slice(0, shownValuesMax)
    .map(({ value, count }) => `\`${shortened(value)}\` × ${count}`);
  const more = values.length > shownValuesMax ? `, and ${values.length - shownValuesMax} more` : '';
  return `In a sample: ${shown.join(', ')}${more}.`;
}

function shortened(value: JsonValue): string {
  const text = JSON.stringify(value).replaceAll('`', "'");
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

export const idField: FieldDefinition = {
  name: 'id',
  type: { kind: 'scalar', name: 'Uuid' },
  nullable: false,
  unique: true,
  indexed: true,
};

/** A collection on one line: `6 fields`. */
export function collectionDetail(collection: CollectionDefinition): string {
  const count = collection.fields.length;
  return `${count} ${count === 1 ? 'field' : 'fields'}${collection.open ? ', open' : ''}`;
}

/** A collection in Markdown: its fields as a schema writes them. */
export function collectionMarkdown(collection: CollectionDefinition): string {
  const shown = collection.fields.slice(0, 30).map((field) => {
    const mark = field.unique ? ' @unique' : field.indexed ? ' @indexed' : '';
    return `    ${field.name}: ${typeText(field.type)}${field.nullable ? '' : '!'}${mark}`;
  });
  const more = collection.fields.length - shown.length;
  if (more > 0) shown.push(`    # and ${more} more`);
  const open = collection.open ? ' @open' : '';
  return `\`\`\`aql\ncollection ${collection.name}${open} {\n${shown.join('\n')}\n}\n\`\`\``;
}
