import type { Command } from './command.ts';
import { type KeyPress, matchesChord } from './key-chord.ts';

/** Where a key was pressed. */
export interface KeyContext {
  readonly isMac: boolean;
  readonly isTyping: boolean;
}

/**
 * The one list of commands. Parts of the page register theirs while they are mounted; of two commands with one id
 * the later registration counts, so that the tab in front answers `query.run`.
 */
export class CommandRegistry {
  readonly #registrations: (readonly Command[])[] = [];
  readonly #listeners = new Set<() => void>();
  #list: readonly Command[] = [];

  /** Adds commands until the returned function is called. */
  register(commands: readonly Command[]): () => void {
    this.#registrations.push(commands);
    this.#changed();
    return () => {
      const at = this.#registrations.indexOf(commands);
      if (at < 0) return;
      this.#registrations.splice(at, 1);
      this.#changed();
    };
  }

  /** All commands, one per id, in order of first registration. The same array until something changes. */
  list(): readonly Command[] {
    return this.#list;
  }

  find(id: string): Command | undefined {
    return this.#list.find((command) => command.id === id);
  }

  /** Runs a command if it is there and enabled, and says whether it did. */
  run(id: string): boolean {
    const command = this.find(id);
    if (command === undefined || command.isEnabled?.() === false) return false;
    command.run();
    return true;
  }

  /** Runs the command that a key press means; true when there was one, and the event should go no further. */
  runKey(press: KeyPress, context: KeyContext): boolean {
    const isMeantNow = ({ hasKeysNow }: Command) => hasKeysNow?.() === true;
    const others = this.#list.filter(({ hasKeysNow }) => hasKeysNow === undefined);
    for (const command of [...this.#list.filter(isMeantNow), ...others]) {
      if (command.hasOwnKeys === true) continue;
      const isMeant = command.keys?.some(
        (chord) =>
          matchesChord(chord, press, context.isMac) && !(context.isTyping && chord.length === 1),
      );
      if (isMeant !== true) continue;
      if (this.run(command.id)) return true;
    }
    return false;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #changed(): void {
    const byId = new Map<string, Command>();
    for (const command of this.#registrations.flat()) byId.set(command.id, command);
    this.#list = [...byId.values()];
    for (const listener of this.#listeners) listener();
  }
}
