/* Random numbers that are the same in every run. */

/** Numbers in [0, 1) from a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Numbers below `count`, of which some are asked for often, as YCSB draws them (theta 0.99), spread over the range. */
export function zipf(count: number, random: () => number, theta = 0.99): () => number {
  const zeta = (upTo: number): number => {
    let sum = 0;
    for (let rank = 1; rank <= upTo; rank += 1) sum += 1 / rank ** theta;
    return sum;
  };
  const total = zeta(count);
  const alpha = 1 / (1 - theta);
  const eta = (1 - (2 / count) ** (1 - theta)) / (1 - zeta(2) / total);
  const rankOf = (): number => {
    const u = random();
    const scaled = u * total;
    if (scaled < 1) return 0;
    if (scaled < 1 + 0.5 ** theta) return 1;
    return Math.min(count - 1, Math.floor(count * (eta * u - eta + 1) ** alpha));
  };
  return () => (Math.imul(rankOf() + 1, 2_654_435_761) >>> 0) % count;
}
