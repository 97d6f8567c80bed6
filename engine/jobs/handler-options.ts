/* What is refused when a handler is registered, so that it does not show as jobs that never run. */
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { type OptionRule, oneOf, refuseUnknown, take, wholeNumber } from '../option-rules.ts';
import type { HandlerOptions } from './handler.ts';
import type { HandlerFolderOptions } from './handler-folder.ts';
import { isJobName } from './new-job.ts';

const delayMs = (min: number) =>
  wholeNumber({ fallback: min, min, max: limits.jobDelayMsMax, unit: 'ms' });

const share: OptionRule<number> = {
  fallback: 0,
  allowed: 'a number from 0 to 1',
  accepts: (value) => typeof value === 'number' && value >= 0 && value <= 1,
};

const handlerRules = {
  concurrency: wholeNumber({ fallback: 1, min: 1, max: 10_000, unit: 'jobs' }),
  timeoutMs: delayMs(1),
  backoffMs: delayMs(0),
  backoffMsMax: delayMs(0),
  jitter: share,
} satisfies { readonly [Name in keyof HandlerOptions]: OptionRule<number> };

const folderRules = {
  ...handlerRules,
  memoryMb: wholeNumber({ fallback: 1, min: 1, max: 1_048_576, unit: 'MiB' }),
  graceMs: delayMs(0),
  isolation: oneOf('process', ['process', 'thread']),
};

/** @throws AuroraError `InvalidOption` */
export function checkHandler(type: unknown, handler: unknown, options: HandlerOptions): void {
  if (!isJobName(type)) {
    throw new AuroraError(
      'InvalidOption',
      `A handler is for a type of job: a text of 1 to ${limits.jobNameLengthMax} characters.`,
      { details: { option: 'type', value: type } },
    );
  }
  if (typeof handler !== 'function') {
    throw new AuroraError('InvalidOption', `The handler of "${type}" is no function.`, {
      details: { option: 'handler', type },
    });
  }
  check(options, handlerRules);
}

/** @throws AuroraError `InvalidOption` */
export function checkFolderOptions(options: HandlerFolderOptions): void {
  check(options, folderRules);
}

function check(
  options: object,
  rules: { readonly [name: string]: OptionRule<number> | OptionRule<string> },
): void {
  refuseUnknown(Object.keys(options), Object.keys(rules));
  for (const [name, rule] of Object.entries(rules)) {
    take<number | string>(name, rule, Reflect.get(options, name));
  }
}
