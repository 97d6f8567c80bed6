import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';
import type { Command } from './command.ts';
import type { CommandRegistry } from './command-registry.ts';

const CommandContext = createContext<CommandRegistry | null>(null);

export const CommandProvider = CommandContext.Provider;

/** The registry of this page. */
export function useCommandRegistry(): CommandRegistry {
  const registry = useContext(CommandContext);
  if (registry === null) throw new Error('useCommandRegistry needs a CommandProvider above it');
  return registry;
}

/** All commands of the page, current. */
export function useCommandList(): readonly Command[] {
  const registry = useCommandRegistry();
  return useSyncExternalStore(
    (listener) => registry.subscribe(listener),
    () => registry.list(),
  );
}

/** Registers commands while the component is mounted. The list must be memoised by the caller. */
export function useCommands(commands: readonly Command[]): void {
  const registry = useCommandRegistry();
  useEffect(() => registry.register(commands), [registry, commands]);
}
