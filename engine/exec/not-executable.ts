import type { Span } from '#engine/aql';
import { AuroraError } from '../errors.ts';

/** The language may be ahead of the executor: what is bound and cannot be run says so, with its place. */
export function notExecutable(what: string, span: Span): AuroraError {
  return new AuroraError('NotExecutable', `${what} cannot be executed by this version yet.`, {
    span,
  });
}
