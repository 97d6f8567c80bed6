const zero = 0x30;

/**
 * Milliseconds since 1970 of a time in the form in which nearly all are written, 2001-02-03T04:05:06Z with or without
 * .789; `undefined` of any other text, which may be a time as well. It makes no object, as a regular expression would.
 */
export function parsePlainDateTime(text: string): number | undefined {
  if (text.length !== 20 && text.length !== 24) return undefined;
  const isPlain =
    text[4] === '-' &&
    text[7] === '-' &&
    text[10] === 'T' &&
    text[13] === ':' &&
    text[16] === ':' &&
    text.endsWith('Z') &&
    (text.length === 20 || text[19] === '.');
  if (!isPlain) return undefined;
  const year = digitsAt(text, 0, 4);
  const month = digitsAt(text, 5, 2);
  const day = digitsAt(text, 8, 2);
  const hour = digitsAt(text, 11, 2);
  const minute = digitsAt(text, 14, 2);
  const second = digitsAt(text, 17, 2);
  const milliseconds = text.length === 24 ? digitsAt(text, 20, 3) : 0;
  // A year below 100 is one of the last century to `Date.UTC`.
  if (!(year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month)))
    return undefined;
  if (!(hour <= 23 && minute <= 59 && second <= 59 && milliseconds >= 0)) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
}

/** The number that digits are; NaN where something else stands among them. */
function digitsAt(text: string, start: number, count: number): number {
  let number = 0;
  for (let at = start; at < start + count; at += 1) {
    const digit = text.charCodeAt(at) - zero;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = 10 * number + digit;
  }
  return number;
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
