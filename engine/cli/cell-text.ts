import type { FieldType } from '#engine/aql';

/** A value in a table. Nothing stands for a field that is not set, the word null for one that is null. */
export function cellText(value: unknown, isMissing: boolean): string {
  if (isMissing) return '';
  if (typeof value === 'string') return needsQuotes(value) ? JSON.stringify(value) : value;
  return JSON.stringify(value) ?? '';
}

/** Texts that would be taken for something else, or that would break the line. */
function needsQuotes(text: string): boolean {
  return (
    text === '' || text === 'null' || text !== text.trim() || /\p{Cc}|[\u2028\u2029]/u.test(text)
  );
}

/** The type as AQL writes it. */
export function typeText(type: FieldType): string {
  return type.kind === 'list' ? `[${typeText(type.element)}]` : type.name;
}

/** True for columns whose values line up by their last digit. */
export function isNumeric(type: FieldType): boolean {
  return type.kind === 'scalar' && (type.name === 'Int' || type.name === 'Float');
}
