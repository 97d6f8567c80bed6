import type { RowValues } from './keyed-row.ts';

/** A row as a window brings it. `cursor` names its place in the order, also when it is gone. */
export interface WindowRow {
  readonly key: string;
  readonly cursor: string;
  readonly values: RowValues;
}

/** Which rows: so many, counted from a place. */
export type WindowRequest = { readonly rowsMax: number } & (
  | { readonly from: 'offset'; readonly offset: number }
  | { readonly from: 'after'; readonly cursor: string }
  | { readonly from: 'before'; readonly cursor: string }
  /** The last ones of all. */
  | { readonly from: 'end' }
);

/** Reads a window of an ordered set of rows, in order. */
export type WindowSource = (
  request: WindowRequest,
  signal: AbortSignal,
) => Promise<readonly WindowRow[]>;
