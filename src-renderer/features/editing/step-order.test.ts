import { expect, it } from 'vitest';
import { editFields, nothingStaged, type StagedEdits } from './staged-edits.ts';
import { StepOrder } from './step-order.ts';

function newStore() {
  let state = nothingStaged;
  const apply = (change: (before: StagedEdits) => StagedEdits) => {
    state = change(state);
  };
  const set = (x: number) =>
    apply((now) => editFields(now, [{ shown: { id: 'a', x: 0 }, field: 'x', value: x }]));
  return { apply, set, state: () => state, x: () => state.documents.get('a')?.mine?.['x'] };
}

it('undoes and does again in the order in which collections were edited', () => {
  const [films, makers] = [newStore(), newStore()];
  const order = new StepOrder();
  for (const [store, x] of [
    [films, 1],
    [makers, 2],
    [films, 3],
  ] as const) {
    order.remember(store);
    store.set(x);
  }
  const seen = (act: 'undo' | 'redo') => {
    order[act]([films, makers]);
    return [films.x(), makers.x()];
  };
  const acts = ['undo', 'undo', 'undo', 'undo', 'redo', 'redo', 'redo', 'redo'] as const;
  expect(acts.map(seen)).toEqual([
    [1, 2],
    [1, undefined],
    [undefined, undefined],
    [undefined, undefined],
    [1, undefined],
    [1, 2],
    [3, 2],
    [3, 2],
  ]);
});

it('undoes what was edited elsewhere, or before the page was loaded anew', () => {
  // The button was there, since there was something to undo, and did nothing.
  const films = newStore();
  films.set(1);
  const order = new StepOrder();
  order.undo([films]);
  expect(films.x()).toBeUndefined();
  order.redo([films]);
  expect(films.x()).toBe(1);
});

it('leaves alone what a result does not show', () => {
  const [films, makers] = [newStore(), newStore()];
  const order = new StepOrder();
  for (const store of [films, makers]) {
    order.remember(store);
    store.set(1);
  }
  order.undo([films]);
  expect([films.x(), makers.x()]).toEqual([undefined, 1]);
});
