import type { IToken } from 'chevrotain';
import type { Span } from '../diagnostic.ts';
import { tokenize } from '../syntax/lexer.ts';
import * as t from '../syntax/tokens.ts';
import { draftsAt } from './completion-drafts.ts';
import { contextAt, tokensOf } from './cursor-context.ts';
import type { CompletionKind, Draft } from './draft.ts';
import { stringDrafts } from './drafts-for-values.ts';
import type { LanguageCatalog } from './language-catalog.ts';

export interface CompletionItem {
  readonly label: string;
  readonly kind: CompletionKind;
  /** Text to insert. In a snippet `$0` is where the cursor goes, and `\$` is a dollar sign. */
  readonly insertText: string;
  readonly isSnippet: boolean;
  /** One short line beside the label. */
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  readonly replaceSpan: Span;
  readonly sortText: string;
}

/**
 * What may stand at a place of a text, best first. Works on broken texts: it reads only the words and brackets before
 * the place. Linear in the length of the text.
 */
export function complete(
  text: string,
  offset: number,
  catalog: LanguageCatalog,
): readonly CompletionItem[] {
  if (isInComment(text, offset)) return [];
  const tokens = tokensOf(text);
  const touched = tokens.findIndex((token) => isTouched(token, offset));
  const word = tokens[touched];
  const before =
    touched >= 0 ? touched : tokens.filter((token) => token.startOffset < offset).length;
  const context = contextAt(tokens, before, catalog);
  const isString = word?.image.startsWith('"') ?? false;
  const drafts = isString ? stringDrafts(context, catalog) : draftsAt(context, catalog);
  const span = replaceSpan(word, offset, text);
  const next = tokens.find((token) => token.startOffset >= span.end);
  const isFollowed = next?.tokenType === t.Colon || next?.tokenType === t.ParenOpen;
  return drafts.map((draft, index) => itemOf(draft, index, span, isFollowed || isString));
}

function itemOf(draft: Draft, index: number, span: Span, wordOnly: boolean): CompletionItem {
  const { label, kind, insert, detail, documentation, rank = 5 } = draft;
  const snippet = wordOnly ? undefined : draft.snippet;
  return {
    label,
    kind,
    insertText: snippet ?? insert ?? label,
    isSnippet: snippet !== undefined,
    replaceSpan: span,
    sortText: `${rank}${String(index).padStart(5, '0')}`,
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined ? {} : { documentation }),
  };
}

/** True when the cursor is in or right behind a word or a string. */
function isTouched(token: IToken, offset: number): boolean {
  const end = token.startOffset + token.image.length;
  if (token.startOffset >= offset || end < offset) return false;
  if (token.image.startsWith('"')) {
    return end > offset || token.tokenType === t.UnclosedString;
  }
  return /^[A-Za-z_]/.test(token.image);
}

function replaceSpan(word: IToken | undefined, offset: number, text: string): Span {
  if (word === undefined) return { start: offset, end: offset };
  const end = word.startOffset + word.image.length;
  if (!word.image.startsWith('"')) return { start: word.startOffset, end };
  const isClosed = word.tokenType !== t.UnclosedString;
  const stop = isClosed ? end - 1 : offset;
  return { start: word.startOffset + 1, end: Math.max(stop, offset, 0) || text.length };
}

function isInComment(text: string, offset: number): boolean {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  if (!text.slice(lineStart, offset).includes('#')) return false;
  const comments = tokenize(text).comments;
  return comments.some(
    ({ startOffset, image }) => startOffset < offset && offset <= startOffset + image.length,
  );
}
