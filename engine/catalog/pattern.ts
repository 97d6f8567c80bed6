import { RE2JS } from 're2js';

/** A test for texts that hold a match of an RE2 pattern, in linear time; `undefined` when the pattern is not valid. */
export function compilePattern(pattern: string): ((text: string) => boolean) | undefined {
  try {
    const compiled = RE2JS.compile(pattern);
    // Without a matcher, whose groups nobody asks for and which is a kilobyte of objects.
    return (text) => compiled.test(text);
  } catch (error) {
    // The library signals bad syntax by throwing; anything else would be a bug and goes on.
    if (error instanceof Error) return undefined;
    throw error;
  }
}
