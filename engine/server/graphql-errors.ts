/* Errors as GraphQL tells them: `message`, `locations`, `path`, and the code in `extensions`. */
import { AuroraError } from '#engine';
import { faultMessage, HttpFailure } from './http-failure.ts';

export interface GraphqlError {
  readonly message: string;
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  readonly path?: readonly string[];
  readonly extensions: { readonly code: string; readonly hint?: string };
}

/** All that is wrong, each with its place in the text. What a fault is about stays inside. */
export function graphqlErrors(error: unknown, text: string): readonly GraphqlError[] {
  if (error instanceof HttpFailure) {
    return [{ message: error.message, extensions: { code: error.code } }];
  }
  if (!(error instanceof AuroraError)) {
    return [{ message: faultMessage, extensions: { code: 'InternalError' } }];
  }
  const findings = error.diagnostics.filter(({ severity }) => severity === 'error');
  return (findings.length === 0 ? [error] : findings).map(({ message, code, hint, span }) => ({
    message,
    ...(span === undefined ? {} : { locations: [locationOf(text, span.start)] }),
    extensions: { code, ...(hint === undefined ? {} : { hint }) },
  }));
}

/** Line and column, both from 1, as GraphQL counts them. */
function locationOf(text: string, offset: number) {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
