/* The rules of `@validate`. Each applies to the values it is about: lengths to strings and lists, bounds to numbers. */
import type { ValidationRules } from '#engine/aql';
import { isList } from '../values/compare.ts';
import type { StoredValue } from '../values/stored-value.ts';
import { canonicalUuid } from '../values/uuid.ts';
import { compilePattern } from './pattern.ts';
import { parseDateTime } from './stored-form.ts';

/** What is wrong with a value; empty when nothing is. */
export function checkRules(rules: ValidationRules, value: StoredValue): readonly string[] {
  const problems: string[] = [];
  if (typeof value === 'number') {
    if (rules.min !== undefined && value < rules.min)
      problems.push(`must be at least ${rules.min}`);
    if (rules.max !== undefined && value > rules.max) problems.push(`must be at most ${rules.max}`);
  }
  if (typeof value === 'string') {
    // Length counts code points, as people count characters.
    problems.push(...lengthProblems(rules, [...value].length, 'characters'));
    if (rules.pattern !== undefined && !patternTest(rules.pattern)(value)) {
      problems.push(`must match ${rules.pattern}`);
    }
    if (rules.format !== undefined && !formatTests[rules.format](value)) {
      problems.push(`must be ${formatNames[rules.format]}`);
    }
  }
  if (isList(value)) problems.push(...lengthProblems(rules, value.length, 'elements'));
  return problems;
}

function lengthProblems(rules: ValidationRules, length: number, unit: string): readonly string[] {
  const problems: string[] = [];
  if (rules.minLength !== undefined && length < rules.minLength) {
    problems.push(`must have at least ${rules.minLength} ${unit}`);
  }
  if (rules.maxLength !== undefined && length > rules.maxLength) {
    problems.push(`must have at most ${rules.maxLength} ${unit}`);
  }
  return problems;
}

/** Patterns were checked when the collection was defined; one that no longer compiles matches nothing. */
function patternTest(pattern: string): (text: string) => boolean {
  return compilePattern(pattern) ?? (() => false);
}

const emailPattern = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/;
const datePattern = /^\d{4}-\d{2}-\d{2}$/;

const formatTests: Readonly<
  Record<NonNullable<ValidationRules['format']>, (text: string) => boolean>
> = {
  EMAIL: (text) => text.length <= 254 && emailPattern.test(text),
  URL: (text) => URL.canParse(text),
  UUID: (text) => canonicalUuid(text) !== undefined,
  DATE: (text) => datePattern.test(text) && parseDateTime(text) !== undefined,
  DATETIME: (text) => !datePattern.test(text) && parseDateTime(text) !== undefined,
};

const formatNames: Readonly<Record<NonNullable<ValidationRules['format']>, string>> = {
  EMAIL: 'an e-mail address',
  URL: 'a URL',
  UUID: 'a UUID',
  DATE: 'a date (YYYY-MM-DD)',
  DATETIME: 'an RFC 3339 date and time',
};
