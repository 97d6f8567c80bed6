/* Details of an error as plain data within bounds: what is too deep, too long or no data is cut, or told as text. */
import type { WireValue } from './wire-types.ts';

const depthMax = 8;
const lengthMax = 10_000;

/** Lists and objects are cut after `itemsMax`; what is `undefined` is left out. */
export function toWireDetails(
  details: Readonly<Record<string, unknown>>,
  itemsMax: number,
): { [key: string]: WireValue } {
  const entries = Object.entries(details)
    .filter(([, value]) => value !== undefined)
    .slice(0, itemsMax);
  return Object.fromEntries(entries.map(([key, value]) => [key, toDetail(value, itemsMax, 1)]));
}

export function clippedText(text: string): string {
  return text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
}

function toDetail(value: unknown, itemsMax: number, depth: number): WireValue {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string') return clippedText(value);
  if (typeof value !== 'object' || depth >= depthMax) return clippedText(String(value));
  if (value instanceof Date) return value.toISOString();
  const toInner = (item: unknown): WireValue => toDetail(item, itemsMax, depth + 1);
  if (Array.isArray(value)) return value.slice(0, itemsMax).map(toInner);
  const entries = Object.entries(value).slice(0, itemsMax);
  return Object.fromEntries(entries.map(([key, item]) => [key, toInner(item)]));
}
