/* Texts of what handlers throw and say. Anything can be thrown, also what cannot be made into a text. */
import { limits } from '../limits.ts';

/** What was thrown, in words. */
export function messageOf(thrown: unknown): string {
  const message = fieldOf(thrown, 'message');
  return typeof message === 'string' && message !== '' ? message : asText(thrown);
}

export function stackOf(thrown: unknown): string | null {
  const stack = thrown instanceof Error ? fieldOf(thrown, 'stack') : undefined;
  return typeof stack === 'string' ? cut(stack) : null;
}

function fieldOf(thrown: unknown, field: string): unknown {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  try {
    return Reflect.get(thrown, field);
  } catch {
    return undefined;
  }
}

/** A value as a text: that of objects without one is their JSON form. */
export function asText(value: unknown): string {
  try {
    const isPlain = typeof value === 'object' && value !== null && !(value instanceof Error);
    return isPlain ? JSON.stringify(value) : String(value);
  } catch {
    return 'An object that has no text.';
  }
}

export function cut(text: string): string {
  const { jobTextLengthMax: max } = limits;
  const kept = text.length > max ? `${text.slice(0, max - 1)}…` : text;
  return kept.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}
