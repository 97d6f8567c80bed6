/* The rules of `@validate`, told while a value is typed; the engine holds to the same when it is written. */
import type { FieldInfo, WireValue } from '#contract';

type Rules = NonNullable<FieldInfo['validate']>;

/** What a value of the right type does against the rules of its field. */
export function ruleProblem(given: WireValue, { validate, name }: FieldInfo): string | undefined {
  if (validate === undefined) return undefined;
  if (typeof given === 'number') return boundProblem(given, validate, name);
  if (typeof given === 'string') return textProblem(given, validate, name);
  return Array.isArray(given) ? lengthProblem(given.length, validate, name) : undefined;
}

function boundProblem(given: number, { min, max }: Rules, name: string): string | undefined {
  if (min !== undefined && given < min) return `${name} must be at least ${min}.`;
  if (max !== undefined && given > max) return `${name} must be at most ${max}.`;
  return undefined;
}

function textProblem(given: string, rules: Rules, name: string): string | undefined {
  const { minLength, maxLength, pattern, format } = rules;
  if (minLength !== undefined || maxLength !== undefined) {
    // Length counts code points, as people count characters.
    const problem = lengthProblem([...given].length, rules, name, 'characters');
    if (problem !== undefined) return problem;
  }
  if (pattern !== undefined && matches(pattern, given) === false) {
    return `${name} must match ${pattern}.`;
  }
  if (format === undefined || formatTests[format](given)) return undefined;
  return `${name} must be ${formatNames[format]}.`;
}

function lengthProblem(
  length: number,
  { minLength, maxLength }: Rules,
  name: string,
  unit = 'elements',
): string | undefined {
  if (minLength !== undefined && length < minLength) return `${name} needs ${minLength} ${unit}.`;
  if (maxLength !== undefined && length > maxLength) {
    return `${name} may have ${maxLength} ${unit}.`;
  }
  return undefined;
}

/** `undefined` for a pattern that only the engine understands. */
function matches(pattern: string, text: string): boolean | undefined {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return undefined;
  }
}

const dateForm = /^\d{4}-\d{2}-\d{2}$/;

const formatTests: Readonly<Record<NonNullable<Rules['format']>, (text: string) => boolean>> = {
  EMAIL: (text) => text.length <= 254 && /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text),
  URL: (text) => URL.canParse(text),
  UUID: (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
  DATE: (text) => dateForm.test(text) && isDayOfMonth(text),
  DATETIME: (text) => /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/i.test(text) && isDayOfMonth(text),
};

const formatNames: Readonly<Record<NonNullable<Rules['format']>, string>> = {
  EMAIL: 'an e-mail address',
  URL: 'a URL',
  UUID: 'a UUID',
  DATE: 'a date (YYYY-MM-DD)',
  DATETIME: 'an RFC 3339 date and time',
};

/** False for 30 February, which a date would take for a day of March. */
export function isDayOfMonth(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
