import type { Params, Result } from '#contract';

/*
 * Stands between a person and a write: asks the host what the write would touch, shows it, and lets it run only when
 * the person says so. One question at a time; a new one takes the place of the old, which counts as refused.
 */

export type Previews = Result<'query.preview'>;
export type PreviewParams = Params<'query.preview'>;
export type PreviewSource = (params: PreviewParams, signal: AbortSignal) => Promise<Previews>;

export type GuardState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'looking' }
  | { readonly kind: 'asking'; readonly previews: Previews }
  /** What the write touches could not be found out; nothing has run. */
  | { readonly kind: 'failed'; readonly error: unknown };

/** What came of a question: the run is refused, or may start and takes the preview's token with it. */
export type Admission =
  | { readonly isAllowed: false }
  | { readonly isAllowed: true; readonly previewToken?: string };

const refused: Admission = { isAllowed: false };
const idle: GuardState = { kind: 'idle' };

export class WriteGuard {
  readonly #source: PreviewSource;
  readonly #listeners = new Set<() => void>();
  #state: GuardState = idle;
  #answer: ((admission: Admission) => void) | undefined;
  #abort: AbortController | undefined;

  constructor(source: PreviewSource) {
    this.#source = source;
  }

  /** The same object until something changes. */
  state(): GuardState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Lets a text run that needs no confirmation, and asks the person about any other. */
  async ask(params: PreviewParams): Promise<Admission> {
    this.answer(false);
    const abort = new AbortController();
    this.#abort = abort;
    this.#set({ kind: 'looking' });
    try {
      const previews = await this.#source(params, abort.signal);
      if (abort.signal.aborted) return refused;
      if (previews.confirmation === 'none') {
        this.#set(idle);
        return admissionOf(previews);
      }
      this.#set({ kind: 'asking', previews });
    } catch (error) {
      if (abort.signal.aborted) return refused;
      this.#set({ kind: 'failed', error });
    }
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  /** The person's answer. What failed cannot be confirmed. */
  answer(isConfirmed: boolean): void {
    this.#abort?.abort();
    const answer = this.#answer;
    this.#answer = undefined;
    const state = this.#state;
    if (state.kind !== 'idle') this.#set(idle);
    answer?.(isConfirmed && state.kind === 'asking' ? admissionOf(state.previews) : refused);
  }

  #set(state: GuardState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function admissionOf({ token }: Previews): Admission {
  return token === undefined ? { isAllowed: true } : { isAllowed: true, previewToken: token };
}
