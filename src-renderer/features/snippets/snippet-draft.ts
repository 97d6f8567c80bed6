/* The one snippet of the dialog that is being written: a new one, or one of those that are kept. */
import {
  problemsOfSnippet,
  type SnippetProblems,
  snippetLimits,
  type UserSnippet,
} from '../../editor/user-snippet.ts';

export interface SnippetDraft {
  /** Its place among the kept ones; `undefined` while it is new. */
  readonly at: number | undefined;
  readonly snippet: UserSnippet;
}

/** A new snippet, with a dollar sign of its text kept from being taken for a place. */
export function newDraft(text: string): SnippetDraft {
  return {
    at: undefined,
    snippet: { name: '', prefix: '', text: text.replace(/\$(?=[\d{])/g, '\\$') },
  };
}

/** The kept snippet at a place; a new one where there is none. */
export function draftAt(snippets: readonly UserSnippet[], at: number): SnippetDraft {
  const snippet = snippets[at];
  return snippet === undefined ? newDraft('') : { at, snippet };
}

/** True while saving it would change something. */
export function isChanged({ at, snippet }: SnippetDraft, kept: readonly UserSnippet[]): boolean {
  const before = at === undefined ? newDraft('').snippet : kept[at];
  return (['name', 'prefix', 'text'] as const).some((key) => before?.[key] !== snippet[key]);
}

export function problemsOf(
  { at, snippet }: SnippetDraft,
  kept: readonly UserSnippet[],
): SnippetProblems {
  return problemsOfSnippet(
    snippet,
    kept.filter((_, index) => index !== at),
  );
}

/** The snippets with the draft in its place, and that place. */
export function withDraft(
  { at, snippet }: SnippetDraft,
  kept: readonly UserSnippet[],
): { readonly snippets: readonly UserSnippet[]; readonly at: number } {
  if (at === undefined) return { snippets: [...kept, snippet], at: kept.length };
  return { snippets: kept.with(at, snippet), at };
}

/** True when no further one may be added. */
export function isFull(kept: readonly UserSnippet[]): boolean {
  return kept.length >= snippetLimits.snippetsMax;
}
