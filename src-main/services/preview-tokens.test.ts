import { describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { serviceLimits } from './limits.ts';
import { type PreviewedRun, PreviewTokens } from './preview-tokens.ts';

const run: PreviewedRun = { database: 'd', text: 'mutation { … }', variables: { a: 1 } };

describe('a token of a preview', () => {
  it('holds for one run of its text, its variables and its database', () => {
    const tokens = new PreviewTokens(new ManualClock());
    const token = tokens.issue(run);
    const others: readonly PreviewedRun[] = [
      { ...run, database: 'e' },
      { ...run, text: `${run.text} ` },
      { ...run, variables: { a: 2 } },
      { database: 'd', text: run.text },
    ];
    expect([
      others.map((other) => tokens.redeem(token, other)),
      tokens.redeem('made up', run),
      tokens.redeem(token, run),
      tokens.redeem(token, run),
    ]).toEqual([[false, false, false, false], false, true, false]);
  });

  it('takes no variables for an empty set of them', () => {
    const tokens = new PreviewTokens(new ManualClock());
    const token = tokens.issue({ database: 'd', text: 't' });
    expect(tokens.redeem(token, { database: 'd', text: 't', variables: {} })).toBe(true);
  });

  it('holds for its time only', () => {
    const clock = new ManualClock();
    const tokens = new PreviewTokens(clock);
    const [first, second] = [tokens.issue(run), tokens.issue(run)];
    clock.advance(serviceLimits.previewTokenMsMax - 1);
    const inTime = tokens.redeem(first, run);
    clock.advance(1);
    expect([inTime, tokens.redeem(second, run)]).toEqual([true, false]);
  });

  it('is forgotten when there are too many newer ones', () => {
    const tokens = new PreviewTokens(new ManualClock());
    const oldest = tokens.issue(run);
    const next = tokens.issue(run);
    for (let count = 1; count < serviceLimits.previewTokensMax; count++) tokens.issue(run);
    expect([tokens.redeem(oldest, run), tokens.redeem(next, run)]).toEqual([false, true]);
  });
});
