const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How long ago, in words: `just now`, `5 minutes ago`, `yesterday`; a date beyond a month. */
export function ageText(thenMs: number, nowMs: number): string {
  const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  const ageMs = nowMs - thenMs;
  if (ageMs < minuteMs) return 'just now';
  if (ageMs < hourMs) return words.format(-Math.floor(ageMs / minuteMs), 'minute');
  if (ageMs < dayMs) return words.format(-Math.floor(ageMs / hourMs), 'hour');
  if (ageMs < 30 * dayMs) return words.format(-Math.floor(ageMs / dayMs), 'day');
  return new Date(thenMs).toLocaleDateString('en', { dateStyle: 'medium' });
}
