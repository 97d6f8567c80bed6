/*
 * What the arguments of public methods must be. Types say it to who has them; a program without types is told what it gave,
 * and to which method, before anything is done.
 */
import { AuroraError } from '../errors.ts';

/** @throws AuroraError `InvalidValue` */
export function requireText(value: unknown, what: string): asserts value is string {
  if (typeof value !== 'string') throw wrong(what, 'a text', value);
}

/** @throws AuroraError `InvalidValue` */
export function requireList(value: unknown, what: string): asserts value is readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(what, 'a list', value);
}

/** @throws AuroraError `InvalidValue` */
export function requireFunction(value: unknown, what: string): void {
  if (typeof value !== 'function') throw wrong(what, 'a function', value);
}

/** An object that is no list. @throws AuroraError `InvalidValue` */
export function requireObject(value: unknown, what: string): asserts value is object {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject) throw wrong(what, 'an object', value);
}

/** @throws AuroraError `InvalidValue` */
export function requireSignal(value: unknown, what: string): void {
  if (!(value instanceof AbortSignal)) throw wrong(what, 'an AbortSignal', value);
}

/** A whole number from 1. @throws AuroraError `InvalidValue` */
export function requireCount(value: unknown, what: string): void {
  const isCount = Number.isSafeInteger(value) && Number(value) >= 1;
  if (!isCount) throw wrong(what, 'a whole number from 1', value);
}

/** The options of a method, when they are some. @throws AuroraError `InvalidValue` */
export function checkedOptions<Options extends object>(options: Options, method: string): Options {
  requireObject(options, `What "${method}" takes as options`);
  const { signal, onProgress }: { signal?: unknown; onProgress?: unknown } = options;
  if (onProgress !== undefined) requireFunction(onProgress, `"onProgress" of "${method}"`);
  if (signal !== undefined) requireSignal(signal, `The signal of "${method}"`);
  return options;
}

/** A place in the order of commits, when it is one. @throws AuroraError `InvalidValue` */
export function checkedPosition<Position>(position: Position): Position {
  requireObject(position, 'A position');
  const { epoch, lsn }: { epoch?: unknown; lsn?: unknown } = position;
  if (!Number.isSafeInteger(epoch) || !Number.isSafeInteger(lsn)) {
    throw wrong('A position', 'what `position()` or an event gave: epoch and lsn', position);
  }
  return position;
}

/** What completes "… must be …, not …". */
export function wrong(what: string, wanted: string, given: unknown): AuroraError {
  return new AuroraError('InvalidValue', `${what} must be ${wanted}, not ${shown(given)}.`, {
    details: { argument: what, wanted },
  });
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.slice(0, 40));
    case 'object':
      return 'an object';
    case 'function':
      return 'a function';
    default:
      return String(value);
  }
}
