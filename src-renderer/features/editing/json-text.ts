/* What JSON says and a value cannot hold: JSON.parse rounds such numbers and drops such members without a word. */

export interface JsonProblem {
  readonly message: string;
  /** The member of the outermost object in which it is; `undefined` elsewhere. */
  readonly member: string | undefined;
  /** True for a number that would be another one; false for a member that would be lost. */
  readonly isNumber: boolean;
}

/** An object or list around a place; a list has no names. */
interface Level {
  readonly names: Set<string> | undefined;
  name: string | undefined;
}

const token = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\],:]/g;

/** The first such place of a text that is JSON. */
export function jsonProblem(text: string): JsonProblem | undefined {
  const levels: Level[] = [];
  let string = '';
  for (const [found] of text.matchAll(token)) {
    const level = levels.at(-1);
    const member = levels[0]?.name;
    if (found === '{') levels.push({ names: new Set(), name: undefined });
    else if (found === '[') levels.push({ names: undefined, name: undefined });
    else if (found === '}' || found === ']') levels.pop();
    else if (found.startsWith('"')) string = found;
    else if (found === ':' && level?.names !== undefined) {
      const name = String(JSON.parse(string));
      level.name = name;
      if (level.names.has(name)) {
        const message = `"${name}" stands twice in one object: only the last one would be kept.`;
        return { message, member: levels[0]?.name, isNumber: false };
      }
      level.names.add(name);
    } else {
      const message = numberProblem(found);
      if (message !== undefined) return { message, member, isNumber: true };
    }
  }
  return undefined;
}

function numberProblem(text: string): string | undefined {
  return rangeProblem(text) ?? roundingProblem(text);
}

/** Why a number, as it is written, is none that a value can hold. */
export function rangeProblem(text: string): string | undefined {
  const number = Number(text);
  if (Number.isNaN(number)) return undefined;
  if (!Number.isFinite(number)) return `${text} is too large: numbers go up to about 1.8e308.`;
  const holds = number !== 0 || !/[1-9]/.test(text.replace(/[eE].*$/, ''));
  return holds ? undefined : `${text} is too small: it would be 0.`;
}

/** Decimals are rounded as everywhere, and not told of; nor is what numbers are written as when they are shown. */
function roundingProblem(text: string): string | undefined {
  if (!/^-?\d+$/.test(text)) return undefined;
  const number = Number(text);
  if (BigInt(text) === BigInt(number) || String(number) === text) return undefined;
  return `${text} has too many digits: it would be rounded to ${number}. A text keeps them.`;
}
