/*
 * JSON.parse rounds integers beyond 2^53 in silence, which turns identifiers into other identifiers. Here they
 * arrive as bigint, so that import can keep them as text.
 */

/** Marks an integer that waits for its conversion; a noncharacter, which JSON text has no reason to hold. */
const marker = '\uFDD0';
/** An integer that may be beyond 2^53. Not the digits behind a point: most floats have many, and no integer in them. */
const longInteger = /(?<![\d.])\d{16}/;
const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;
const plainInteger = /^-?\d+$/;
const marked = new RegExp(`^${marker}-?\\d+$`);

/** Deeper than any document may be; the engine's own bound gives the better message below it. */
const nestingMax = 200;

/**
 * Parses JSON; integers that a double cannot hold become bigint. Throws SyntaxError as JSON.parse does, and for what is
 * nested so deeply that walking it could exhaust the stack.
 */
export function parseExactJson(text: string): unknown {
  // The text is checked before it is changed, so that messages speak of what the file holds.
  const rounded: unknown = JSON.parse(text);
  if (mayBeNestedTooDeeply(text) && isNestedTooDeeply(rounded)) {
    throw new SyntaxError(`Its values are nested more than ${nestingMax} levels deep`);
  }
  if (!longInteger.test(text)) return rounded;
  let hasUnsafe = false;
  const quoted = text.replace(tokens, (token) => {
    if (!plainInteger.test(token) || Number.isSafeInteger(Number(token))) return token;
    hasUnsafe = true;
    return `"${marker}${token}"`;
  });
  if (!hasUnsafe) return rounded;
  return JSON.parse(quoted, (_key, value: unknown) =>
    typeof value === 'string' && marked.test(value) ? BigInt(value.slice(1)) : value,
  );
}

/** True for values that no document can hold, and that could exhaust the stack of whoever walks them. */
export function isNestedTooDeeply(value: unknown, levels = nestingMax): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isNestedTooDeeply(each, levels - 1));
}

/** False for a text with so few brackets that its value need not be walked. */
function mayBeNestedTooDeeply(text: string): boolean {
  let left = nestingMax;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      left -= 1;
      if (left < 0) return true;
    }
  }
  return false;
}

/** The same value with every bigint as a number where that says the same, else as its decimal text, at any depth. */
export function withoutBigints(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const [number, text] = [Number(value), value.toString()];
    return String(number) === text ? number : text;
  }
  if (Array.isArray(value)) return value.map(withoutBigints);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, withoutBigints(entry)]),
  );
}
