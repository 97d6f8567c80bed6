import type { FieldInfo } from '#contract';

/** What a field of an open collection is that its definition does not name. */
export function undeclaredField(name: string): FieldInfo {
  const type = { kind: 'scalar', name: 'Any' } as const;
  return { name, type, nullable: true, unique: false, indexed: false };
}
