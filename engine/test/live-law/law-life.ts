/*
 * The life of a database during which histories are followed: in memory, on disk, or by a guest over the owner's socket,
 * whose owner goes away and comes back now and then.
 */
import { join } from 'node:path';
import { Aurora } from '../../aurora.ts';
import { Database } from '../../database.ts';
import { AuroraError } from '../../errors.ts';
import { SharedBackend } from '../../remote/shared-backend.ts';
import { compoundIndexes, everyType, everyTypeIndexed } from '../../testing/arbitraries.ts';
import type { Choices } from './law-choices.ts';

export interface Life {
  readonly kind: 'memory' | 'log' | 'guest';
  /** Whose commits are followed. */
  readonly owner: Database;
  /** Who follows them. */
  readonly follower: Database;
  /** True when the owner goes away and comes back during a history. */
  readonly canReconnect: boolean;
  /** The owner ends, and another one begins with what it left. */
  reconnect(): Promise<void>;
  end(): Promise<void>;
}

export async function beginLife(path: string, choices: Choices): Promise<Life> {
  const chance = choices.random();
  const kind = chance < 0.7 ? 'memory' : chance < 0.85 ? 'log' : 'guest';
  const open = () =>
    Aurora.open(kind === 'memory' ? { store: 'memory' } : { dbPath: path, durabilityMode: 'WAL' });
  let owner = await open();
  await owner.newCollection('plain', everyType);
  await owner.newCollection('indexed', everyTypeIndexed, { indexes: compoundIndexes });
  const guest = kind === 'guest' ? await openGuest(path) : undefined;
  return {
    kind,
    get owner() {
      return owner;
    },
    get follower() {
      return guest ?? owner;
    },
    canReconnect: guest !== undefined,
    async reconnect() {
      await owner.close();
      owner = await open();
    },
    async end() {
      await guest?.close();
      await owner.close();
    },
  };
}

/** A guest of an owner in this process, over its socket. */
async function openGuest(path: string): Promise<Database> {
  const backend = await SharedBackend.open({
    path,
    ...{ create: false, readOnly: false, guest: true, waitMsMax: 20_000 },
    openLocal: async () => {
      throw new AuroraError('DatabaseLocked', 'It is open in this process.');
    },
  });
  return new Database({ backend, readOnly: false });
}

export const folderOf = (folder: string, number: number): string => join(folder, `law-${number}`);
