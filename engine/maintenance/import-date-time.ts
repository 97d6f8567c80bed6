/*
 * The forms of dates and times that import takes for a DateTime. Only forms that can be read in one way are here:
 * 03/04/2001 is March in one country and April in another, so it stays text. A form without a zone counts as UTC.
 */

import { parsePlainDateTime } from '../values/plain-date-time.ts';

const isoForm =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?(Z|z|[+-]\d{2}:?\d{2})?)?$/;
const slashForm = /^(\d{4})\/(\d{1,2})\/(\d{1,2})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
const monthFirstForm =
  /^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
const dayFirstForm =
  /^(\d{1,2})[ -]([A-Za-z]{3,9})[ -](\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;

const monthNames = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

interface Parts {
  readonly year: number;
  /** From 1; 0 when the name is no month. */
  readonly month: number;
  readonly day: number;
  readonly clock: readonly (string | undefined)[];
  readonly fraction?: string | undefined;
  readonly zone?: string | undefined;
}

/** The instant as RFC 3339 text in UTC, or `undefined` when the text is none of the known forms or no real date. */
export function parseLooseDateTime(text: string): string | undefined {
  // What Aurora itself writes is read back often, and is as it has to be.
  if (text.length === 24 && parsePlainDateTime(text) !== undefined) return text;
  const parts = matchParts(text.trim());
  if (parts === undefined || parts.month < 1 || parts.month > 12) return undefined;
  const [hour = 0, minute = 0, second = 0] = parts.clock.map((digits) => Number(digits ?? 0));
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const milliseconds = Number((parts.fraction ?? '').slice(0, 3).padEnd(3, '0'));
  const date = new Date(0);
  date.setUTCFullYear(parts.year, parts.month - 1, parts.day);
  // A day that the month does not have rolls over into the next month.
  if (date.getUTCMonth() !== parts.month - 1 || date.getUTCDate() !== parts.day) return undefined;
  date.setUTCHours(hour, minute, second, milliseconds);
  const offset = zoneOffsetMinutes(parts.zone);
  if (offset === undefined) return undefined;
  const instant = new Date(date.getTime() - offset * 60_000);
  const year = instant.getUTCFullYear();
  return year < 0 || year > 9999 ? undefined : instant.toISOString();
}

function matchParts(text: string): Parts | undefined {
  const iso = isoForm.exec(text);
  if (iso !== null) {
    const [, year, month, day, hour, minute, second, fraction, zone] = iso;
    return {
      ...numbers(year, month, day),
      clock: [hour, minute, second],
      fraction,
      zone,
    };
  }
  const slash = slashForm.exec(text);
  if (slash !== null) {
    return { ...numbers(slash[1], slash[2], slash[3]), clock: slash.slice(4, 7) };
  }
  const monthFirst = monthFirstForm.exec(text);
  if (monthFirst !== null) {
    const month = String(monthNumber(monthFirst[1]));
    return { ...numbers(monthFirst[3], month, monthFirst[2]), clock: monthFirst.slice(4, 7) };
  }
  const dayFirst = dayFirstForm.exec(text);
  if (dayFirst === null) return undefined;
  const month = String(monthNumber(dayFirst[2]));
  return { ...numbers(dayFirst[3], month, dayFirst[1]), clock: dayFirst.slice(4, 7) };
}

function numbers(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
): { readonly year: number; readonly month: number; readonly day: number } {
  return { year: Number(year), month: Number(month), day: Number(day) };
}

/** Whole English names and their first three letters; 0 for everything else. */
function monthNumber(name: string | undefined): number {
  const lower = (name ?? '').toLowerCase();
  return monthNames.findIndex((month) => month === lower || month.slice(0, 3) === lower) + 1;
}

function zoneOffsetMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
