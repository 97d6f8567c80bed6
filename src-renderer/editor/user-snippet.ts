/*
 * Snippets that a person wrote. In their text `$1` and `${1:text}` are the places that Tab visits, in the order of
 * their numbers, and `$0` is where it ends. Every other dollar sign stands for itself, because AQL's variables begin
 * with one; `\$` is for a dollar sign before a digit. Monaco's own syntax knows more, which would be read into AQL by
 * accident: so a text is taken apart here and written anew.
 */
import type { CompletionItem } from '#engine/aql';

export interface UserSnippet {
  readonly name: string;
  /** The word that completion offers it for. */
  readonly prefix: string;
  readonly text: string;
}

/** What is wrong with a snippet, by the field to be mended. */
export interface SnippetProblems {
  readonly name?: string;
  readonly prefix?: string;
  readonly text?: string;
}

export const snippetLimits = {
  snippetsMax: 500,
  nameLengthMax: 80,
  textLengthMax: 20_000,
} as const;

const placePattern = /\\\$|\$(\d+)|\$\{(\d+)(?::([^{}$\n]*))?\}|[\\$}]/g;

/** What keeps a snippet from being kept beside the others; without a member when nothing does. */
export function problemsOfSnippet(
  { name, prefix, text }: UserSnippet,
  others: readonly UserSnippet[],
): SnippetProblems {
  const problems = {
    name: problemOfName(name, others),
    prefix: problemOfPrefix(prefix, others),
    text: problemOfText(text),
  };
  return Object.fromEntries(
    Object.entries(problems).filter(([, problem]) => problem !== undefined),
  );
}

/** Reads what settings hold; what is not of the form is left out. */
export function decodeSnippets(value: unknown): readonly UserSnippet[] {
  if (!Array.isArray(value)) return [];
  const items: readonly unknown[] = value;
  return items.slice(0, snippetLimits.snippetsMax).flatMap((item) => {
    const [name, prefix, text] = ['name', 'prefix', 'text'].map((key) => memberOf(item, key));
    if (typeof name !== 'string' || typeof prefix !== 'string' || typeof text !== 'string')
      return [];
    const snippet = { name, prefix, text };
    return Object.keys(problemsOfSnippet(snippet, [])).length === 0 ? [snippet] : [];
  });
}

/** The text in the syntax of completions: places stay, everything else stands for itself. */
export function insertTextOf(text: string): string {
  return text.replace(placePattern, (match, bare?: string, number?: string, first = '') => {
    if (match === '\\$') return '\\$';
    if (bare !== undefined) return `$${bare}`;
    if (number !== undefined) return `$\{${number}:${first.replace(/\\/g, '\\\\')}}`;
    return `\\${match}`;
  });
}

/** The snippets that may be typed at a place: all of them, but none inside strings, comments and marked names. */
export function snippetsAt(
  text: string,
  offset: number,
  snippets: readonly UserSnippet[],
): readonly CompletionItem[] {
  if (snippets.length === 0 || !isCode(text, offset)) return [];
  const start = offset - (/[A-Za-z_]\w*$/.exec(text.slice(0, offset))?.[0].length ?? 0);
  if (/[$@.]/.test(text.charAt(start - 1))) return [];
  const end = offset + (/^\w*/.exec(text.slice(offset))?.[0].length ?? 0);
  return snippets.map(
    ({ name, prefix, text: body }, index): CompletionItem => ({
      label: prefix,
      kind: 'snippet',
      insertText: insertTextOf(body),
      isSnippet: true,
      detail: name,
      documentation: `\`\`\`\n${body}\n\`\`\``,
      replaceSpan: { start, end },
      sortText: `9${String(index).padStart(5, '0')}`,
    }),
  );
}

function memberOf(item: unknown, key: string): unknown {
  if (typeof item !== 'object' || item === null) return undefined;
  return new Map(Object.entries(item)).get(key);
}

/** True outside strings and comments: what is closed before the place is taken away, and nothing open may be left. */
function isCode(text: string, offset: number): boolean {
  const closed = /"""(?:\\"""|[\s\S])*?"""|"(?:[^"\\\r\n]|\\.)*"|#.*[\r\n]/g;
  return !/["#]/.test(text.slice(0, offset).replace(closed, ''));
}

function problemOfName(name: string, others: readonly UserSnippet[]): string | undefined {
  const { nameLengthMax } = snippetLimits;
  if (name.trim() === '') return 'A name is needed: it stands beside the prefix in the list.';
  if (name.length > nameLengthMax) return `A name has at most ${nameLengthMax} characters.`;
  const isTaken = others.some((other) => other.name === name);
  return isTaken ? `Another snippet is called "${name}".` : undefined;
}

function problemOfPrefix(prefix: string, others: readonly UserSnippet[]): string | undefined {
  const { nameLengthMax } = snippetLimits;
  if (prefix === '') return 'A prefix is needed: it is the word to type.';
  if (!/^[A-Za-z_]\w*$/.test(prefix)) {
    return 'A prefix is one word of letters, digits and _, and does not begin with a digit.';
  }
  if (prefix.length > nameLengthMax) return `A prefix has at most ${nameLengthMax} characters.`;
  const owner = others.find((other) => other.prefix === prefix);
  return owner && `"${prefix}" is the prefix of "${owner.name}" already.`;
}

function problemOfText(text: string): string | undefined {
  const { textLengthMax } = snippetLimits;
  if (text.trim() === '') return 'A text is needed: it is what the snippet inserts.';
  if (text.length > textLengthMax) return `A text has at most ${textLengthMax} characters.`;
  for (const match of text.matchAll(placePattern)) {
    if (match[0] !== '$' || text.charAt(match.index + 1) !== '{') continue;
    const line = text.slice(0, match.index).split('\n').length;
    return `Line ${line}: a place is written $1 or \${1:text}; the text holds no $, brace or line break.`;
  }
  return undefined;
}
