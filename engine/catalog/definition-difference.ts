/* What differs between two definitions of a collection, in words for people. */
import type { CollectionDefinition, FieldDefinition, FieldType } from '#engine/aql';

/** The first differences; `undefined` when both mean the same. */
export function describeDifference(
  present: CollectionDefinition,
  wanted: CollectionDefinition,
): string | undefined {
  const differences: string[] = [];
  for (const field of present.fields) {
    const other = wanted.fields.find(({ name }) => name === field.name);
    if (other === undefined) differences.push(`it has a field "${field.name}"`);
    else differences.push(...fieldDifferences(field, other));
  }
  for (const field of wanted.fields) {
    if (!present.fields.some(({ name }) => name === field.name)) {
      differences.push(`it has no field "${field.name}"`);
    }
  }
  if (present.open !== wanted.open) differences.push(`it is ${present.open ? '' : 'not '}open`);
  const presentIndexes = indexTexts(present);
  const wantedIndexes = indexTexts(wanted);
  for (const text of presentIndexes) {
    if (!wantedIndexes.includes(text)) differences.push(`it has ${text}`);
  }
  for (const text of wantedIndexes) {
    if (!presentIndexes.includes(text)) differences.push(`it lacks ${text}`);
  }
  if (differences.length === 0) return undefined;
  const shown = differences.slice(0, 5).join(', ');
  return differences.length > 5 ? `${shown}, and ${differences.length - 5} more` : shown;
}

/** A type as the language writes it. */
function typeText(type: FieldType): string {
  return type.kind === 'scalar' ? type.name : `[${typeText(type.element)}]`;
}

function fieldDifferences(present: FieldDefinition, wanted: FieldDefinition): readonly string[] {
  const found: string[] = [];
  const name = `"${present.name}"`;
  const presentType = `${typeText(present.type)}${present.nullable ? '' : '!'}`;
  const wantedType = `${typeText(wanted.type)}${wanted.nullable ? '' : '!'}`;
  if (presentType !== wantedType) found.push(`${name} is ${presentType}, not ${wantedType}`);
  if (present.unique !== wanted.unique)
    found.push(`${name} is ${present.unique ? '' : 'not '}unique`);
  if (present.indexed !== wanted.indexed && !present.unique && !wanted.unique) {
    found.push(`${name} is ${present.indexed ? '' : 'not '}indexed`);
  }
  if (present.references !== wanted.references)
    found.push(`${name} references ${present.references ?? 'nothing'}`);
  if (sortedJson(present.default) !== sortedJson(wanted.default))
    found.push(`${name} has another default`);
  if (sortedJson(present.validate) !== sortedJson(wanted.validate))
    found.push(`${name} has other validation rules`);
  return found;
}

function indexTexts(definition: CollectionDefinition): readonly string[] {
  return definition.indexes.map(
    ({ fields, unique, text }) =>
      `${text === true ? 'a text' : unique ? 'a unique' : 'an'} index on (${fields.join(', ')})`,
  );
}

/** JSON whose keys are sorted, so that equal content gives equal text. */
function sortedJson(value: unknown): string {
  return (
    JSON.stringify(value, (_key, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? ''
  );
}
