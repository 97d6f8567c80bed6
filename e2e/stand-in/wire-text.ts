/*
 * Values cross between the worlds as JSON with tags for what JSON lacks and our messages could hold. What neither can
 * carry is refused by name: Electron's structured clone would take a Map or a cycle, so a test must not lose one in
 * silence. `source` is the same code for the page.
 */

function encode(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key: string) {
    const member: unknown = this[key];
    if (member === undefined) return { '#': 'undefined' };
    if (typeof member === 'number' && !Number.isFinite(member)) return { '#': String(member) };
    if (typeof member === 'bigint') return { '#': 'bigint', text: String(member) };
    if (typeof member === 'function' || typeof member === 'symbol') {
      throw new Error(`The stand-in cannot send a ${typeof member} (at "${key}")`);
    }
    if (typeof member === 'object' && member !== null && !Array.isArray(member)) {
      const prototype: unknown = Object.getPrototypeOf(member);
      if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
        throw new Error(`The stand-in cannot send a ${member.constructor.name} (at "${key}")`);
      }
      if ('#' in member) throw new Error(`The stand-in cannot send a key "#" (at "${key}")`);
    }
    return member;
  });
}

function decode(text: string): unknown {
  const revive = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(revive);
    if (typeof value !== 'object' || value === null) return value;
    if ('#' in value) {
      if (value['#'] === 'undefined') return undefined;
      if (value['#'] === 'bigint' && 'text' in value) return BigInt(String(value.text));
      return Number(value['#']);
    }
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, revive(member)]));
  };
  return revive(JSON.parse(text));
}

export const wireText = {
  encode,
  decode,
  /** The two functions as source text, to run in the page. */
  source: `const encode = ${encode.toString()};\nconst decode = ${decode.toString()};`,
};
