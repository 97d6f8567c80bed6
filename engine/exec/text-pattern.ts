import type { Span } from '#engine/aql';
import { compilePattern } from '../catalog/pattern.ts';
import { AuroraError } from '../errors.ts';

/**
 * A test for texts that hold a match of a regular expression, on an engine whose time is linear in the text, so that
 * a hostile pattern cannot stall the process.
 * @throws AuroraError `InvalidValue` for a pattern that this engine cannot express
 */
export function requirePattern(pattern: string, span?: Span): (text: string) => boolean {
  const isMatch = compilePattern(pattern);
  if (isMatch !== undefined) return isMatch;
  throw new AuroraError('InvalidValue', `"${pattern}" is no pattern that can be used.`, {
    hint: 'Patterns are in RE2 syntax, without look-around and back-references.',
    details: { pattern },
    ...(span === undefined ? {} : { span }),
  });
}
