/**
 * Delivers an event to its listeners in the order in which they were added. A listener that throws does not keep the
 * event from the others: its error is handed to `onListenerError`. Listeners added during a delivery get the next one.
 */
export class Emitter<Event> {
  readonly #listeners = new Map<symbol, (event: Event) => void>();
  readonly #onListenerError: (error: unknown) => void;

  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError;
  }

  /** Adds a listener; the returned function removes it. */
  on(listener: (event: Event) => void): () => void {
    const key = Symbol('listener');
    this.#listeners.set(key, listener);
    return () => {
      this.#listeners.delete(key);
    };
  }

  /** True when somebody would hear of an event. */
  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  emit(event: Event): void {
    for (const [key, listener] of [...this.#listeners]) {
      if (!this.#listeners.has(key)) continue;
      try {
        listener(event);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
