import { beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../limits.ts';
import { SetClock } from '../testing/set-clock.ts';
import type { Row } from '../values/stored-value.ts';
import { ClaimedJobs } from './claimed-jobs.ts';
import type { StoredJob } from './job-store.ts';
import { createJob } from './new-job.ts';

let idCount = 0;
function stored(): StoredJob {
  idCount += 1;
  const { job } = createJob({ jobType: 'a' }, { now: 0, newId: () => `job ${idCount}` });
  return { row: idCount as Row, job, asOf: 0 };
}

describe('what a worker has claimed', () => {
  let clock: SetClock;
  let timeIsUp: (() => void) | undefined;
  let wentBack: string[];
  let claimed: ClaimedJobs;

  beforeEach(() => {
    clock = new SetClock();
    timeIsUp = undefined;
    wentBack = [];
    const after = (_delayMs: number, action: () => void) => {
      timeIsUp = action;
      return () => {
        timeIsUp = undefined;
      };
    };
    claimed = new ClaimedJobs(clock, { after }, (jobs) => {
      wentBack.push(...jobs.map(({ job }) => job.id));
    });
  });

  it('is more than there are places for only while handlers are quick', () => {
    expect(claimed.aheadMax).toBe(0);
    for (let count = 0; count < 10; count += 1) claimed.ended(1);
    claimed.ended(limits.jobQuickMs + 1);
    expect(claimed.aheadMax).toBe(20);
    for (let count = 0; count < 1_000; count += 1) claimed.ended(0);
    expect(claimed.aheadMax).toBe(limits.jobsClaimedAheadMax);
    clock.go(1_000);
    expect(claimed.aheadMax).toBe(0);
  });

  it('begins in the order of the claims, but for what was withdrawn', () => {
    const [first, second, third] = [stored(), stored(), stored()];
    for (const each of [first, second, third]) claimed.add(each);
    expect([claimed.withdraw(second.job.id), claimed.withdraw('another')]).toEqual([true, false]);
    expect([claimed.next(), claimed.next(), claimed.next()]).toEqual([first, third, undefined]);
  });

  it('goes back when none has begun for a while', () => {
    const [first, second] = [stored(), stored()];
    claimed.add(first);
    claimed.add(second);
    claimed.watch();
    claimed.next();
    timeIsUp?.();
    expect(wentBack).toEqual([]);
    timeIsUp?.();
    expect([wentBack, claimed.size]).toEqual([[second.job.id], 0]);
  });
});
