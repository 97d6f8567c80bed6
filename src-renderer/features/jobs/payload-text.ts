import type { WireValue } from '#contract';

export type Payload = { readonly [field: string]: WireValue };

/** What is written in a payload's field: an object of JSON, nothing for an empty one, or why it is none. */
export function payloadOf(
  text: string,
): { readonly payload: Payload } | { readonly problem: string } {
  if (text.trim() === '') return { payload: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      // JSON.parse gives nothing but values of the wire.
      return { payload: value as Payload };
    }
    return { problem: 'A payload is an object: { "field": "value" }' };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

export function payloadText(payload: unknown): string {
  return JSON.stringify(payload ?? {}, null, 2);
}
