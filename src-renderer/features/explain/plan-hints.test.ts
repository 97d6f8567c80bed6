import { describe, expect, it } from 'vitest';
import type { PlannedRoot, PlanOperator } from '#contract';
import { planHints } from './plan-hints.ts';

/** A plan from its source to what it gives. */
function treeOf(...operators: readonly string[]): PlanOperator {
  const [source = '', ...above] = operators;
  return above.reduce<PlanOperator>((input, operator) => ({ operator, inputs: [input] }), {
    operator: source,
    rowsEstimate: 1_200,
    inputs: [],
  });
}

function rootOf(trees: readonly PlanOperator[], suggested: readonly string[] = []): PlannedRoot {
  return {
    title: 'users',
    collection: 'users',
    plan: '',
    trees,
    choices: [],
    suggestions:
      suggested.length === 0
        ? []
        : [{ collection: 'users', fields: suggested, documentCount: 1_200 }],
    span: { start: 0, end: 0 },
  };
}

describe('the hints of a plan', () => {
  it.each([
    [['IndexRange(users.age reversed)', 'Filter', 'Project'], 'index age · ≈ 1,200 documents'],
    [['IndexRange(users.(city, age))', 'Project'], 'index city, age · ≈ 1,200 documents'],
    // How far a limit lets it read, the estimate does not say.
    [['IndexRange(users.age)', 'Limit(3)', 'Project'], 'index age'],
    [['IndexRange(users.age)', 'Sort', 'Limit(3)'], 'index age · ≈ 1,200 documents'],
    [['UniqueLookup(users.email)', 'Project'], 'unique index email'],
    [['IdLookup(users)', 'Project'], 'by id'],
    [['IndexRange(users.id reversed)', 'Limit(10)', 'Project'], 'ids'],
    [['ColumnScan(users.(role, age))', 'Count'], 'columns role, age · ≈ 1,200 documents'],
    [['IndexEnd(users.age)', 'Aggregate'], 'end of index age'],
    [['IndexRange(users.age)', 'Delete'], 'index age · ≈ 1,200 documents'],
  ])('of %j say what is read', (operators, text) => {
    expect(planHints(rootOf([treeOf(...operators)])).map(({ hint }) => hint)).toEqual([
      { text, isCostly: false },
    ]);
  });

  it('say when everything is read, and what may help', () => {
    const scan = treeOf('FullScan(users)', 'Filter', 'Project');
    expect(planHints(rootOf([scan], ['role', 'age']))).toEqual([
      {
        operator: 'FullScan(users)',
        hint: {
          text: 'reads all 1,200 · try an index on role, age',
          isCostly: true,
        },
      },
    ]);
    const some = treeOf('FullScan(users)', 'Filter', 'Limit(3)', 'Project');
    expect(planHints(rootOf([some]))[0]?.hint.text).toBe('reads on until there are enough');
  });

  it('are silent about the first documents, and about what the engine keeps of itself', () => {
    const first = treeOf('FullScan(users)', 'Limit(3)', 'Project');
    expect(planHints(rootOf([first]))).toEqual([]);
    const own = { ...rootOf([treeOf('FullScan(_stats)', 'Project')]), collection: '_stats' };
    expect(planHints(own)).toEqual([]);
  });

  it('are told once where several plans of a root read the same', () => {
    const groups = treeOf('ColumnScan(users.role)', 'GroupBy(role)');
    const page = treeOf('ColumnScan(users.role)', 'Page');
    expect(planHints(rootOf([groups, page]))).toHaveLength(1);
  });
});
