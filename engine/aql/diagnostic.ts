/** A range of a text in UTF-16 code units, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Stable codes of what parser and binder find. The engine's error codes (errors.ts) include them all. */
export type DiagnosticCode =
  | 'SyntaxError'
  | 'LimitExceeded'
  | 'CollectionNotFound'
  | 'CollectionExists'
  | 'ReadOnlyCollection'
  | 'FieldExists'
  | 'UnknownField'
  | 'UnknownArgument'
  | 'MissingArgument'
  | 'UnknownType'
  | 'UnknownDirective'
  | 'InvalidFilterOperator'
  | 'InvalidSelection'
  | 'InvalidValue'
  | 'InvalidName'
  | 'TypeMismatch'
  | 'UndefinedVariable'
  | 'UnusedVariable'
  | 'DuplicateName'
  | 'UnknownOperation'
  | 'UnknownFragment'
  | 'FragmentCycle'
  | 'UnusedFragment'
  | 'NotExecutable'
  | 'ValidationError';

/** A change of the text that resolves a finding. Edits do not overlap. */
export interface Fix {
  /** What it does, as a menu shows it: `Change to "username"`. */
  readonly title: string;
  readonly edits: readonly { readonly span: Span; readonly text: string }[];
}

/** One finding of the parser or binder, with its place and, where it helps, what to do. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: 'error' | 'warning';
  readonly span: Span;
  /** One plain sentence: what is wrong, with what. */
  readonly message: string;
  /** What to do, for example `Did you mean "username"?` */
  readonly hint?: string;
  /** Present where one change is what was most likely meant. */
  readonly fix?: Fix;
}
