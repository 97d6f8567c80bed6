/** A time as the person's clock shows it, with the zone it is meant in. */
export interface DateParts {
  readonly text: string;
  readonly zone: string;
}

/** Local date and time of an ISO text; undefined when the text is no date. Milliseconds are shown when there are any. */
export function dateParts(iso: string): DateParts | undefined {
  const date = new Date(iso);
  const milliseconds = date.getTime();
  if (Number.isNaN(milliseconds)) return undefined;
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const fraction = date.getMilliseconds();
  const time =
    `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}` +
    (fraction === 0 ? '' : `.${String(fraction).padStart(3, '0')}`);
  return { text: `${day} ${time}`, zone: zoneText(-date.getTimezoneOffset()) };
}

function zoneText(minutesEast: number): string {
  if (minutesEast === 0) return 'UTC';
  const minutes = Math.abs(minutesEast);
  return `${minutesEast < 0 ? '−' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
