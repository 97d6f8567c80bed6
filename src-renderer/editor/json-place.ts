/* Where in a JSON text a cursor stands: inside which members, and whether a name or a value is being written there. */

export interface JsonPlace {
  /** Names of the members around it, from the outside. */
  readonly path: readonly string[];
  readonly writes: 'name' | 'value';
}

interface Level {
  readonly kind: 'object' | 'list';
  /** The member whose value stands here, once its colon was passed. */
  member: string | undefined;
  lastText: string;
}

/** The place in a text that may be broken or unfinished; `undefined` outside of all objects and lists. */
export function jsonPlaceAt(text: string, offset: number): JsonPlace | undefined {
  const levels: Level[] = [];
  for (const [token] of text.slice(0, offset).matchAll(/"(?:\\.|[^"\\])*"?|[{}[\]:,]/g)) {
    const level = levels.at(-1);
    if (token === '{' || token === '[') {
      levels.push({ kind: token === '{' ? 'object' : 'list', member: undefined, lastText: '' });
    } else if (token === '}' || token === ']') levels.pop();
    else if (level === undefined) continue;
    else if (token === ':') level.member = level.lastText;
    else if (token === ',') level.member = undefined;
    else level.lastText = token.replaceAll('"', '');
  }
  const last = levels.at(-1);
  if (last === undefined) return undefined;
  const path = levels.flatMap(({ member }) => (member === undefined ? [] : [member]));
  return { path, writes: last.kind === 'object' && last.member === undefined ? 'name' : 'value' };
}
