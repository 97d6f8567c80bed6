import { useRef } from 'react';
import type { RowModel } from './row-model.ts';

/** Rows that tell what a column holds, and how wide and in which form it is best shown. */
export const sampleRows = 200;

const fewRows = 30;

/** From which row on a sample is taken, and a number that grows while its rows come in. */
export interface Sample {
  readonly from: number;
  readonly stage: number;
}

/**
 * How much of a sample is loaded. What is computed from it is computed anew when the number changes, and stays when all
 * is there. A host may give a single row first, so that the first batch alone is no sample.
 */
export function sampleStage(model: RowModel, from: number): number {
  const { rows, isKnown } = model.count;
  if (isKnown && rows === 0) return 3;
  const last = isKnown ? Math.min(rows, from + sampleRows) - 1 : from + sampleRows - 1;
  if (model.isLoaded(Math.max(from, last))) return 3;
  if (model.isLoaded(from + fewRows - 1)) return 2;
  return model.isLoaded(from) ? 1 : 0;
}

/** The sample of a model: begins where it was looked at first, and stays when its rows are forgotten. */
export function useSample(model: RowModel, firstRow: number): Sample {
  const known = useRef<{ readonly model: RowModel; readonly from: number; stage: number }>(
    undefined,
  );
  if (known.current?.model !== model) known.current = { model, from: firstRow, stage: 0 };
  const { from } = known.current;
  const stage = Math.max(known.current.stage, sampleStage(model, from));
  known.current.stage = stage;
  return { from, stage };
}
