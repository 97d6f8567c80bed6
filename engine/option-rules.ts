/* What an option may be, how it is checked, and what a wrong one is answered. */
import { nearestName } from './catalog/nearest-name.ts';
import { AuroraError } from './errors.ts';

/** What one option may be, and what it is unless told. */
export interface OptionRule<T> {
  readonly fallback: T;
  /** Completes "it must be …". */
  readonly allowed: string;
  readonly accepts: (value: unknown) => boolean;
  /** The words it is chosen from, for the hint to a misspelt one. */
  readonly words?: readonly string[];
}

export function flag(fallback: boolean): OptionRule<boolean> {
  return { fallback, allowed: 'true or false', accepts: (value) => typeof value === 'boolean' };
}

/** A whole number; `unit` is what it counts. */
export function wholeNumber({
  fallback,
  min,
  max,
  unit,
}: {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}): OptionRule<number> {
  return {
    fallback,
    allowed: `a whole number of ${unit} from ${shownNumber(min)} to ${shownNumber(max)}`,
    accepts: (value) => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max,
  };
}

export function oneOf<const Word extends string>(
  fallback: Word,
  words: readonly Word[],
): OptionRule<Word> {
  return {
    fallback,
    allowed: words.map((word) => `"${word}"`).join(' or '),
    accepts: (value) => words.some((word) => word === value),
    words,
  };
}

/** One of some words, or nothing. */
export function oneOfOrNone<const Word extends string>(
  words: readonly Word[],
): OptionRule<Word | undefined> {
  return {
    fallback: undefined,
    allowed: words.map((word) => `"${word}"`).join(' or '),
    accepts: (value) => words.some((word) => word === value),
    words,
  };
}

/** A text that is not empty, or nothing. */
export function path(what: string): OptionRule<string | undefined> {
  return {
    fallback: undefined,
    allowed: what,
    accepts: (value) => typeof value === 'string' && value.length > 0 && !value.includes('\0'),
  };
}

/** Something that has these methods, or nothing. */
export function objectWith<T>(methods: readonly (keyof T & string)[]): OptionRule<T | undefined> {
  return {
    fallback: undefined,
    allowed: `an object with ${methods.map((method) => `${method}()`).join(' and ')}`,
    accepts: (value) =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((method) => typeof Reflect.get(value, method) === 'function'),
  };
}

/** The option's value when it is allowed; what it is unless told when it is not given. */
export function take<T>(name: string, rule: OptionRule<T>, value: T | undefined): T {
  if (value === undefined) return rule.fallback;
  if (rule.accepts(value)) return value;
  const near = typeof value === 'string' ? nearestOption(value, rule.words ?? []) : undefined;
  const hint = near === undefined ? undefined : `Did you mean "${near}"?`;
  throw invalidOption({ option: name, value, allowed: rule.allowed }, hint);
}

/** @throws AuroraError `InvalidOption` for names that are no options, with the one that was meant as a hint */
export function refuseUnknown(names: readonly string[], known: readonly string[]): void {
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = nearestOption(name, known);
    throw new AuroraError('InvalidOption', `There is no option "${name}".`, {
      details: { option: name, allowed: [...known] },
      hint: near === undefined ? `Options are ${known.join(', ')}.` : `Did you mean "${near}"?`,
    });
  }
}

export function invalidOption(
  {
    option,
    value,
    allowed,
  }: { readonly option: string; readonly value: unknown; readonly allowed: string },
  hint?: string,
): AuroraError {
  return new AuroraError(
    'InvalidOption',
    `Option "${option}" is ${shownValue(value)}; it must be ${allowed}.`,
    { details: { option, value, allowed }, ...(hint === undefined ? {} : { hint }) },
  );
}

/** `hot_cache_size_mb` and `HotCacheSizeMB` are the same words as `hotCacheSizeMb`. */
function nearestOption(name: string, known: readonly string[]): string | undefined {
  const words = name.replaceAll(/[\s_-]/g, '').toLowerCase();
  return known.find((each) => each.toLowerCase() === words) ?? nearestName(words, known);
}

function shownValue(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'not set';
    case 'string':
      return JSON.stringify(value);
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return value === null ? 'null' : `a value of type ${typeof value}`;
  }
}

function shownNumber(value: number): string {
  return value.toLocaleString('en-US');
}
