/*
 * JSON in pieces, so that a long list neither holds the event loop while it is written nor stands in memory twice.
 * Only lists and objects with lists inside, near the top, are taken apart: that is where results are long.
 */
const elementsPerPiece = 100;
const depthMax = 4;

/** The texts of a value, in order; together they are what `JSON.stringify` gives. */
export function* jsonPieces(value: unknown, depth = 0): Generator<string> {
  if (depth >= depthMax || typeof value !== 'object' || value === null) {
    yield JSON.stringify(value) ?? 'null';
  } else if (Array.isArray(value)) {
    yield '[';
    for (let start = 0; start < value.length; start += elementsPerPiece) {
      const text = JSON.stringify(value.slice(start, start + elementsPerPiece));
      yield (start === 0 ? '' : ',') + text.slice(1, -1);
    }
    yield ']';
  } else {
    let separator = '{';
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined) continue;
      yield `${separator}${JSON.stringify(key)}:`;
      yield* jsonPieces(item, depth + 1);
      separator = ',';
    }
    yield separator === '{' ? '{}' : '}';
  }
}
