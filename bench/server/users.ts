/* The documents that both services hold, and the requests that both are asked. */

export const userCount = 20_000;

export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly age: number;
  readonly city: string;
}

const cities = ['Berlin', 'Lyon', 'Oslo', 'Porto', 'Graz', 'Turin', 'Gent', 'Malmo'];

export function idOf(number: number): string {
  return `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

export function user(number: number): User {
  return {
    id: idOf(number),
    name: `User ${number}`,
    email: `user${number}@example.com`,
    age: (number * 7_919) % 80,
    city: cities[number % cities.length] ?? '',
  };
}
