import type { Choice } from './choices.ts';
import type { EditableCell } from './grid-actions.ts';
import { isStructured } from './value-text.ts';

/** How a value is typed, by its type. */
export type CellFormKind = 'line' | 'text' | 'choice' | 'reference' | 'date' | 'chips' | 'json';

export function formOf(
  { field: { type, references }, value }: EditableCell,
  suggestions: readonly Choice[],
): CellFormKind {
  if (type.kind === 'list') {
    const { element } = type;
    const isScalar =
      element.kind === 'scalar' && element.name !== 'Object' && element.name !== 'Any';
    return isScalar ? 'chips' : 'json';
  }
  if (references !== undefined) return 'reference';
  if (isStructured(type)) return 'json';
  if (type.name === 'DateTime') return 'date';
  // A field of one line would drop the ends of lines without a word.
  if (typeof value === 'string' && /[\r\n]/.test(value)) return 'text';
  if (type.name === 'Boolean' || suggestions.length > 0) return 'choice';
  return type.name === 'String' ? 'text' : 'line';
}
