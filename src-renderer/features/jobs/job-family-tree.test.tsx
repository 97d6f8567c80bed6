// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { JobFamilyTree } from './job-family-tree.tsx';

afterEach(cleanup);

it('draws children below their parents, marks the job that is shown, and opens the others', () => {
  const member = (id: string, depth: number, leftCount = 0) => ({
    ...{ id, type: `type-${id}`, state: 'Pending' as const },
    ...{ depth, leftCount },
  });
  const members = [member('a', 0), member('b', 1, 3), member('c', 2), member('d', 1)];
  const opened: string[] = [];
  render(<JobFamilyTree family={{ members }} id="b" onOpen={(id) => opened.push(id)} />);
  const family = screen.getByRole('region', { name: 'Family' });
  const below = within(family)
    .getByRole('button', { name: /type-b/ })
    .closest('li');
  expect([
    within(family).getByRole('button', { current: true }).textContent,
    below === null
      ? []
      : within(below)
          .getAllByRole('listitem')
          .map((each) => each.textContent),
  ]).toEqual(['○type-bWaiting', ['○type-cWaiting', '3 more, or deleted']]);
  fireEvent.click(within(family).getByRole('button', { name: /type-d/ }));
  expect(opened).toEqual(['d']);
});
