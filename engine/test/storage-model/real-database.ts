/*
 * A database on disk that can be crashed inside this process: what the operating system has of its files is copied, as
 * a killed process would leave it, and the copy is opened. The old one is closed afterwards and forgotten.
 */
import { randomFillSync } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { Database } from '../../database.ts';
import { LocalBackend } from '../../local-backend.ts';
import { OpenDatabases } from '../../open-databases.ts';
import { resolveOptions } from '../../options.ts';
import type { CommitPipeline } from '../../transactions/commit-pipeline.ts';
import { createIdGenerator } from '../../values/uuid.ts';
import { fastFolder } from '../durability/fast-folder.ts';
import type { PlainOptions } from '../durability/modes.ts';
import type { ModelDocument } from './model.ts';

interface Opened {
  readonly db: Database;
  readonly pipeline: CommitPipeline;
}

/** Names of collections besides `things` begin so. */
export const otherPrefix = 'other';

export class RealDatabase {
  readonly #options: PlainOptions;
  readonly #folder: string;
  #path: string;
  #opened: Opened;
  #crashCount = 0;

  private constructor(options: PlainOptions, folder: string, path: string, opened: Opened) {
    this.#options = options;
    this.#folder = folder;
    this.#path = path;
    this.#opened = opened;
  }

  static async create(options: PlainOptions): Promise<RealDatabase> {
    const folder = mkdtempSync(join(fastFolder(), 'aurora-model-'));
    const path = join(folder, 'first.db');
    const opened = await open(path, options);
    const { db } = opened;
    await db.newCollection(
      'things',
      {
        code: { type: 'String', nullable: true, unique: true },
        color: { type: 'String', nullable: true, indexed: true },
        count: { type: 'Int' },
        tags: { type: ['String'], nullable: true, indexed: true },
      },
      { open: true },
    );
    return new RealDatabase(options, folder, path, opened);
  }

  get db(): Database {
    return this.#opened.db;
  }

  get pipeline(): CommitPipeline {
    return this.#opened.pipeline;
  }

  async reopen(): Promise<void> {
    await this.db.close();
    this.#opened = await open(this.#path, this.#options);
  }

  /** Everything that was not handed to the operating system is lost. */
  async crash(): Promise<void> {
    this.#crashCount += 1;
    const copy = join(this.#folder, `after-crash-${this.#crashCount}.db`);
    copyAsKilled(this.#path, copy);
    const dead = this.#path;
    await this.db.close();
    rmSync(dead, { recursive: true });
    this.#path = copy;
    this.#opened = await open(copy, this.#options);
  }

  async documents(): Promise<readonly ModelDocument[]> {
    const documents = await this.db.query('things').collect();
    return documents.map(toModel);
  }

  /** Closes and removes it. */
  async end(): Promise<void> {
    await this.db.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A document as the model has it. */
export function toModel(document: { readonly [field: string]: unknown }): ModelDocument {
  const { id, code = null, color = null, count, tags = null, extra } = document;
  const given = { id, code, color, count, tags, ...(extra === undefined ? {} : { extra }) };
  // Fields have the types that the collection's definition promises; a wrong one differs from the model.
  return given as ModelDocument;
}

async function open(dbPath: string, options: PlainOptions): Promise<Opened> {
  const newId = createIdGenerator(systemClock, randomFillSync);
  const hold = await new OpenDatabases().hold(resolveOptions({ ...options, dbPath }), newId);
  const backend = new LocalBackend({
    hold,
    clock: systemClock,
    newId,
    readOnly: false,
    auditLog: () => undefined,
  });
  return { db: new Database({ backend, readOnly: false }), pipeline: hold.pipeline };
}

/** The lock stays behind: its process is this one, which lives. */
function copyAsKilled(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.name.includes('lock')) continue;
    if (entry.isDirectory()) copyAsKilled(join(from, entry.name), join(to, entry.name));
    else if (entry.isFile()) copyFileSync(join(from, entry.name), join(to, entry.name));
  }
}
