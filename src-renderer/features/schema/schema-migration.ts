/* Migrations that the schema page writes: the page changes nothing itself, so that every change can be tried first. */
import type { CollectionInfo, FieldInfo, IndexInfo, WireValue } from '#contract';
import { typeText } from '../../grid/cell-value.ts';

export interface NewIndex {
  readonly collection: string;
  readonly fields: readonly string[];
  /** `text`: of the words of one field, for searches. */
  readonly kind: 'ordered' | 'unique' | 'text';
}

/** A version that adds an index, after what is written already. */
export function withNewIndex(
  text: string,
  { collection, fields, kind }: NewIndex,
  taken: readonly string[],
): string {
  const first = kind === 'text' ? 'text-index' : 'index';
  const words = [first, collection, ...fields.map((field) => field.replaceAll('.', '-'))];
  const action = `add index (${fields.join(', ')})${kind === 'ordered' ? '' : ` ${kind}`}`;
  return appended(text, { name: words.join('-'), collection, action }, taken);
}

/** A version that drops an index. */
export function withoutIndex(
  text: string,
  { collection, index }: { readonly collection: string; readonly index: IndexInfo },
  taken: readonly string[],
): string {
  const words = ['drop-index', collection, ...index.fields];
  const action = `drop index (${index.fields.join(', ')})${index.text === true ? ' text' : ''}`;
  return appended(text, { name: words.join('-'), collection, action }, taken);
}

export type FieldChange =
  | { readonly kind: 'add' | 'modify'; readonly field: string; readonly type: string }
  | { readonly kind: 'rename'; readonly field: string; readonly to: string }
  | { readonly kind: 'drop'; readonly field: string };

/** A version that changes a field. */
export function withFieldChange(
  text: string,
  { collection, change }: { readonly collection: string; readonly change: FieldChange },
  taken: readonly string[],
): string {
  const name = [change.kind, collection, change.field].join('-');
  return appended(text, { name, collection, action: fieldAction(change) }, taken);
}

function fieldAction(change: FieldChange): string {
  switch (change.kind) {
    case 'add':
    case 'modify':
      return `${change.kind} ${change.field}: ${change.type}`;
    case 'rename':
      return `rename ${change.field} to ${change.to}`;
    case 'drop':
      return `drop ${change.field}`;
  }
}

/** True for an index that the collection defines beside its fields; others go when their field is modified. */
function isDefinedIndex({ definedIndexes }: CollectionInfo, { fields, text }: IndexInfo): boolean {
  return definedIndexes.some((each) => each.fields.join() === fields.join() && each.text === text);
}

/** False for a draft of nothing but comments and an empty version. */
export function draftHasSteps(text: string): boolean {
  return /\b(alter|create|drop|migrate\s+data)\b/.test(text.replaceAll(/#[^\n]*/g, ''));
}

/** What stands behind the name of a field: its type with its directives, all of which a modification writes anew. */
export function declarationText(field: FieldInfo): string {
  const { type, nullable, unique, indexed, default: given, references, validate } = field;
  const rules = Object.entries(validate ?? {}).map(
    // A format is a name, not a text.
    ([rule, value]) => `${rule}: ${rule === 'format' ? value : JSON.stringify(value)}`,
  );
  return [
    typeText(type, nullable),
    ...(unique ? ['@unique'] : indexed ? ['@indexed'] : []),
    ...(given === undefined
      ? []
      : [`@default(${given.kind === 'now' ? 'now: true' : `value: ${literal(given.value)}`})`]),
    ...(references === undefined ? [] : [`@references(collection: ${JSON.stringify(references)})`]),
    ...(rules.length === 0 ? [] : [`@validate(${rules.join(', ')})`]),
  ].join(' ');
}

/** The directive of a field that an index comes from; `undefined` for one that is defined beside the fields. */
export function indexOrigin(
  collection: CollectionInfo,
  index: IndexInfo,
): '@unique' | '@indexed' | undefined {
  if (isDefinedIndex(collection, index)) return undefined;
  return index.unique ? '@unique' : '@indexed';
}

function appended(
  text: string,
  step: { readonly name: string; readonly collection: string; readonly action: string },
  taken: readonly string[],
): string {
  let name = step.name;
  for (let count = 2; taken.includes(name) || text.includes(JSON.stringify(name)); count += 1) {
    name = `${step.name}-${count}`;
  }
  const block = `migrate {\n    ${JSON.stringify(name)}: {\n        alter collection ${step.collection} { ${step.action} }\n    }\n}\n`;
  const before = draftHasSteps(text) ? `${text.trimEnd()}\n\n` : '';
  return before + block;
}

/** As JSON, but for the keys of objects, which are names. */
function literal(value: WireValue): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, member]) => `${key}: ${literal(member)}`);
  return `{ ${entries.join(', ')} }`;
}
