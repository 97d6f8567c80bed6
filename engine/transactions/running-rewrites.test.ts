import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { RunningRewrites } from './running-rewrites.ts';

it('leaves nothing at its signal when it was held often', async () => {
  const rewrites = new RunningRewrites();
  const { signal } = new AbortController();
  const rewrite = rewrites.begin({
    name: '1',
    documentsTotal: 2,
    documentsDone: () => 1,
    signal,
  });
  for (let time = 0; time < 3; time += 1) {
    rewrites.order('pause');
    const goesOn = rewrite.mayGoOn();
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    rewrites.order('resume');
    await goesOn;
  }
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  rewrite.end();
  expect(rewrites.list()).toEqual([]);
});
