/*
 * A cron expression in plain words. What has no short form is said field by field; so that nothing is ever told wrong,
 * an expression that is not understood is given as it stands.
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

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth'];
const aliases: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
};

/** `0 9 * * 1-5` is `At 09:00, Monday to Friday`. */
export function cronWords(cron: string): string {
  const fields = (aliases[cron.trim()] ?? cron).trim().split(/\s+/);
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
    const span = rangeOf(hour) ?? (at === undefined ? undefined : [at, at]);
    if (span !== undefined) return `${every} from ${clock(span[0], 0)} to ${clock(span[1], 59)}`;
    const hours = hourWords(hour);
    return hours === undefined ? undefined : `${every} in ${hours}`;
  }
  return past === undefined ? minuteListWords(minute, hour) : pastWords(past, hour);
}

function pastWords(past: number, hour: string): string | undefined {
  const step = stepOf(hour);
  if (step !== undefined) {
    const every = step === 1 ? 'Every hour' : `Every ${step} hours`;
    return past === 0 ? every : `${every} at ${past} minutes past`;
  }
  const listed = hour.split(',').map(numberOf);
  if (listed.every((each) => each !== undefined)) {
    return `At ${listedWords(listed.map((each) => clock(each ?? 0, past)))}`;
  }
  const span = rangeOf(hour);
  if (span !== undefined)
    return `Every hour from ${clock(span[0], past)} to ${clock(span[1], past)}`;
  const hours = hourWords(hour);
  return hours === undefined ? undefined : `At ${past} minutes past ${hours}`;
}

function minuteListWords(minute: string, hour: string): string | undefined {
  const minutes = partsOf(minute, String);
  const hours = hour === '*' ? 'every hour' : hourWords(hour);
  if (minutes === undefined || hours === undefined) return undefined;
  return `At ${minutes} minutes past ${hours}`;
}

function hourWords(hour: string): string | undefined {
  const step = stepOf(hour);
  if (step !== undefined) return step === 1 ? 'every hour' : `every ${step} hours`;
  const hours = partsOf(hour, String);
  return hours === undefined ? undefined : `hours ${hours}`;
}

function dayWords(day: string, month: string, weekday: string): readonly string[] | undefined {
  const words: string[] = [];
  const isAnyDay = day === '*' || day === '?';
  const isAnyWeekday = weekday === '*' || weekday === '?';
  const ofMonth = isAnyDay ? undefined : monthDayWords(day);
  const ofWeek = isAnyWeekday ? undefined : weekdayWords(weekday);
  if ((!isAnyDay && ofMonth === undefined) || (!isAnyWeekday && ofWeek === undefined)) {
    return undefined;
  }
  // With both, cron takes either.
  if (ofMonth !== undefined && ofWeek !== undefined) words.push(`${ofMonth} or ${ofWeek}`);
  else if (ofMonth !== undefined) words.push(ofMonth);
  else if (ofWeek !== undefined) {
    words.push(rangeOf(weekday) === undefined ? ofWeek : ofWeek.replace(/^on /, ''));
  }
  if (month === '*') return words;
  const inMonths = partsOf(month, (part) => nameOf(part, months, 1));
  return inMonths === undefined ? undefined : [...words, `in ${inMonths}`];
}

function monthDayWords(day: string): string | undefined {
  if (day === 'L') return 'on the last day of the month';
  const step = stepOf(day);
  if (step !== undefined) return undefined;
  const days = partsOf(day, String);
  return days === undefined ? undefined : `on day ${days} of the month`;
}

function weekdayWords(weekday: string): string | undefined {
  const [, nthDay = '', nth] = /^(\w+)#([1-5])$/.exec(weekday) ?? [];
  if (nth !== undefined) return onWhich(ordinals[Number(nth) - 1], nthDay);
  const [, lastDay] = /^(\d)L$/.exec(weekday) ?? [];
  if (lastDay !== undefined) return onWhich('last', lastDay);
  const days = partsOf(weekday, weekdayOf);
  return days === undefined ? undefined : `on ${days}`;
}

function onWhich(which: string | undefined, day: string): string | undefined {
  const name = weekdayOf(day);
  return name === undefined ? undefined : `on the ${which} ${name} of the month`;
}

function weekdayOf(part: string): string | undefined {
  return nameOf(part === '7' ? '0' : part, weekdays, 0);
}

/** By its number, or its first three letters. */
function nameOf(part: string, names: readonly string[], first: number): string | undefined {
  const number = numberOf(part);
  if (number !== undefined) return names[number - first];
  return names.find((name) => name.slice(0, 3).toUpperCase() === part.toUpperCase());
}

/** Of `1,3-5` the words `1 and 3 to 5`. */
function partsOf(field: string, wordOf: (part: string) => string | undefined): string | undefined {
  const words = field.split(',').map((part) => {
    const ends = part.split('-');
    const named = ends.map((end) =>
      /^(\d{1,2}|[A-Za-z]{3})$/.test(end) ? wordOf(end) : undefined,
    );
    return ends.length > 2 || named.includes(undefined) ? undefined : named.join(' to ');
  });
  return words.every((word) => word !== undefined) ? listedWords(words) : undefined;
}

function listedWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
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
