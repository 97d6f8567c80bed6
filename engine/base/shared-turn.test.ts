import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ManualClock } from './clock.ts';
import { TimeSlicer } from './scheduler.ts';

/** Takes so many steps of a millisecond and notes each, with the turn of the event loop that it is in. */
async function work(
  name: string,
  steps: number,
  { clock, turns, signal }: { clock: ManualClock; turns: Turns; signal?: AbortSignal },
): Promise<void> {
  const slicer = new TimeSlicer(clock, { sliceMs: 3, signal });
  for (let step = 0; step < steps; step += 1) {
    clock.advance(1);
    turns.note(name);
    await slicer.yieldIfDue();
  }
}

class Turns {
  readonly steps: string[][] = [[]];
  #isOver = false;

  constructor() {
    const count = (): void => {
      this.steps.push([]);
      if (!this.#isOver) setImmediate(count);
    };
    setImmediate(count);
  }

  note(name: string): void {
    this.steps.at(-1)?.push(name);
  }

  /** The steps of the turns in which there were any. */
  end(): readonly string[] {
    this.#isOver = true;
    return this.steps.filter((turn) => turn.length > 0).map((turn) => turn.join(''));
  }
}

describe('operations that share a turn of the event loop', () => {
  it('take one slice of it together, and are served one after the other', async () => {
    const [clock, turns] = [new ManualClock(), new Turns()];
    await nextTurn();
    const all = ['a', 'b', 'c'].map((name) => work(name, 7, { clock, turns }));
    await Promise.all(all);
    const taken = turns.end();
    // Each begins in the first turn, with at least a millisecond of it; from then on each has a slice when it is its turn.
    expect(taken[0]?.length).toBeLessThanOrEqual(5);
    expect(taken.slice(1, 4).toSorted()).toEqual(['aaa', 'bbb', 'ccc']);
    expect(taken.join('').split('').toSorted().join('')).toBe('aaaaaaabbbbbbbccccccc');
    expect(taken.slice(1).every((turn) => turn.length <= 3)).toBe(true);
  });

  it('leave the next that begins where one has ended no slice of its own', async () => {
    const [clock, turns] = [new ManualClock(), new Turns()];
    await nextTurn();
    for (let round = 0; round < 20; round += 1) await work('x', 4, { clock, turns });
    expect(Math.max(...turns.end().map((turn) => turn.length))).toBeLessThanOrEqual(4);
  });

  it('get nothing of a turn that has lasted two slices', async () => {
    const [clock, turns] = [new ManualClock(), new Turns()];
    await nextTurn();
    await Promise.all(
      Array.from({ length: 50 }, (_, at) => work(`${at % 10}`, 2, { clock, turns })),
    );
    const [first = '', ...others] = turns.end();
    // Each takes the step it begins with; nobody a second one once the turn has lasted two slices.
    expect(first.length).toBeLessThanOrEqual(52);
    expect(Math.max(...others.map((turn) => turn.length))).toBeLessThanOrEqual(4);
  });

  it('do not wait for their turn when they are cancelled', async () => {
    const [clock, turns, abort] = [new ManualClock(), new Turns(), new AbortController()];
    await nextTurn();
    const others = Array.from({ length: 20 }, () => work('o', 6, { clock, turns }));
    const cancelled = work('c', 6, { clock, turns, signal: abort.signal });
    abort.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'Cancelled' });
    expect(turns.steps.flat().filter((name) => name === 'o').length).toBeLessThan(30);
    await Promise.all(others);
  });
});
