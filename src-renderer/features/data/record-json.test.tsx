// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { CollectionInfo } from '#contract';
import type { RecordEditing } from './record-editing.ts';
import { RecordJson } from './record-json.tsx';

afterEach(cleanup);

const info: CollectionInfo = {
  ...{ name: 'films', open: false, documentCount: 2, definedIndexes: [], indexes: [] },
  fields: [
    {
      ...{ name: 'title', nullable: true, unique: false, indexed: false },
      type: { kind: 'scalar', name: 'String' },
    },
  ],
};

const editing: RecordEditing = {
  database: 'films',
  samples: {},
  knowledgeOf: () => ({ suggestions: [], target: undefined, hints: [] }),
  say: () => undefined,
  cellAt: () => 'This is no cell.',
  stage: () => undefined,
};

it('says whose JSON is edited when another row is chosen, and keeps it while that is not loaded', () => {
  // The text stayed that of the first row, and nothing said so.
  const show = (document: { readonly id: string; readonly title: string } | undefined) => (
    <RecordJson {...{ info, document, editing }} />
  );
  const { rerender } = render(show({ id: 'a', title: 'Heat' }));
  fireEvent.click(screen.getByRole('button', { name: 'Edit as JSON' }));
  const words = 'This is Heat (a), not the row that is chosen.';
  expect(screen.queryByText(words)).toBeNull();
  rerender(show({ id: 'b', title: 'Ran' }));
  expect(screen.queryByText(words)).not.toBeNull();
  rerender(show(undefined));
  expect(screen.queryByText(words)).not.toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(screen.queryByText('Choose a row to see it whole')).not.toBeNull();
});
