/*
 * What one guest has open at its owner: results that it pulls, and documents that it sent ahead for an insert. All of
 * it is bounded and ends with the guest's connection.
 */
import { WireError } from '#contract';
import type { JsonValue } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import type { Run, RunProgress } from '../exec/run-part.ts';
import { limits } from '../limits.ts';
import type { WireValueStart } from './guest-protocol.ts';
import { roughBytes, type ValuePart, ValueSender } from './value-parts.ts';
import { toWirePart, type WirePart } from './wire-run.ts';

type JsonObject = { readonly [field: string]: JsonValue };

interface OpenRun {
  readonly kind: 'run';
  readonly run: Run;
  readonly abort: AbortController;
  usedAt: number;
}

interface OpenValue {
  readonly kind: 'value';
  readonly sender: ValueSender;
  usedAt: number;
}

export class GuestCursors {
  readonly #cursors = new Map<number, OpenRun | OpenValue>();
  readonly #staged = new Map<number, JsonObject[]>();
  readonly #refused = new Set<number>();
  #stagedBytes = 0;
  #lastCursor = 0;

  get openCount(): number {
    return this.#cursors.size + this.#staged.size;
  }

  openRun(run: Run, abort: AbortController): number {
    return this.#add({ kind: 'run', run, abort, usedAt: performance.now() });
  }

  /** A value, whole or with a cursor for the rest of it. */
  openValue(value: JsonValue): WireValueStart {
    const sender = new ValueSender(value);
    const start = { value: sender.skeleton, parts: sender.next() };
    if (sender.isDone) return start;
    return { ...start, cursor: this.#add({ kind: 'value', sender, usedAt: performance.now() }) };
  }

  nextOfValue(cursor: number): { readonly parts: readonly ValuePart[]; readonly done: boolean } {
    const open = this.#get(cursor, 'value');
    const parts = open.sender.next();
    if (open.sender.isDone) this.#cursors.delete(cursor);
    return { parts, done: open.sender.isDone };
  }

  /**
   * Pulls on a run until there are `rowsMax` rows, a message's bytes, or a pull's time. How large documents are is
   * found out on the way: the first pull asks for one row, the next ones for what should fit.
   */
  async nextOfRun(
    cursor: number,
    rowsMax: number,
  ): Promise<{
    readonly parts: readonly WirePart[];
    readonly done: boolean;
    readonly progress?: RunProgress;
  }> {
    const open = this.#get(cursor, 'run');
    const startedAt = performance.now();
    const parts: WirePart[] = [];
    let rows = 0;
    let bytes = 0;
    for (let wanted = 1; ; ) {
      const pulled = await open.run.next(wanted);
      open.usedAt = performance.now();
      for (const part of pulled.parts) {
        parts.push(toWirePart(part));
        bytes += roughBytes(part.kind === 'rows' ? part.columns : part);
        if (part.kind === 'rows') rows += part.rowCount;
      }
      const isFull = rows >= rowsMax || bytes >= limits.remoteBatchBytesMax;
      if (pulled.done || isFull || open.usedAt - startedAt >= limits.pullMsMax) {
        const { done, progress } = pulled;
        return { parts, done, ...(progress === undefined ? {} : { progress }) };
      }
      const fitting = Math.floor(
        (limits.remoteBatchBytesMax - bytes) / Math.max(8, bytes / Math.max(1, rows)),
      );
      wanted = Math.max(1, Math.min(rowsMax - rows, fitting, wanted * 16));
    }
  }

  cancelRun(cursor: number, reason: AuroraError): void {
    const open = this.#cursors.get(cursor);
    if (open?.kind === 'run') open.abort.abort(reason);
  }

  async close(cursor: number): Promise<void> {
    const open = this.#cursors.get(cursor);
    this.#cursors.delete(cursor);
    if (open?.kind === 'run') await open.run.close();
  }

  /** @throws AuroraError `LimitExceeded` */
  stage(staging: number, documents: readonly JsonObject[]): void {
    if (this.#refused.has(staging)) throw tooMuch();
    const staged = this.#staged.get(staging) ?? [];
    const bytes = roughBytes(documents);
    const { commitChangesMax, remoteStagedBytesMax, guestCursorsMax } = limits;
    const isTooMuch =
      staged.length + documents.length > commitChangesMax ||
      this.#stagedBytes + bytes > remoteStagedBytesMax ||
      this.#staged.size >= guestCursorsMax;
    if (isTooMuch) {
      this.unstage(staging);
      // What comes for it later must not pass for the whole.
      this.#refused.add(staging);
      throw tooMuch();
    }
    for (const document of documents) staged.push(document);
    this.#staged.set(staging, staged);
    this.#stagedBytes += bytes;
  }

  /** Takes what was sent ahead. @throws AuroraError `LimitExceeded` when some of it was refused */
  takeStaged(staging: number | undefined): readonly JsonObject[] {
    if (staging === undefined) return [];
    if (this.#refused.delete(staging)) throw tooMuch();
    return this.unstage(staging);
  }

  unstage(staging: number): readonly JsonObject[] {
    const staged = this.#staged.get(staging) ?? [];
    this.#staged.delete(staging);
    this.#stagedBytes = Math.max(0, this.#stagedBytes - roughBytes(staged));
    if (this.#staged.size === 0) this.#stagedBytes = 0;
    return staged;
  }

  async closeAll(): Promise<void> {
    this.#staged.clear();
    await Promise.all([...this.#cursors.keys()].map((cursor) => this.close(cursor)));
  }

  #add(open: OpenRun | OpenValue): number {
    this.#makeRoom();
    this.#lastCursor += 1;
    this.#cursors.set(this.#lastCursor, open);
    return this.#lastCursor;
  }

  #makeRoom(): void {
    if (this.#cursors.size < limits.guestCursorsMax) return;
    const idleSince = performance.now() - limits.guestCursorIdleMs;
    for (const [cursor, { usedAt }] of this.#cursors) {
      // Closing a run that nobody pulls from cannot fail in a way that anybody waits for.
      if (usedAt < idleSince) void this.close(cursor);
    }
    if (this.#cursors.size < limits.guestCursorsMax) return;
    throw new AuroraError(
      'LimitExceeded',
      `${limits.guestCursorsMax} results are open for this process, and no more fit.`,
      { hint: 'Close runs that are not read to their end.' },
    );
  }

  #get<Kind extends 'run' | 'value'>(
    cursor: number,
    kind: Kind,
  ): Extract<OpenRun | OpenValue, { readonly kind: Kind }> {
    const open = this.#cursors.get(cursor);
    if (open !== undefined && isKind(open, kind)) return open;
    throw new WireError({
      code: 'CursorNotFound',
      message: 'The result is not open any more.',
      hint: 'Run it again.',
    });
  }
}

function isKind<Kind extends 'run' | 'value'>(
  open: OpenRun | OpenValue,
  kind: Kind,
): open is Extract<OpenRun | OpenValue, { readonly kind: Kind }> {
  return open.kind === kind;
}

function tooMuch(): AuroraError {
  return new AuroraError(
    'LimitExceeded',
    'The insert is larger than an owner takes from a guest.',
    {
      details: { bytesMax: limits.remoteStagedBytesMax, documentsMax: limits.commitChangesMax },
      hint: 'Insert in several commits.',
    },
  );
}
