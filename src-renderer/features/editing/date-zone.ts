/* Times as they are typed: in the zone of the person, or in UTC. What names its own zone is taken as it says. */
import type { FieldInfo, WireValue } from '#contract';
import { dateParts } from '../../grid/date-text.ts';
import type { TypedValue } from './value-text.ts';

export type DateZone = 'local' | 'utc';

/** The text that an editor begins with. */
export function dateText(value: WireValue | undefined, zone: DateZone): string {
  if (typeof value !== 'string') return '';
  const parts = dateParts(value);
  return zone === 'utc' || parts === undefined ? value : parts.text;
}

/** The text with its zone: a time without one is in the zone that was chosen. */
export function withZone(text: string, { type }: FieldInfo, zone: DateZone): string {
  if (type.kind !== 'scalar' || type.name !== 'DateTime' || zone === 'local') return text;
  const trimmed = text.trim();
  return /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(trimmed) ? `${trimmed}Z` : text;
}

/** What the typed time is in the other zone, so that nobody is a few hours off unseen. */
export function otherZoneText(typed: TypedValue | undefined, zone: DateZone): string {
  const here = zone === 'utc' ? 'In UTC' : 'In your own time';
  if (typed?.kind !== 'value' || typeof typed.value !== 'string') return `${here}.`;
  const parts = dateParts(typed.value);
  if (zone === 'local' || parts === undefined) return `${here}: ${typed.value}`;
  return `${here}: ${parts.text} ${parts.zone}`;
}
