/*
 * A cron expression in plain words. What it has no words for is said field by field, so that nothing is ever told
 * wrong: an expression that is not understood is given as it stands.
 */

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `0 9 * * 1-5` is `At 09:00, Monday to Friday`. */
export function cronWords(cron: string): string {
  const fields = cron.trim().split(/\s+/);
  const [second, minute, hour, day, month, weekday] =
    fields.length === 5 ? ['0', ...fields] : fields;
  if (
    second === undefined ||
    minute === undefined ||
    hour === undefined ||
    day === undefined ||
    month === undefined ||
    weekday === undefined ||
    fields.length > 6
  ) {
    return cron;
  }
  const time = timeWords(second, minute, hour);
  const days = dayWords(day, month, weekday);
  if (time === undefined || days === undefined) return cron;
  return [time, ...days].join(', ');
}

function timeWords(second: string, minute: string, hour: string): string | undefined {
  if (second !== '0') {
    const every = stepOf(second);
    if (every === undefined || minute !== '*' || hour !== '*') return undefined;
    return every === 1 ? 'Every second' : `Every ${every} seconds`;
  }
  const [at, past] = [numberOf(hour), numberOf(minute)];
  if (at !== undefined && past !== undefined) return `At ${clock(at, past)}`;
  const minutes = stepOf(minute);
  if (minutes !== undefined) {
    const every = minutes === 1 ? 'Every minute' : `Every ${minutes} minutes`;
    if (hour === '*') return every;
    const span = rangeOf(hour);
    if (span !== undefined) return `${every} from ${clock(span[0], 0)} to ${clock(span[1], 59)}`;
    return at === undefined ? undefined : `${every} from ${clock(at, 0)} to ${clock(at, 59)}`;
  }
  if (past === undefined) return undefined;
  const hours = stepOf(hour);
  if (hours !== undefined) {
    const every = hours === 1 ? 'Every hour' : `Every ${hours} hours`;
    return past === 0 ? every : `${every} at ${past} minutes past`;
  }
  const listed = hour.split(',').map(numberOf);
  if (listed.length < 2 || listed.some((each) => each === undefined)) return undefined;
  return `At ${listed.map((each) => clock(each ?? 0, past)).join(' and ')}`;
}

function dayWords(day: string, month: string, weekday: string): readonly string[] | undefined {
  const words: string[] = [];
  if (weekday !== '*' && weekday !== '?') {
    const named = named7(weekday);
    if (named === undefined || (day !== '*' && day !== '?')) return undefined;
    words.push(named);
  } else if (day !== '*' && day !== '?') {
    const numbers = day.split(',').map(numberOf);
    if (numbers.some((each) => each === undefined)) {
      if (day !== 'L') return undefined;
      words.push('on the last day of the month');
    } else words.push(`on day ${numbers.join(' and ')} of the month`);
  }
  if (month !== '*') {
    const names = month.split(',').map((each) => months[(numberOf(each) ?? 0) - 1]);
    if (names.some((name) => name === undefined)) return undefined;
    words.push(`in ${names.join(' and ')}`);
  }
  return words;
}

function named7(weekday: string): string | undefined {
  const range = rangeOf(weekday);
  if (range !== undefined) return `${weekdayOf(range[0])} to ${weekdayOf(range[1])}`;
  const short = weekdays.map((name) => name.slice(0, 3).toUpperCase());
  const names = weekday.split(',').map((each) => {
    const number = numberOf(each);
    const at = number === undefined ? short.indexOf(each.toUpperCase()) : number % 7;
    return weekdays[at];
  });
  if (names.some((name) => name === undefined)) return undefined;
  return `on ${names.join(' and ')}`;
}

function weekdayOf(number: number): string {
  return weekdays[number % 7] ?? '';
}

/** Of `*` 1, of a star with a step its step. */
function stepOf(field: string): number | undefined {
  if (field === '*') return 1;
  const step = /^(?:\*|0)\/(\d{1,2})$/.exec(field)?.[1];
  return step === undefined ? undefined : Number(step);
}

function numberOf(field: string): number | undefined {
  return /^\d{1,2}$/.test(field) ? Number(field) : undefined;
}

function rangeOf(field: string): readonly [number, number] | undefined {
  const found = /^(\d{1,2})-(\d{1,2})$/.exec(field);
  return found === null ? undefined : [Number(found[1]), Number(found[2])];
}

function clock(hour: number, minute: number): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
