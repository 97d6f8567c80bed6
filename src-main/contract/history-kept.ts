import type { WireValue } from './wire-types.ts';

/** How long what was changed is kept, so that it can be looked at and taken back. */
export type HistoryKept = 'day' | 'week' | 'month';

/** The setting that says it. The page writes it; the host reads it when it opens a database. */
export const historyKeptSetting = 'history.kept';

/** Reads what was set; what is none of the choices counts as a day. */
export function decodeHistoryKept(value: WireValue | undefined): HistoryKept {
  return value === 'week' || value === 'month' ? value : 'day';
}
