/** Throws when a condition that the engine's own code guarantees does not hold. The message states the broken invariant. */
export function assert(condition: unknown, invariant: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${invariant}`);
}

/** Marks a branch that the types rule out; used as the default of exhaustive switches. */
export function unreachable(value: never): never {
  throw new Error(`Broken invariant: unexpected variant ${JSON.stringify(value)}`);
}
