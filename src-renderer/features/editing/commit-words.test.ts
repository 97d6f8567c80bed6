import { expect, it } from 'vitest';
import type { WritePreview } from '#contract';
import { ownText, writtenNames } from './commit-words.ts';

const write = (kind: WritePreview['kind'], count: number): WritePreview => ({
  ...{ kind, effect: 'touches', target: 'films', span: { start: 0, end: 1 }, count },
  ...{ isAtLeast: false, columns: [], rows: { rowCount: 0, columns: [] } },
});

it('a mutation written by hand is told in all that it does, inserts included', () => {
  const previews = [write('insert', 1), write('delete', 2)];
  expect(ownText({ previews, omitted: 3 })).toBe(
    'It will: Insert 1 document into films; Delete 2 documents from films; 3 more writes.',
  );
});

it('nothing is told of a write that would fail', () => {
  const error = { code: 'ValidationError', message: 'It does not fit.' };
  const previews = [{ ...write('insert', 1), error }];
  expect(ownText({ previews, omitted: 0 })).toBeUndefined();
});

it('in production the names are typed of what the mutation writes to, not of the grid that it comes from', () => {
  const previews = [write('insert', 1), { ...write('delete', 2), target: 'teams' }];
  expect(writtenNames({ previews, omitted: 0 })).toBe('films teams');
  expect(writtenNames({ previews, omitted: 1 })).toBeUndefined();
});
