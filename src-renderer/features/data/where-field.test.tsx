// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { TooltipProvider } from '../../ui/tooltip.tsx';
import { WhereField } from './where-field.tsx';

afterEach(cleanup);

const applied = '{ year: { gt: 1 } }';

function renderField() {
  const wheres: string[] = [];
  const drafts: boolean[] = [];
  render(
    <TooltipProvider>
      <WhereField
        collection="films"
        where={applied}
        onWhere={(where) => wheres.push(where)}
        onDraft={(isDraft) => drafts.push(isDraft)}
        catalog={{ version: 1, collections: [] }}
        samples={{}}
      />
    </TooltipProvider>,
  );
  const field = screen.getByRole('combobox', { name: 'Filter' });
  return { wheres, drafts, field };
}

it('says of an unfinished filter that it is not applied', () => {
  // The list of completions hid the message, and Enter did nothing.
  const { wheres, field } = renderField();
  fireEvent.change(field, { target: { value: 'count: {' } });
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(wheres).toEqual([]);
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByText(/The filter stays as it was/)).toBeTruthy();
});

it('tells that another filter is typed, so that an error of the applied one is not shown beside it', () => {
  const { drafts, field } = renderField();
  fireEvent.change(field, { target: { value: 'year: 3' } });
  fireEvent.change(field, { target: { value: 'year: { gt: 1 }' } });
  fireEvent.change(field, { target: { value: '' } });
  fireEvent.keyDown(field, { key: 'Escape' });
  expect(drafts).toEqual([true, false, true, false]);
});
