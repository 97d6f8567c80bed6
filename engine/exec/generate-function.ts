/**
 * What a text of JavaScript is that uses values under names: a function. `undefined` where the process forbids to make
 * functions of text (`--disallow-code-generation-from-strings`). Whatever comes from elsewhere must be in the text as JSON.
 */
export function generateFunction(
  text: string,
  values: { readonly [name: string]: unknown },
): unknown {
  try {
    const made = new Function(...Object.keys(values), `'use strict'; return ${text};`);
    return made(...Object.values(values));
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}
