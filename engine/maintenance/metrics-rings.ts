/*
 * Spans at several grains, each a ring that turns as time goes by. Whatever is told goes into all of them. What is
 * written down is each moment once, at the finest grain that still has it:
 *
 *   2 h ────────────────────────────┤ 15 min ──────────────┤ 1 min ──────────▶ now
 *
 * The places where one grain follows on another are whole spans of the coarser one, so that nothing counts twice.
 */
import { type MetricsSpan, SpanTally } from './metrics-span.ts';

const minuteMs = 60_000;
/** Longer than what is kept of a grain, with a span of the next one on either side. */
const ringLength = 220;
/** The finest is for who looks on, and is not written down. */
const grains = [5_000, minuteMs, 15 * minuteMs, 120 * minuteMs] as const;
/** Minutes are written down for so long, and quarters of an hour. */
const finestKeptMs = [0, 180 * minuteMs, 48 * 60 * minuteMs] as const;

export interface MetricsSeries {
  readonly stepMs: number;
  /** The oldest first, without those of which nothing is known; the last one is under way. */
  readonly spans: readonly MetricsSpan[];
}

export interface KeptSpan {
  readonly stepMs: number;
  readonly tally: SpanTally;
}

export class MetricsRings {
  readonly #rings = grains.map((stepMs) => ({ stepMs, tallies: [] as SpanTally[] }));

  /** The spans of a moment, to be added to. */
  at(now: number): readonly SpanTally[] {
    return this.#rings.map(({ stepMs, tallies }) => tallyAt(tallies, stepMs, now)).filter(isThere);
  }

  /** Takes in what was written down: into its own grain, and the coarser ones. */
  restore({ stepMs, tally }: KeptSpan): void {
    for (const ring of this.#rings) {
      if (ring.stepMs >= stepMs) tallyAt(ring.tallies, ring.stepMs, tally.at)?.add(tally);
    }
  }

  series(): readonly MetricsSeries[] {
    return this.#rings.map(({ stepMs, tallies }) => ({
      stepMs,
      spans: inOrder(tallies).map((tally) => tally.span()),
    }));
  }

  /** The span of a minute that is over. */
  minuteBefore(now: number): KeptSpan | undefined {
    const at = (Math.floor(now / minuteMs) - 1) * minuteMs;
    const tally = this.#rings[1]?.tallies.find((each) => each?.at === at);
    return tally?.isKnown === true ? { stepMs: minuteMs, tally } : undefined;
  }

  /** Everything before a moment that is worth to be written down, each moment once. */
  kept(now: number, before: number): readonly KeptSpan[] {
    const found: KeptSpan[] = [];
    let until = Number.POSITIVE_INFINITY;
    for (const [grain, { stepMs, tallies }] of this.#rings.entries()) {
      if (grain === 0) continue;
      const coarser = grains[grain + 1];
      const from =
        coarser === undefined
          ? 0
          : Math.floor((Math.min(until, now) - (finestKeptMs[grain] ?? 0)) / coarser) * coarser;
      for (const tally of inOrder(tallies)) {
        if (tally.at >= from && tally.at < until && tally.at < before)
          found.push({ stepMs, tally });
      }
      until = from;
    }
    return found.sort((one, other) => one.tally.at - other.tally.at);
  }
}

function tallyAt(
  tallies: (SpanTally | undefined)[],
  stepMs: number,
  now: number,
): SpanTally | undefined {
  const step = Math.floor(now / stepMs);
  const present = tallies[step % ringLength];
  if (present !== undefined && present.at > step * stepMs) return undefined;
  if (present?.at === step * stepMs) return present;
  const tally = new SpanTally(step * stepMs);
  tallies[step % ringLength] = tally;
  return tally;
}

function inOrder(tallies: readonly (SpanTally | undefined)[]): readonly SpanTally[] {
  return tallies
    .filter(isThere)
    .filter(({ isKnown }) => isKnown)
    .sort((one, other) => one.at - other.at);
}

function isThere(tally: SpanTally | undefined): tally is SpanTally {
  return tally !== undefined;
}
