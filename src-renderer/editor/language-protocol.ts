/*
 * What page and language worker say to each other. Messages arrive in order, so a request speaks of the last text and
 * catalog that were sent for its document.
 */
import type {
  CatalogSamples,
  CatalogShape,
  CompletionItem,
  Diagnostic,
  Hover,
  StatementAt,
} from '#engine/aql';

/** Questions about one document, with what each answers. */
export interface LanguageQuestions {
  readonly check: { readonly ask: object; readonly answer: readonly Diagnostic[] };
  readonly complete: {
    readonly ask: { readonly offset: number };
    readonly answer: readonly CompletionItem[];
  };
  readonly hover: { readonly ask: { readonly offset: number }; readonly answer: Hover | undefined };
  readonly format: { readonly ask: object; readonly answer: string };
  readonly statementAt: {
    readonly ask: { readonly offset: number };
    readonly answer: StatementAt | undefined;
  };
}

export type QuestionName = keyof LanguageQuestions;

export type Question = {
  [Name in QuestionName]: { readonly name: Name } & LanguageQuestions[Name]['ask'];
}[QuestionName];

export type ToLanguageWorker =
  | { readonly kind: 'text'; readonly document: string; readonly text: string }
  | { readonly kind: 'catalog'; readonly document: string; readonly catalog: CatalogShape }
  | { readonly kind: 'samples'; readonly document: string; readonly samples: CatalogSamples }
  | { readonly kind: 'close'; readonly document: string }
  | {
      readonly kind: 'ask';
      readonly id: number;
      readonly document: string;
      readonly question: Question;
    };

export type FromLanguageWorker =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };
