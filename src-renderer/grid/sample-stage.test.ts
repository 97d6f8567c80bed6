import { describe, expect, it } from 'vitest';
import { ResultRows } from './result-rows.ts';
import { sampleStage } from './sample-stage.ts';

function modelOf(rowCount: number, isComplete = false): ResultRows {
  const model = new ResultRows(1);
  model.append({ rowCount, columns: [Array.from({ length: rowCount }, (_, row) => row)] });
  if (isComplete) model.complete();
  return model;
}

describe('sampleStage', () => {
  it('changes while the first rows come in, and not after them', () => {
    const stages = [0, 1, 29, 30, 199, 200, 5000].map((rows) => sampleStage(modelOf(rows), 0));
    expect(stages).toEqual([0, 1, 1, 2, 2, 3, 3]);
    expect(sampleStage(modelOf(4, true), 0)).toBe(3);
    expect(sampleStage(modelOf(0, true), 0)).toBe(3);
  });

  it('is about the rows that are looked at', () => {
    const model = new ResultRows(1);
    model.put(1_000, { rowCount: 40, columns: [Array.from({ length: 40 }, () => 0)] });
    expect([sampleStage(model, 0), sampleStage(model, 1_000)]).toEqual([0, 2]);
  });
});
