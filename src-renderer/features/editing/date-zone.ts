/* Times as they are typed: in the zone of the person, or in UTC. What names its own zone is taken as it says. */
import type { FieldInfo, WireValue } from '#contract';
import { dateParts } from '../../grid/date-text.ts';
import { isDayOfMonth } from './value-rules.ts';
import type { TypedValue } from './value-text.ts';

export type DateZone = 'local' | 'utc';

/** The text that an editor begins with. */
export function dateText(value: WireValue | undefined, zone: DateZone): string {
  if (typeof value !== 'string') return '';
  const parts = dateParts(value);
  return zone === 'utc' || parts === undefined ? value : parts.text;
}

/** The text with its zone: a day or a time without one is in the zone that was chosen. */
export function withZone(text: string, { type }: FieldInfo, zone: DateZone): string {
  if (type.kind !== 'scalar' || type.name !== 'DateTime') return text;
  const trimmed = text.trim();
  if (/^\d{4}-\d{2}-\d{2}$/.test(trimmed)) {
    // A day alone would be one in UTC; a time without a zone is local.
    return zone === 'utc' || !isDayOfMonth(trimmed) ? text : `${trimmed}T00:00`;
  }
  const isTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(trimmed);
  return isTime && zone === 'utc' ? `${trimmed}Z` : text;
}

/** What the typed time is in the other zone, so that nobody is a few hours off unseen. */
export function otherZoneText(typed: TypedValue | undefined, zone: DateZone): string {
  if (typed?.kind !== 'value' || typeof typed.value !== 'string') {
    return `Without a zone it is ${zone === 'utc' ? 'UTC' : 'local time'}.`;
  }
  const parts = dateParts(typed.value);
  if (zone === 'local' || parts === undefined) return `In UTC: ${typed.value}`;
  return `Local time: ${parts.text} ${parts.zone}`;
}
