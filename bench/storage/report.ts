/* Tables of what was measured, and whether it is what it has to be. */
import { type Measured, median, type Results } from './interleave.ts';

/** How fast the engine is beside a peer, and is to be. */
export interface Requirement {
  readonly ours: string;
  readonly peer: string;
  /** `faster`: so many times as fast, at least. `slower`: at most so many times the peer's time. */
  readonly kind: 'faster' | 'slower';
  /** What is asked for; without it the ratio is only told, and nothing is missed. */
  readonly bounds?: { readonly required: number; readonly goal: number };
}

/** Prints the times of a workload, and each requirement beside what was measured. True when all are met. */
export function report(
  title: string,
  results: Results,
  requirements: readonly Requirement[],
): boolean {
  write(`\n${title}\n`);
  row('', 'µs each', 'spread', 'settled µs', 'processor µs');
  for (const [name, rounds] of results) {
    const each = rounds.map((measured) => measured.each);
    row(
      name,
      figure(median(each)),
      `${figure(Math.min(...each))}–${figure(Math.max(...each))}`,
      figure(median(rounds.map(({ eachSettled }) => eachSettled))),
      figure(median(rounds.map(({ processorEach }) => processorEach))),
    );
  }
  return requirements.map((requirement) => judge(requirement, results)).every(Boolean);
}

function judge(requirement: Requirement, results: Results): boolean {
  const ours = results.get(requirement.ours);
  const peer = results.get(requirement.peer);
  if (ours === undefined || peer === undefined) return true;
  const { kind, bounds } = requirement;
  const settled = ratios(ours, peer, kind, ({ eachSettled }) => eachSettled);
  const processor = ratios(ours, peer, kind, ({ processorEach }) => processorEach);
  const burst = ratios(ours, peer, kind, ({ each }) => each);
  const ratio = median(settled);
  const verdict = verdictOf(requirement, ratio);
  const relation = kind === 'faster' ? 'times as fast as' : 'times the time of';
  const sign = kind === 'faster' ? '≥' : '≤';
  const asked =
    bounds === undefined
      ? ''
      : `; required ${sign} ${bounds.required}, goal ${sign} ${bounds.goal}`;
  write(
    `  ${verdict.padEnd(8)} ${requirement.ours}: ${ratio.toFixed(2)} ${relation} ${requirement.peer} ` +
      `(${Math.min(...settled).toFixed(2)}–${Math.max(...settled).toFixed(2)}; burst ${median(burst).toFixed(2)}; ` +
      `processor ${median(processor).toFixed(2)})${asked}\n`,
  );
  return verdict !== 'MISSED';
}

/** Round by round, so that both sides of a ratio met the same load. */
function ratios(
  ours: readonly Measured[],
  peer: readonly Measured[],
  kind: Requirement['kind'],
  of: (measured: Measured) => number,
): readonly number[] {
  return ours.map((measured, round) => {
    const other = peer[round];
    const ratio = of(measured) / (other === undefined ? Number.NaN : of(other));
    return kind === 'faster' ? 1 / ratio : ratio;
  });
}

function verdictOf({ kind, bounds }: Requirement, ratio: number): string {
  if (bounds === undefined) return 'told';
  const { required, goal } = bounds;
  const meets = (bound: number): boolean => (kind === 'faster' ? ratio >= bound : ratio <= bound);
  if (meets(goal)) return 'goal met';
  return meets(required) ? 'met' : 'MISSED';
}

function row(...cells: readonly string[]): void {
  const [first = '', ...rest] = cells;
  write(`  ${first.padEnd(34)}${rest.map((cell) => cell.padStart(18)).join('')}\n`);
}

export function write(text: string): void {
  process.stdout.write(text);
}

function figure(microseconds: number): string {
  return microseconds >= 100 ? microseconds.toFixed(0) : microseconds.toFixed(2);
}
