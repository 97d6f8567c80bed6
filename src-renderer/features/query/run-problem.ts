import { type WireDiagnostic, WireError, type WireErrorShape, type WireSpan } from '#contract';

/** Something that is wrong with a text or went wrong in a run, with its place in the tab's document. */
export interface RunProblem {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly span?: WireSpan;
  /** The variable whose value it is about. */
  readonly variable?: string;
  /** Everything that is known, for "Copy details". */
  readonly details: string;
}

/** The problems a thrown error stands for: one per diagnostic, or the error itself. Spans are moved by `offset`. */
export function problemsOf(error: unknown, offset: number): readonly RunProblem[] {
  if (error instanceof WireError) return problemsOfShape(error.toShape(), offset);
  const message = error instanceof Error ? error.message : String(error);
  return [{ severity: 'error', code: 'Internal', message, details: message }];
}

/** The same for an error that came as a part of a run. */
export function problemsOfShape(
  error: WireErrorShape,
  offset: number,
  partSpan?: WireSpan,
): readonly RunProblem[] {
  const details = JSON.stringify(error, undefined, 2);
  if (error.diagnostics !== undefined && error.diagnostics.length > 0) {
    return error.diagnostics.map((diagnostic) => {
      const problem = problemOfDiagnostic(diagnostic);
      return { ...problem, span: movedSpan(diagnostic.span, offset) };
    });
  }
  const span = error.span ?? partSpan;
  const variable = error.details?.['variable'];
  return [
    {
      severity: 'error',
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(span === undefined ? {} : { span: movedSpan(span, offset) }),
      ...(typeof variable === 'string' ? { variable } : {}),
      details,
    },
  ];
}

/** A finding of the language, from the host or from the page's own service: they have one form. */
export function problemOfDiagnostic(diagnostic: WireDiagnostic): RunProblem {
  const { severity, code, message, hint, span } = diagnostic;
  return {
    severity,
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    span,
    details: JSON.stringify(diagnostic, undefined, 2),
  };
}

function movedSpan(span: WireSpan, offset: number): WireSpan {
  return { start: span.start + offset, end: span.end + offset };
}
