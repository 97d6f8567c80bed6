// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { Tree } from './tree.tsx';
import type { TreeNode } from './tree-model.ts';

const nodes: readonly TreeNode[] = [
  {
    id: 'films',
    label: 'films',
    children: [
      { id: 'films.title', label: 'title' },
      { id: 'films.year', label: 'year' },
    ],
  },
  { id: 'users', label: 'users', children: [] },
];

function Sample({ onActivate = () => {} }: { readonly onActivate?: (id: string) => void }) {
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  return (
    <Tree
      label="Collections"
      nodes={nodes}
      expanded={expanded}
      onExpandedChange={setExpanded}
      onActivate={(node) => onActivate(node.id)}
      renderRow={(node) => node.label}
    />
  );
}

const press = (...keys: readonly string[]) => {
  for (const key of keys) fireEvent.keyDown(document.activeElement ?? document.body, { key });
};
const focusRow = (name: string) => act(() => screen.getByRole('treeitem', { name }).focus());
const focused = () => document.activeElement?.textContent;

afterEach(cleanup);

describe('Tree', () => {
  it('has one tab stop, and tells level, position and set size', () => {
    render(<Sample />);
    const items = screen.getAllByRole('treeitem');
    expect(items.map((item) => item.tabIndex)).toEqual([0, -1]);
    expect(items[1]?.getAttribute('aria-posinset')).toBe('2');
    expect(items[0]?.getAttribute('aria-expanded')).toBe('false');
  });

  it('opens a branch with the right arrow, enters it, and comes back with the left arrow', () => {
    render(<Sample />);
    focusRow('films');
    press('ArrowRight');
    expect(screen.getByRole('treeitem', { name: 'title' }).getAttribute('aria-level')).toBe('2');
    press('ArrowRight');
    expect(focused()).toBe('title');
    press('ArrowDown', 'ArrowLeft');
    expect(focused()).toBe('films');
    press('ArrowLeft');
    expect(screen.queryByRole('treeitem', { name: 'title' })).toBeNull();
  });

  it('moves to first and last row, and to the row that begins with what is typed', () => {
    render(<Sample />);
    focusRow('films');
    press('*', 'End');
    expect(focused()).toBe('users');
    press('Home');
    expect(focused()).toBe('films');
    press('y');
    expect(focused()).toBe('year');
  });

  it('activates the focused row with Enter', () => {
    const activated: string[] = [];
    render(<Sample onActivate={(id) => activated.push(id)} />);
    focusRow('users');
    press('Enter');
    expect(activated).toEqual(['users']);
  });
});
