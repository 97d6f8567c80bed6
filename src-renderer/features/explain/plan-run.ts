/*
 * The plan of one tab: explained or measured, and what indexes were worth that were tried with it. It belongs to a text
 * with its variables; when the same text is measured again and goes another way, what it took before stays beside it.
 */
import {
  type Params,
  type PlanInfo,
  type SuggestedIndex,
  type TriedIndex,
  WireError,
  type WireValue,
} from '#contract';

export interface PlanRequest {
  readonly text: string;
  readonly variables: { readonly [name: string]: WireValue };
  /** Where the text stands in the document. */
  readonly offset: number;
}

export type TrialState =
  | { readonly kind: 'trying' }
  | { readonly kind: 'tried'; readonly trial: TriedIndex }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface PlanSnapshot {
  readonly state: 'none' | 'working' | 'explained' | 'failed' | 'cancelled';
  readonly request?: PlanRequest;
  /** That of the request; kept while it is measured. */
  readonly plan?: PlanInfo;
  readonly error?: unknown;
  /** What the text took before, when it went another way then. */
  readonly before?: { readonly elapsedMs: number; readonly plan: string };
  /** By `indexKey`. */
  readonly trials: ReadonlyMap<string, TrialState>;
}

type Asked = Pick<Params<'query.explain'>, 'text' | 'variables' | 'analyze' | 'tryIndex'>;
export type PlanSource = (asked: Asked, signal: AbortSignal) => Promise<PlanInfo>;

const none: PlanSnapshot = { state: 'none', trials: new Map() };

export class PlanRun {
  readonly #source: PlanSource;
  readonly #listeners = new Set<() => void>();
  #snapshot = none;
  #abort = new AbortController();

  constructor(source: PlanSource) {
    this.#source = source;
  }

  /** The same object until something changes. */
  snapshot(): PlanSnapshot {
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks for the plan of a text; `analyze` runs it. What is under way is cancelled. */
  async explain(request: PlanRequest, { analyze }: { readonly analyze: boolean }): Promise<void> {
    const signal = this.#begin();
    const old = this.#snapshot;
    const isSame = old.request !== undefined && isSameRequest(old.request, request);
    const kept = isSame ? old : none;
    this.#set({ ...withoutError(kept), state: 'working', request });
    try {
      const { text, variables } = request;
      const plan = await this.#source({ text, variables, analyze }, signal);
      if (signal.aborted) return;
      const before = beforeOf(kept, plan);
      this.#set({ ...this.#snapshot, ...before, state: 'explained', plan });
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  /** Measures what an index would be worth to the text. */
  async tryIndex({ collection, fields }: SuggestedIndex): Promise<void> {
    const { request } = this.#snapshot;
    if (request === undefined) return;
    const signal = this.#begin();
    const key = indexKey({ collection, fields });
    this.#setTrial(key, { kind: 'trying' });
    try {
      const { text, variables } = request;
      const asked = { text, variables, tryIndex: { collection, fields } };
      const { trial } = await this.#source(asked, signal);
      if (!signal.aborted && trial !== undefined) this.#setTrial(key, { kind: 'tried', trial });
    } catch (error) {
      if (signal.aborted) return;
      this.#setTrial(key, isCancelled(error) ? undefined : { kind: 'failed', error });
    }
  }

  /** Ends what is under way; what was there before stays. */
  cancel(): void {
    this.#abort.abort();
    this.#dropTrying();
    if (this.#snapshot.state === 'working') this.#set({ ...this.#snapshot, state: 'cancelled' });
  }

  dispose(): void {
    this.#abort.abort();
    this.#listeners.clear();
  }

  #begin(): AbortSignal {
    this.#abort.abort();
    this.#dropTrying();
    this.#abort = new AbortController();
    return this.#abort.signal;
  }

  #dropTrying(): void {
    const trials = [...this.#snapshot.trials].filter(([, { kind }]) => kind !== 'trying');
    if (trials.length < this.#snapshot.trials.size) {
      this.#set({ ...this.#snapshot, trials: new Map(trials) });
    }
  }

  #setTrial(key: string, state: TrialState | undefined): void {
    const trials = new Map(this.#snapshot.trials);
    if (state === undefined) trials.delete(key);
    else trials.set(key, state);
    this.#set({ ...this.#snapshot, trials });
  }

  #fail(error: unknown): void {
    if (isCancelled(error)) this.#set({ ...this.#snapshot, state: 'cancelled' });
    else this.#set({ ...this.#snapshot, state: 'failed', error });
  }

  #set(snapshot: PlanSnapshot): void {
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }
}

/** Planning and running all roots; `undefined` when they were not run. */
export function measuredMs({ roots, planningMs }: PlanInfo): number | undefined {
  let sum = planningMs;
  for (const { actual } of roots) {
    if (actual === undefined) return undefined;
    sum += actual.elapsedMs;
  }
  return sum;
}

export function indexKey({
  collection,
  fields,
}: Pick<SuggestedIndex, 'collection' | 'fields'>): string {
  return `${collection} (${fields.join(', ')})`;
}

function planOf({ roots }: PlanInfo): string {
  return roots.map(({ plan }) => plan).join('; ');
}

function beforeOf({ plan: old, before }: PlanSnapshot, plan: PlanInfo) {
  const elapsedMs = old && measuredMs(old);
  if (old === undefined || elapsedMs === undefined || measuredMs(plan) === undefined) return {};
  if (planOf(old) === planOf(plan)) return before === undefined ? {} : { before };
  return { before: { elapsedMs, plan: planOf(old) } };
}

function withoutError({ error: _, ...rest }: PlanSnapshot): PlanSnapshot {
  return rest;
}

function isSameRequest(left: PlanRequest, right: PlanRequest): boolean {
  return (
    left.text === right.text && JSON.stringify(left.variables) === JSON.stringify(right.variables)
  );
}

function isCancelled(error: unknown): boolean {
  return error instanceof WireError && error.code === 'Cancelled';
}
