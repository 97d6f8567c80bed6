import { expect, it } from 'vitest';
import { danglingLines } from './dangling-note.tsx';

it('adds up what leads nowhere, field by field', () => {
  const dangling = { field: 'maker', target: 'makers', documentCount: 1 };
  const write = { target: 'films', danglingReferences: [dangling] };
  expect(danglingLines([write, { target: 'films' }, write])).toEqual([
    'films.maker of 2 documents leads nowhere: makers has no document of that id.',
  ]);
});
