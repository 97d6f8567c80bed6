/* Documents of the query workloads, made from their number; fields do not depend on each other. */
import type { User } from '../storage/users.ts';

export type Person = User;

export const roles = ['admin', 'editor', 'viewer', 'guest', 'owner'];

/** A number from 0 to 1 that depends on nothing but `n` and `field`. */
function chance(n: number, field: number): number {
  let mixed = Math.imul(n ^ (field * 0x9e3779b9), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}

export function personOf(n: number): Person {
  const word = Math.floor(chance(n, 6) * 36 ** 5).toString(36);
  return {
    id: `0190a1b2-0000-7000-8000-${n.toString(16).padStart(12, '0')}`,
    name: `Person ${n}`,
    email: `person${n}@example.com`,
    city: `City ${Math.floor(chance(n, 1) * 200)}`,
    role: roles[Math.floor(chance(n, 2) * roles.length)] ?? 'guest',
    age: 18 + Math.floor(chance(n, 3) * 60),
    score: chance(n, 4),
    active: chance(n, 5) < 0.5,
    bio: `${word} writes about ${word.slice(2)} and more of the same, every day of the week`,
    joined: 1_500_000_000_000 + n * 60_000,
    tags: [`tag${n % 7}`, `tag${n % 11}`],
  };
}
