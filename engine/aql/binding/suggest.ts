/* Hints and fixes that findings share. */
import type { Fix, Span } from '../diagnostic.ts';
import { nearestName } from '../nearest-name.ts';
import type { FieldNode, NameNode } from '../syntax/ast.ts';

interface Suggestion {
  readonly hint?: string;
  readonly fix?: Fix;
}

/** "Did you mean …?" with the change that makes it so; nothing when no candidate is close. */
export function suggestName(name: NameNode, candidates: Iterable<string>): Suggestion {
  const nearest = nearestName(name.value, candidates);
  if (nearest === undefined) return {};
  return { hint: `Did you mean "${nearest}"?`, fix: renaming(name, nearest) };
}

/** Puts another name in place of one, in quotes where it stands in quotes. */
function renaming(name: NameNode, wanted: string): Fix {
  const isQuoted = name.span.end - name.span.start !== name.value.length;
  return replacing(name.span, isQuoted ? JSON.stringify(wanted) : wanted, `Change to "${wanted}"`);
}

export function replacing(span: Span, text: string, title: string): Fix {
  return { title, edits: [{ span, text }] };
}

/** Puts a text in front of a place. */
export function insertingAt(at: number, text: string, title: string): Fix {
  return { title, edits: [{ span: { start: at, end: at }, text }] };
}

/** Puts a text before and one behind a place. */
export function wrapping(span: Span, before: string, after: string, title: string): Fix {
  return {
    title,
    edits: [
      { span: { start: span.start, end: span.start }, text: before },
      { span: { start: span.end, end: span.end }, text: after },
    ],
  };
}

/** Takes a text out. */
export function removing(span: Span, title: string): Fix {
  return { title, edits: [{ span, text: '' }] };
}

/** Adds an argument to a field, behind those it has. */
export function addingArgument(
  { name, arguments: given }: FieldNode,
  argument: string,
  title: string,
): Fix {
  const last = given.at(-1);
  if (last !== undefined) return insertingAt(last.span.end, `, ${argument}`, title);
  return insertingAt(name.span.end, `(${argument})`, title);
}
