/*
 * What page and language worker say to each other. Messages arrive in order, and a request speaks of the last text and
 * catalog that were sent for its document before it. The worker takes in whatever has arrived before it answers the
 * next request, so that a request which is cancelled while it waits costs nothing.
 */
import type {
  CatalogSamples,
  CatalogShape,
  CodeAction,
  CompletionItem,
  Diagnostic,
  DistinctCounts,
  DocumentSymbol,
  FoldingRange,
  Hover,
  Rename,
  RenameTarget,
  SemanticToken,
  SignatureHelp,
  Span,
  StatementAt,
} from '#engine/aql';
import type { DeclaredVariable } from './declared-variables.ts';
import type { UserSnippet } from './user-snippet.ts';

interface AtOffset {
  readonly offset: number;
}

/** Questions about one document, with what each answers. */
export interface LanguageQuestions {
  readonly check: { readonly ask: object; readonly answer: readonly Diagnostic[] };
  readonly complete: { readonly ask: AtOffset; readonly answer: readonly CompletionItem[] };
  readonly signatureHelp: { readonly ask: AtOffset; readonly answer: SignatureHelp | undefined };
  readonly hover: { readonly ask: AtOffset; readonly answer: Hover | undefined };
  readonly definition: { readonly ask: AtOffset; readonly answer: Span | undefined };
  readonly references: { readonly ask: AtOffset; readonly answer: readonly Span[] };
  readonly renameTarget: { readonly ask: AtOffset; readonly answer: RenameTarget };
  readonly rename: {
    readonly ask: AtOffset & { readonly newName: string };
    readonly answer: Rename;
  };
  readonly semanticTokens: { readonly ask: object; readonly answer: readonly SemanticToken[] };
  readonly foldingRanges: { readonly ask: object; readonly answer: readonly FoldingRange[] };
  readonly selectionRanges: { readonly ask: AtOffset; readonly answer: readonly Span[] };
  readonly documentSymbols: { readonly ask: object; readonly answer: readonly DocumentSymbol[] };
  readonly codeActions: {
    readonly ask: { readonly span: Span };
    readonly answer: readonly CodeAction[];
  };
  readonly format: { readonly ask: object; readonly answer: string };
  /** The variables of the operation at a place. */
  readonly variablesAt: { readonly ask: AtOffset; readonly answer: readonly DeclaredVariable[] };
  /** The variables of a text that is about to run; the document is not looked at. */
  readonly variablesOf: {
    readonly ask: { readonly text: string };
    readonly answer: readonly DeclaredVariable[];
  };
  /** The places in a text that ask for operators of the plan of the root that begins at `start`; a list for each. */
  readonly planPlaces: {
    readonly ask: {
      readonly text: string;
      readonly start: number;
      readonly operators: readonly string[];
    };
    readonly answer: readonly (readonly Span[])[];
  };
  readonly statementAt: { readonly ask: AtOffset; readonly answer: StatementAt | undefined };
}

export type QuestionName = keyof LanguageQuestions;

export type Question = {
  [Name in QuestionName]: { readonly name: Name } & LanguageQuestions[Name]['ask'];
}[QuestionName];

export type ToLanguageWorker =
  | { readonly kind: 'text'; readonly document: string; readonly text: string }
  | { readonly kind: 'catalog'; readonly document: string; readonly catalog: CatalogShape }
  | {
      readonly kind: 'values';
      readonly document: string;
      readonly samples: CatalogSamples;
      readonly distinctCounts: DistinctCounts;
    }
  /** The person's own snippets, for completion in all documents. */
  | { readonly kind: 'snippets'; readonly snippets: readonly UserSnippet[] }
  | { readonly kind: 'close'; readonly document: string }
  | {
      readonly kind: 'ask';
      readonly id: number;
      readonly document: string;
      readonly question: Question;
    }
  /** Nobody waits for the answer any more. */
  | { readonly kind: 'cancel'; readonly id: number };

export type FromLanguageWorker =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };
