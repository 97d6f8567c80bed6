/*
 * A text of queries that says in its comments what it must give, so that it is a test of its database:
 *
 *   # given { "year": 1995 }                       variables
 *   # expect count 12                              documents of its one root, or entries of the list that it gives
 *   # expect rows [{ "title": "Heat" }]            exactly these, in this order; may go on over further comment lines
 *   # expect error UnknownField                    the code that it fails with
 *
 * Only queries are run: a test leaves its database as it is.
 */
import type { JsonValue } from '#engine/aql';
import { AuroraError } from '../errors.ts';

interface Expectations {
  readonly variables?: { readonly [name: string]: JsonValue };
  readonly count?: number;
  readonly rows?: JsonValue;
  readonly error?: string;
}

/** What came of a text beside what it expects. */
export interface ExpectationReport {
  /** `none`: it expects nothing, and was not run. */
  readonly outcome: 'met' | 'unmet' | 'none';
  /** What differs, one sentence each. */
  readonly differences: readonly string[];
  readonly elapsedMs: number;
}

/** What is needed of a database to test a text with it. */
interface TestedDatabase {
  check(text: string): { readonly statements: readonly { readonly kind: string }[] };
  execute(
    text: string,
    options: {
      readonly variables: { readonly [name: string]: JsonValue };
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<{ readonly data: object }>;
}

const differencesMax = 20;

/** What a text says about itself. @throws AuroraError `InvalidValue` for what cannot be understood */
export function readExpectations(text: string): Expectations {
  const found: {
    variables?: { readonly [name: string]: JsonValue };
    count?: number;
    rows?: JsonValue;
    error?: string;
  } = {};
  for (const { word, rest } of sayings(text)) {
    switch (word) {
      case 'given':
        found.variables = variablesOf(rest);
        break;
      case 'expect count':
        found.count = countOf(rest);
        break;
      case 'expect rows':
        found.rows = jsonOf(word, rest);
        break;
      case 'expect error':
        found.error = rest.trim();
        break;
    }
  }
  return found;
}

/** Runs a text, and compares what it gives with what it expects. @throws AuroraError `Cancelled`, `DatabaseClosed` */
export async function testText(
  db: TestedDatabase,
  text: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<ExpectationReport> {
  const startedAt = performance.now();
  const report = (differences: readonly string[]): ExpectationReport => ({
    outcome: differences.length === 0 ? 'met' : 'unmet',
    differences,
    elapsedMs: performance.now() - startedAt,
  });
  try {
    const expected = readExpectations(text);
    const { variables = {}, count, rows, error } = expected;
    if (count === undefined && rows === undefined && error === undefined) {
      return { outcome: 'none', differences: [], elapsedMs: 0 };
    }
    const given = await outcomeOf(db, text, { variables, signal });
    return report(differencesOf(expected, given));
  } catch (thrown) {
    if (!(thrown instanceof AuroraError) || ending.includes(thrown.code)) throw thrown;
    return report([thrown.message]);
  }
}

const ending: readonly string[] = ['Cancelled', 'DatabaseClosed', 'Timeout'];

type Given =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

async function outcomeOf(
  db: TestedDatabase,
  text: string,
  options: {
    readonly variables: { readonly [name: string]: JsonValue };
    readonly signal: AbortSignal | undefined;
  },
): Promise<Given> {
  try {
    const { statements } = db.check(text);
    if (statements.some(({ kind }) => kind !== 'query')) {
      throw new AuroraError('NotExecutable', 'A test holds only queries.', {
        hint: 'What writes is tested by a program, over a database of its own.',
      });
    }
    const { data } = await db.execute(text, options);
    const values = Object.values(data);
    const [only = null] = values;
    // What the engine gives of a query is JSON.
    return { kind: 'value', value: (values.length === 1 ? only : data) as JsonValue };
  } catch (error) {
    if (!(error instanceof AuroraError) || ending.includes(error.code)) throw error;
    return { kind: 'error', code: error.code, message: error.message };
  }
}

function differencesOf({ count, rows, error }: Expectations, given: Given): readonly string[] {
  if (given.kind === 'error') {
    if (error === given.code) return [];
    const wanted = error === undefined ? '' : ` where ${error} is expected`;
    return [`It fails with ${given.code}${wanted}: ${given.message}`];
  }
  if (error !== undefined) return [`It runs, where ${error} is expected.`];
  const differences: string[] = [];
  const found = Array.isArray(given.value) ? given.value.length : 1;
  if (count !== undefined && count !== found) {
    differences.push(`It gives ${found} where ${count} are expected.`);
  }
  if (rows !== undefined) compare(rows, given.value, 'the result', differences);
  return differences.slice(0, differencesMax);
}

/** Adds where two values differ, innermost places first found. */
function compare(wanted: JsonValue, given: JsonValue, place: string, into: string[]): void {
  if (into.length >= differencesMax) return;
  if (Array.isArray(wanted) && Array.isArray(given)) {
    if (wanted.length !== given.length) {
      into.push(`${place} has ${given.length} where ${wanted.length} are expected.`);
    }
    for (let at = 0; at < Math.min(wanted.length, given.length); at += 1) {
      compare(wanted[at] ?? null, given[at] ?? null, `row ${at + 1} of ${place}`, into);
    }
    return;
  }
  if (isObject(wanted) && isObject(given)) {
    for (const key of new Set([...Object.keys(wanted), ...Object.keys(given)])) {
      if (!Object.hasOwn(given, key)) into.push(`"${key}" in ${place} is missing.`);
      else if (!Object.hasOwn(wanted, key)) into.push(`"${key}" in ${place} is not expected.`);
      else compare(wanted[key] ?? null, given[key] ?? null, `"${key}" in ${place}`, into);
    }
    return;
  }
  if (JSON.stringify(wanted) !== JSON.stringify(given)) {
    into.push(`${place} is ${JSON.stringify(given)} where ${JSON.stringify(wanted)} is expected.`);
  }
}

function isObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Saying {
  readonly word: 'given' | 'expect count' | 'expect rows' | 'expect error';
  readonly rest: string;
}

/** Comments that say something, with the comment lines behind them that do not begin anew. */
function sayings(text: string): readonly Saying[] {
  const found: { word: Saying['word']; rest: string }[] = [];
  let isOpen = false;
  for (const line of text.split('\n')) {
    const comment = /^\s*#(.*)$/.exec(line)?.[1];
    const said = comment && /^\s*(given|expect\s+(?:count|rows|error))\b:?(.*)$/.exec(comment);
    if (said) {
      const word = said[1]?.replaceAll(/\s+/g, ' ') as Saying['word'];
      found.push({ word, rest: said[2] ?? '' });
    } else if (comment !== undefined && isOpen) {
      const last = found.at(-1);
      if (last !== undefined) last.rest += `\n${comment}`;
    }
    const last = found.at(-1);
    isOpen = comment !== undefined && last?.word !== 'expect error' && last !== undefined;
    if (isOpen && last !== undefined && isWhole(last.rest)) isOpen = false;
  }
  return found;
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Not yet: it goes on in the next line.
    return false;
  }
}

function jsonOf(word: string, text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw noJson(word, error);
  }
}

function variablesOf(text: string): { readonly [name: string]: JsonValue } {
  const value = jsonOf('given', text);
  if (isObject(value)) return value;
  throw new AuroraError('InvalidValue', 'Behind "# given" stands an object of variables.');
}

function countOf(text: string): number {
  const count = Number(text.trim());
  if (text.trim() !== '' && Number.isSafeInteger(count) && count >= 0) return count;
  throw new AuroraError('InvalidValue', 'Behind "# expect count" stands a whole number.');
}

function noJson(word: string, cause: unknown): AuroraError {
  return new AuroraError('InvalidValue', `What stands behind "# ${word}" is no JSON.`, { cause });
}
