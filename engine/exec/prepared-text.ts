/*
 * Bound texts are kept for the next run, by the whole text and the version of the schema they were bound to. Values
 * of variables are no part of it. The oldest unused text goes first.
 */
import {
  type BoundStatement,
  bind,
  type CatalogShape,
  type Diagnostic,
  type JsonValue,
  parse,
} from '#engine/aql';
import { requireText } from '../base/arguments.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';

/** A text whose names are resolved. */
export interface PreparedText {
  readonly text: string;
  readonly statements: readonly BoundStatement[];
  /** Errors and warnings of parser and binder, by place. */
  readonly diagnostics: readonly Diagnostic[];
}

export class PreparedTexts {
  readonly #kept = new Map<string, PreparedText & { readonly version: number }>();
  /** The newest of the kept ones: a text that runs again and again needs neither hashing nor moving. */
  #newest: (PreparedText & { readonly version: number }) | undefined;

  /** Parses and binds, or takes what is kept. What is wrong with a text stands in `diagnostics`. */
  get(text: string, shape: CatalogShape): PreparedText {
    requireText(text, 'The text of a statement');
    const newest = this.#newest;
    if (newest !== undefined && newest.text === text && newest.version === shape.version) {
      return newest;
    }
    const kept = this.#kept.get(text);
    if (kept !== undefined) {
      this.#kept.delete(text);
      if (kept.version === shape.version) {
        this.#kept.set(text, kept);
        this.#newest = kept;
        return kept;
      }
    }
    const prepared = { ...prepareText(text, shape), version: shape.version };
    if (text.length <= limits.preparedTextLengthMax) {
      this.#kept.set(text, prepared);
      this.#newest = prepared;
      if (this.#kept.size > limits.preparedTextsMax) {
        const [oldest] = this.#kept.keys();
        if (oldest !== undefined) this.#kept.delete(oldest);
      }
    }
    return prepared;
  }

  clear(): void {
    this.#kept.clear();
    this.#newest = undefined;
  }
}

/** Parses and binds a text. */
export function prepareText(text: string, shape: CatalogShape): PreparedText {
  const parsed = parse(text);
  const bound = bind(parsed.document, shape);
  const diagnostics = [...parsed.diagnostics, ...bound.diagnostics].sort(
    (left, right) => left.span.start - right.span.start,
  );
  return { text, statements: bound.statements, diagnostics };
}

/**
 * The statements to run: all, or the one operation that is named.
 * @throws AuroraError with the code of the first error and all findings in `diagnostics`; `UnknownOperation`.
 */
export function statementsToRun(
  prepared: PreparedText,
  operationName: string | undefined,
): readonly BoundStatement[] {
  const first = prepared.diagnostics.find(({ severity }) => severity === 'error');
  if (first !== undefined) {
    const errors = prepared.diagnostics.filter(({ severity }) => severity === 'error');
    const others = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`;
    throw new AuroraError(first.code, `${first.message}${others}`, {
      span: first.span,
      diagnostics: prepared.diagnostics,
      ...(first.hint === undefined ? {} : { hint: first.hint }),
    });
  }
  if (operationName === undefined) return prepared.statements;
  const named = prepared.statements.filter(({ name }) => name === operationName);
  if (named.length > 0) return named;
  throw new AuroraError('UnknownOperation', `The text has no operation "${operationName}".`, {
    details: { operationName },
  });
}

/** The values of variables, as a caller passes them. */
export type GivenVariables = Readonly<Record<string, JsonValue | undefined>>;
