import { describe, expect, it } from 'vitest';
import { proposedName, savedTree, typedPath } from './saved-tree.ts';

describe('the tree of saved queries', () => {
  it('has folders first, all by name', () => {
    const queries = ['z.aql', 'reports/b.aql', 'a.aql', 'reports/old/x.aql'].map((path) => ({
      path,
      changedAt: 0,
    }));
    expect(savedTree(queries)).toMatchObject([
      {
        id: 'reports/',
        label: 'reports',
        children: [
          { id: 'reports/old/', children: [{ id: 'reports/old/x.aql', label: 'x' }] },
          { id: 'reports/b.aql', label: 'b' },
        ],
      },
      { id: 'a.aql', label: 'a' },
      { id: 'z.aql', label: 'z' },
    ]);
  });
});

describe('names of saved queries', () => {
  it('get their ending', () => {
    expect([' best films ', '/reports/a.aql', 'x\\y', ''].map(typedPath)).toEqual([
      'best films.aql',
      'reports/a.aql',
      'x/y.aql',
      '',
    ]);
  });

  it('are proposed from the title of the tab', () => {
    expect(proposedName('films: 1990/1999?')).toBe('films 1990 1999');
  });
});
