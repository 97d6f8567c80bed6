import { requireFunction } from './arguments.ts';

interface Listener<Event> {
  /** False once it was removed, also while an event is on its way to it. */
  isOn: boolean;
  readonly listener: (event: Event) => void;
}

/**
 * Delivers an event to its listeners in the order in which they were added. A listener that throws does not keep the
 * event from the others: its error is handed to `onListenerError`. Listeners added during a delivery get the next one.
 */
export class Emitter<Event> {
  /** Never changed in place: a delivery goes on with the list that it began with. */
  #listeners: readonly Listener<Event>[] = [];
  readonly #onListenerError: (error: unknown) => void;

  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError;
  }

  /** Adds a listener; the returned function removes it. */
  on(listener: (event: Event) => void): () => void {
    requireFunction(listener, 'A listener');
    const added = { isOn: true, listener };
    this.#listeners = [...this.#listeners, added];
    return () => {
      added.isOn = false;
      this.#listeners = this.#listeners.filter((other) => other !== added);
    };
  }

  /** True when somebody would hear of an event. */
  get hasListeners(): boolean {
    return this.#listeners.length > 0;
  }

  emit(event: Event): void {
    for (const each of this.#listeners) {
      if (!each.isOn) continue;
      try {
        each.listener(event);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }

  clear(): void {
    for (const listener of this.#listeners) listener.isOn = false;
    this.#listeners = [];
  }
}
