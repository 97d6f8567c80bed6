import type { JobSeries, JobSpan } from '#contract';

/*
 * Attempts over time, at three grains: each is a ring of spans that is turned as time goes by. Durations are kept as a
 * histogram over powers of the square root of two, so that a percentile is right to within a fifth, whatever comes.
 */

const grains = [
  { stepMs: 5_000, count: 60 },
  { stepMs: 60_000, count: 60 },
  { stepMs: 1_440_000, count: 60 },
] as const;

/** The longest time that the series reach back. */
export const seriesMsMax = 24 * 60 * 60_000;

interface Span {
  /** Number of its step since 1970. */
  step: number;
  completed: number;
  failed: number;
  readonly run: Durations;
  readonly wait: Durations;
  readonly age: Durations;
}

interface Ring {
  readonly stepMs: number;
  readonly spans: Span[];
}

export interface EndedRun {
  readonly at: number;
  readonly isFailed: boolean;
  readonly elapsedMs: number;
}

export class JobTimes {
  readonly #rings: readonly Ring[] = grains.map(({ stepMs, count }) => ({
    stepMs,
    spans: Array.from({ length: count }, () => newSpan()),
  }));

  ended({ at, isFailed, elapsedMs }: EndedRun): void {
    for (const ring of this.#rings) {
      const span = spanAt(ring, at);
      if (span === undefined) continue;
      if (isFailed) span.failed += 1;
      else span.completed += 1;
      span.run.add(elapsedMs);
    }
  }

  started(at: number, waitMs: number): void {
    for (const ring of this.#rings) spanAt(ring, at)?.wait.add(waitMs);
  }

  /** A job ended for good, so long after it was enqueued. */
  jobEnded(at: number, ageMs: number): void {
    for (const ring of this.#rings) spanAt(ring, at)?.age.add(ageMs);
  }

  /** Every grain up to a moment. */
  series(now: number): readonly JobSeries[] {
    return this.#rings.map((ring) => ({ stepMs: ring.stepMs, spans: spansOf(ring, now) }));
  }
}

function spansOf({ stepMs, spans }: Ring, now: number): readonly JobSpan[] {
  const last = Math.floor(now / stepMs);
  return spans.map((_, index): JobSpan => {
    const step = last - spans.length + 1 + index;
    const found = spans[step % spans.length];
    const span = found?.step === step ? found : undefined;
    return {
      at: step * stepMs,
      completed: span?.completed ?? 0,
      failed: span?.failed ?? 0,
      runMsP50: span?.run.percentile(0.5) ?? null,
      runMsP95: span?.run.percentile(0.95) ?? null,
      waitMsP50: span?.wait.percentile(0.5) ?? null,
      waitMsP95: span?.wait.percentile(0.95) ?? null,
      ageMsP50: span?.age.percentile(0.5) ?? null,
      ageMsP95: span?.age.percentile(0.95) ?? null,
    };
  });
}

/** The span of a moment; `undefined` when its place is taken by a later one. */
function spanAt({ stepMs, spans }: Ring, at: number): Span | undefined {
  const step = Math.floor(at / stepMs);
  const span = spans[step % spans.length];
  if (span === undefined || span.step > step) return undefined;
  if (span.step < step) {
    span.step = step;
    span.completed = 0;
    span.failed = 0;
    span.run.clear();
    span.wait.clear();
    span.age.clear();
  }
  return span;
}

function newSpan(): Span {
  return {
    step: -1,
    completed: 0,
    failed: 0,
    run: new Durations(),
    wait: new Durations(),
    age: new Durations(),
  };
}

class Durations {
  readonly #counts: number[] = [];
  #count = 0;

  add(ms: number): void {
    const place = ms < 1 ? 0 : 1 + Math.floor(2 * Math.log2(ms));
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.#count += 1;
  }

  clear(): void {
    this.#counts.length = 0;
    this.#count = 0;
  }

  /** Null when there are none. */
  percentile(share: number): number | null {
    if (this.#count === 0) return null;
    let left = Math.ceil(this.#count * share);
    for (const [place, count] of this.#counts.entries()) {
      left -= count ?? 0;
      if (left <= 0) return place === 0 ? 0 : Math.round(2 ** ((place - 0.5) / 2));
    }
    return null;
  }
}
