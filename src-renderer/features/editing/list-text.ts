/* A list as it is typed: its elements one by one, texts without their quotes; together they are JSON. */
import type { FieldInfo, WireValue } from '#contract';
import { withZone } from './date-zone.ts';
import { typedValue } from './value-text.ts';

/** The elements of a list as they are typed. */
export function itemsIn(text: string): readonly string[] {
  if (text.trim() === '') return [];
  try {
    const items: unknown = JSON.parse(text);
    if (Array.isArray(items)) return items.map((item) => textOfItem(item));
  } catch {
    // What was pasted and does not fit may be any text: its words are the elements.
  }
  return text.split(',').map((item) => item.trim());
}

function textOfItem(item: unknown): string {
  return typeof item === 'string' ? item : JSON.stringify(item);
}

export function listText(items: readonly string[], { type }: FieldInfo): string {
  const element = type.kind === 'list' ? type.element : type;
  const field = { name: '', type: element, nullable: true, unique: false, indexed: false };
  const values = items.map((item): WireValue => {
    const typed = typedValue(withZone(item, field, 'local'), field);
    return typed.kind === 'value' ? typed.value : item;
  });
  return JSON.stringify(values);
}
