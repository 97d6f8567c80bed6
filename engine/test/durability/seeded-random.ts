/** A small random generator (mulberry32), so that a printed seed repeats a run. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}

/** A whole number from 0 to below `count`. */
export function below(random: () => number, count: number): number {
  return Math.floor(random() * count);
}

/** The seed that the environment gives, or one from the clock; to be printed. */
export function chooseSeed(variable: string): number {
  const given = process.env[variable];
  return given === undefined ? Date.now() % 1_000_000_007 : Number(given);
}
