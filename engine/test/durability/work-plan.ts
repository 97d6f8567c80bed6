/*
 * What the callers of the durability suites write. Each caller makes its own steps, one after the other; step N follows
 * from the seed, the caller and N alone, so whoever knows the seed knows what a database must hold after any number of
 * steps of each caller. A caller changes only documents of its own, besides accounts, on which all callers add up.
 *
 * Every step is one commit, and no two moments of one caller look alike: every fourth step counts the caller's own
 * account up, and documents are deleted only when they are older than the last such step.
 */
import type { JsonValue } from '#engine/aql';
import { below, randomFrom } from './seeded-random.ts';

export interface WorkDocument {
  readonly id: string;
  readonly caller: number;
  readonly number: number;
  readonly version: number;
  readonly code: string;
  readonly group: number;
  readonly text: string;
  readonly tags: readonly string[];
  /** Fields that only this document has, so that a new record structure is stored. */
  readonly [field: string]: JsonValue;
}

export type WorkStep =
  | { readonly kind: 'insert'; readonly document: WorkDocument }
  | { readonly kind: 'bulk'; readonly documents: readonly WorkDocument[] }
  | {
      readonly kind: 'update';
      readonly id: string;
      readonly changes: { readonly [field: string]: JsonValue };
    }
  | { readonly kind: 'delete'; readonly id: string }
  | { readonly kind: 'deleteGroup'; readonly group: number; readonly ids: readonly string[] }
  | { readonly kind: 'increment'; readonly accounts: readonly string[] }
  | {
      readonly kind: 'transfer';
      readonly from: string;
      readonly to: string;
      readonly amount: number;
      readonly document: WorkDocument;
    };

const sharedAccountCount = 4;

/** The account that only one caller counts up. */
export function ownAccount(caller: number): string {
  return idOf(0xacc, caller, 1);
}

/** Every account of so many callers. */
export function allAccounts(callerCount: number): readonly string[] {
  const shared = Array.from({ length: sharedAccountCount }, (_, index) => sharedAccount(index));
  return [...shared, ...Array.from({ length: callerCount }, (_, caller) => ownAccount(caller))];
}

function sharedAccount(index: number): string {
  return idOf(0xacc, index, 0);
}

/** The steps of one caller, and what they have made so far. */
export class CallerPlan {
  readonly #seed: number;
  readonly #caller: number;
  readonly #documents = new Map<string, WorkDocument>();
  readonly #balances = new Map<string, number>();
  #number = 0;

  constructor(seed: number, caller: number) {
    this.#seed = seed;
    this.#caller = caller;
  }

  /** Steps made so far. */
  get stepCount(): number {
    return this.#number;
  }

  /** The caller's documents after the steps made so far, by id. */
  get documents(): ReadonlyMap<string, WorkDocument> {
    return this.#documents;
  }

  /** What the caller's steps have added to each account. */
  get balances(): ReadonlyMap<string, number> {
    return this.#balances;
  }

  /** Makes one step. */
  next(): WorkStep {
    this.#number += 1;
    const random = randomFrom(this.#seed * 31 + this.#caller * 1_000_003 + this.#number * 7919);
    const step = this.#choose(random);
    for (const document of insertedBy(step)) this.#documents.set(document.id, document);
    for (const id of deletedBy(step)) this.#documents.delete(id);
    if (step.kind === 'update') {
      const before = this.#documents.get(step.id);
      if (before !== undefined) this.#documents.set(step.id, { ...before, ...step.changes });
    }
    for (const [account, amount] of addedBy(step)) {
      this.#balances.set(account, (this.#balances.get(account) ?? 0) + amount);
    }
    return step;
  }

  #choose(random: () => number): WorkStep {
    if (this.#number % 4 === 0) {
      const accounts = [ownAccount(this.#caller), sharedAccount(below(random, sharedAccountCount))];
      return { kind: 'increment', accounts };
    }
    const settled = this.#number - (this.#number % 4);
    const old = [...this.#documents.values()].filter(({ number }) => number < settled);
    const victim = old[below(random, old.length)];
    const lot = random();
    if (victim !== undefined && lot < 0.15) return { kind: 'delete', id: victim.id };
    if (victim !== undefined && lot < 0.2) return this.#deleteGroup(victim);
    if (victim !== undefined && lot < 0.45) {
      const changes = { version: this.#number, text: textOf(random), ...this.#newFields(random) };
      return { kind: 'update', id: victim.id, changes };
    }
    if (lot < 0.6) {
      const count = 2 + below(random, 12);
      const documents = Array.from({ length: count }, (_, index) => this.#document(random, index));
      return { kind: 'bulk', documents };
    }
    if (lot < 0.8) {
      const from = below(random, sharedAccountCount);
      const to = (from + 1 + below(random, sharedAccountCount - 1)) % sharedAccountCount;
      return {
        kind: 'transfer',
        from: sharedAccount(from),
        to: sharedAccount(to),
        amount: 1 + below(random, 100),
        document: this.#document(random, 0),
      };
    }
    return { kind: 'insert', document: this.#document(random, 0) };
  }

  #deleteGroup({ group }: WorkDocument): WorkStep {
    const members = [...this.#documents.values()].filter((document) => document.group === group);
    return { kind: 'deleteGroup', group, ids: members.map(({ id }) => id) };
  }

  #document(random: () => number, index: number): WorkDocument {
    const number = this.#number;
    const caller = this.#caller;
    return {
      id: idOf(caller, number, index),
      caller,
      number,
      version: number,
      code: `${caller}-${number}-${index}`,
      group: caller * 1_000_000 + number,
      text: textOf(random),
      tags: [`caller ${caller}`, `color ${below(random, 5)}`],
      ...this.#newFields(random),
    };
  }

  #newFields(random: () => number): { readonly [field: string]: JsonValue } {
    if (random() > 0.3) return {};
    const name = `field_${this.#caller}_${this.#number}`;
    return random() < 0.5 ? { [name]: this.#number } : { [name]: 'new', [`${name}b`]: [1, null] };
  }
}

/** Documents that a step inserts. */
function insertedBy(step: WorkStep): readonly WorkDocument[] {
  switch (step.kind) {
    case 'insert':
    case 'transfer':
      return [step.document];
    case 'bulk':
      return step.documents;
    default:
      return [];
  }
}

/** Ids of documents that a step changes in any way. */
export function touchedBy(step: WorkStep): readonly string[] {
  const changed = step.kind === 'update' ? [step.id] : [];
  return [...insertedBy(step).map(({ id }) => id), ...deletedBy(step), ...changed];
}

function deletedBy(step: WorkStep): readonly string[] {
  if (step.kind === 'delete') return [step.id];
  return step.kind === 'deleteGroup' ? step.ids : [];
}

function addedBy(step: WorkStep): readonly (readonly [string, number])[] {
  if (step.kind === 'increment') return step.accounts.map((account) => [account, 1]);
  if (step.kind !== 'transfer') return [];
  return [
    [step.from, -step.amount],
    [step.to, step.amount],
  ];
}

/** Mostly short; now and then longer than a page. */
function textOf(random: () => number): string {
  const length = random() < 0.05 ? 3_000 + below(random, 9_000) : below(random, 120);
  return String.fromCharCode(97 + below(random, 26)).repeat(length);
}

function idOf(caller: number, number: number, index: number): string {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  return `018f0000-0000-7000-8000-${hex(caller, 3)}${hex(number, 6)}${hex(index, 3)}`;
}
