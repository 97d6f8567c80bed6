import type { CopiedText } from './copy-text.ts';

/** How a copy stands: rows that are not loaded are read first. */
export type CopyNote =
  | {
      readonly kind: 'reading';
      readonly rowCount: number;
      readonly rowsAsked: number;
      readonly cancel: () => void;
    }
  /** The browser takes text only soon after a key or click: another one is needed. */
  | { readonly kind: 'waiting'; readonly copied: CopiedText; readonly write: () => void }
  | { readonly kind: 'copied'; readonly copied: CopiedText }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly error: unknown };
