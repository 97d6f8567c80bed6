/** The smallest string above all that start with the prefix, by code point; `undefined` when there is none. */
export function prefixSuccessor(prefix: string): string | undefined {
  const points = [...prefix];
  for (let last = points.length - 1; last >= 0; last -= 1) {
    const code = points[last]?.codePointAt(0) ?? 0;
    if (code === 0x10ffff) continue;
    // The code points of surrogates are no characters; the next one after U+D7FF is U+E000.
    const next = code === 0xd7ff ? 0xe000 : code + 1;
    return points.slice(0, last).join('') + String.fromCodePoint(next);
  }
  return undefined;
}
