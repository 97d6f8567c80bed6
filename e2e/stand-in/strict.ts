import { EventEmitter } from 'node:events';

/**
 * Wraps an object so that whatever it does not have throws by name, instead of being undefined. Without this a test
 * could pass on an API that Electron has and the stand-in only seems to have, or the other way round.
 */
export function strict<Members extends object>(name: string, members: Members): Members {
  return new Proxy(members, {
    get(target, key, receiver) {
      if (typeof key === 'symbol' || key in target || key === 'then') {
        return Reflect.get(target, key, receiver);
      }
      throw new Error(`The stand-in for Electron has no ${name}.${key}`);
    },
    set(target, key, value, receiver) {
      if (typeof key === 'string' && !(key in target)) {
        throw new Error(`The stand-in for Electron has no ${name}.${key} to set`);
      }
      return Reflect.set(target, key, value, receiver);
    },
  });
}

/** An emitter on which nobody can wait for an event that the stand-in never sends. */
export class KnownEvents extends EventEmitter {
  constructor(name: string, events: readonly string[]) {
    super();
    const known = new Set([...events, 'newListener', 'removeListener']);
    super.on('newListener', (event: string | symbol) => {
      if (typeof event === 'string' && !known.has(event)) {
        throw new Error(`The stand-in for Electron never sends "${event}" on ${name}`);
      }
    });
  }
}

/** Refuses options that the stand-in does not know, by name. */
export function refuseUnknown(name: string, given: object, known: readonly string[]): void {
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) {
      throw new Error(`The stand-in for Electron does not know the option "${key}" of ${name}`);
    }
  }
}
