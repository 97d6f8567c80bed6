export type CompletionKind =
  | 'keyword'
  | 'collection'
  | 'field'
  | 'argument'
  | 'operator'
  | 'type'
  | 'directive'
  | 'function'
  | 'variable'
  | 'value'
  | 'fragment'
  | 'snippet';

/** A completion before it knows its place in the text and in the list. */
export interface Draft {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly detail?: string | undefined;
  readonly documentation?: string | undefined;
  /** Snippet text; the label when absent. */
  readonly snippet?: string | undefined;
  /** Plain text to insert, when it is not the label. */
  readonly insert?: string | undefined;
  /** Lower comes first; 5 when absent. */
  readonly rank?: number;
}

export function words(labels: readonly string[]): Draft[] {
  return labels.map((label) => ({ label, kind: 'value' }));
}

/** Text as a snippet writes it: dollar signs and braces stand for themselves. */
export function plainInSnippet(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}

/** A place of a snippet that the cursor visits, with the text that stands there at first. */
export function hole(number: number, text: string): string {
  return `$\{${number}:${text}}`;
}
