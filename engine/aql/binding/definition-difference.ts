import type { CollectionDefinition, FieldDefinition, IndexDefinition } from '../catalog-shape.ts';
import { typeText } from './field-access.ts';

/** The first difference between two definitions of a collection, in words; `undefined` when they mean the same. */
export function definitionDifference(
  existing: CollectionDefinition,
  wanted: CollectionDefinition,
): string | undefined {
  const existingFields = new Map(existing.fields.map((field) => [field.name, field]));
  const wantedNames = new Set(wanted.fields.map((field) => field.name));
  for (const field of wanted.fields) {
    const before = existingFields.get(field.name);
    if (before === undefined) return `it has no field "${field.name}"`;
    const difference = fieldDifference(before, field);
    if (difference !== undefined) return difference;
  }
  const extra = existing.fields.find((field) => !wantedNames.has(field.name));
  if (extra !== undefined) return `it also has the field "${extra.name}"`;
  if (existing.open !== wanted.open) return existing.open ? 'it is open' : 'it is not open';
  const keys = (definition: CollectionDefinition) => definition.indexes.map(indexWords).sort();
  const [has, wants] = [keys(existing), keys(wanted)];
  if (has.join('\n') !== wants.join('\n')) {
    return has.length === 0 ? 'it has no compound index' : `its indexes are (${has.join('), (')})`;
  }
  return undefined;
}

/** An index in words that differ where the indexes do. */
function indexWords({ fields, unique, text }: IndexDefinition): string {
  return `${fields.join(', ')}${unique ? ' unique' : ''}${text === true ? ' text' : ''}`;
}

function fieldDifference(before: FieldDefinition, after: FieldDefinition): string | undefined {
  const name = `"${before.name}"`;
  if (typeText(before.type) !== typeText(after.type)) return `${name} is ${typeText(before.type)}`;
  if (before.nullable !== after.nullable) {
    return `${name} is ${before.nullable ? 'nullable' : 'required'}`;
  }
  if (before.unique !== after.unique) return `${name} is ${before.unique ? '' : 'not '}unique`;
  if (before.indexed !== after.indexed) return `${name} is ${before.indexed ? '' : 'not '}indexed`;
  if (before.references !== after.references) {
    return before.references === undefined
      ? `${name} refers to no collection`
      : `${name} refers to "${before.references}"`;
  }
  if (sorted(before.default) !== sorted(after.default)) return `${name} has another default`;
  if (sorted(before.validate) !== sorted(after.validate)) return `${name} has other rules`;
  return undefined;
}

/** JSON with sorted keys, so that the order of writing makes no difference. */
function sorted(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? ''
  );
}
