import { WireError } from '#contract';

/** An error as the page shows it: a sentence, what to do, and the facts to copy. */
export interface ErrorText {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  /** Everything known, as text for a bug report. */
  readonly details: string;
}

/** Presents any thrown value. What is no WireError is a fault of the page, and is shown as such. */
export function errorText(error: unknown): ErrorText {
  if (error instanceof WireError) {
    return {
      code: error.code,
      message: error.message,
      hint: error.hint,
      details: JSON.stringify(error.toShape(), null, 2),
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'PageFault',
    message: `The page ran into a fault: ${message}`,
    hint: 'Reload the page. Your tabs are kept.',
    details: error instanceof Error ? (error.stack ?? message) : message,
  };
}
