/*
 * The audit log: one line for every operation, in the order in which they ended. Lines are gathered in memory and
 * written after an interval, when there are many, and at close; so a process that is killed loses the last second of
 * them. The log never makes an operation wait or fail: what cannot be written is kept as long as there is room, then
 * counted and dropped, and a line tells how many when writing works again. The failure is reported once.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import type { EndedOperation } from '../exec/operation-tracker.ts';
import { limits } from '../limits.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { prepareFile, readFiles, rotateFiles } from './audit-files.ts';
import { auditDocument, auditLine, droppedLine } from './audit-record.ts';

export interface AuditLogOptions {
  /** Absolute path of the file. */
  readonly path: string;
  readonly clock: Clock;
  /** Makes ids that ascend. */
  readonly newId: () => string;
  /** Size from where the next file begins; `limits.auditFileBytesMax` unless told. */
  readonly fileBytesMax?: number;
  /** Is told, once until writing works again, that it does not. */
  readonly onFailure: (error: unknown) => void;
}

export interface AuditLogStats {
  readonly path: string;
  readonly writtenCount: number;
  /** Records that wait to be written. */
  readonly waitingCount: number;
  /** Records that were lost because they could not be written in time. */
  readonly droppedCount: number;
  /** Why the last attempt to write has failed; `undefined` when it has not. */
  readonly failure: string | undefined;
}

export class AuditLog {
  readonly #options: AuditLogOptions;
  readonly #writing = new SerialQueue();
  #lines: string[] = [];
  #waitingBytes = 0;
  #file: FileHandle | undefined;
  #fileBytes = 0;
  /** The file ends inside a line. */
  #isTorn = false;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #writtenCount = 0;
  #droppedCount = 0;
  /** Of those dropped, how many no line tells of yet. */
  #untoldCount = 0;
  #failure: string | undefined;
  /** The latest records, those that wait included, from when they are asked for until nobody has for a while. */
  #recent: StoredDocument[] | undefined;
  #forgetTimer: NodeJS.Timeout | undefined;

  constructor(options: AuditLogOptions) {
    this.#options = options;
  }

  /** Takes a record; it is written soon. `source` is who asked, where that is another process. */
  append(operation: EndedOperation, source: string | undefined): void {
    if (this.#isClosed) return;
    const line = auditLine(operation, this.#options.newId(), source);
    if (this.#waitingBytes + line.length > limits.auditBufferBytesMax) {
      this.#droppedCount += 1;
      this.#untoldCount += 1;
      return;
    }
    this.#lines.push(line);
    this.#remember(line);
    this.#waitingBytes += line.length;
    if (this.#waitingBytes >= limits.auditFlushBytes && this.#failure === undefined) {
      this.#flushSoon(0);
    } else {
      this.#flushSoon(limits.auditFlushIntervalMs);
    }
  }

  /** Writes what waits. Never rejects: a failure is reported and shows in `stats`. */
  flush(): Promise<void> {
    return this.#writing.run(() => this.#write());
  }

  /**
   * All records, the latest of them when there are very many, in order. The files are read at the first time; then what is
   * appended is added, until nobody has asked for a minute. @throws what reading the files throws
   */
  async records(signal?: AbortSignal): Promise<readonly StoredDocument[]> {
    return this.#writing.run(async () => {
      if (this.#recent === undefined) {
        const written = await readFiles(this.#options.path, limits.auditRowsMax, signal);
        // Nothing is written meanwhile: what came since waits.
        this.#recent = written.concat(this.#lines.flatMap((line) => auditDocument(line) ?? []));
      }
      this.#forgetLater();
      return this.#recent.slice(-limits.auditRowsMax);
    });
  }

  stats(): AuditLogStats {
    return {
      path: this.#options.path,
      writtenCount: this.#writtenCount,
      waitingCount: this.#lines.length,
      droppedCount: this.#droppedCount,
      failure: this.#failure,
    };
  }

  /** Writes what waits and closes the file. Later records are not taken. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#forgetTimer);
    this.#timer = undefined;
    this.#recent = undefined;
    await this.flush();
    await this.#writing.run(() => this.#closeFile());
  }

  #remember(line: string): void {
    const document = this.#recent === undefined ? undefined : auditDocument(line);
    if (this.#recent === undefined || document === undefined) return;
    this.#recent.push(document);
    const beyond = this.#recent.length - limits.auditRowsMax;
    if (beyond > limits.auditRowsMax / 10) this.#recent.splice(0, beyond);
  }

  #forgetLater(): void {
    clearTimeout(this.#forgetTimer);
    this.#forgetTimer = setTimeout(() => {
      this.#recent = undefined;
    }, limits.auditRecordsIdleMs);
    this.#forgetTimer.unref();
  }

  #flushSoon(afterMs: number): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      // It never rejects.
      void this.flush();
    }, afterMs);
    this.#timer.unref();
  }

  async #write(): Promise<void> {
    const dropped = this.#untoldCount;
    const taken = this.#lines.length;
    if (taken === 0 && dropped === 0) return;
    const { clock, newId } = this.#options;
    const lines = [...this.#lines];
    const told = dropped > 0 ? droppedLine(dropped, newId(), clock.now()) : undefined;
    if (told !== undefined) lines.push(told);
    try {
      await this.#appendToFile(Buffer.from(lines.join('')));
    } catch (error) {
      await this.#fail(error);
      return;
    }
    if (told !== undefined) this.#remember(told);
    for (const line of this.#lines.slice(0, taken)) this.#waitingBytes -= line.length;
    this.#lines = this.#lines.slice(taken);
    this.#untoldCount -= dropped;
    this.#writtenCount += lines.length;
    this.#failure = undefined;
  }

  async #appendToFile(bytes: Uint8Array): Promise<void> {
    const { path, fileBytesMax = limits.auditFileBytesMax } = this.#options;
    if (this.#file === undefined) {
      const present = await prepareFile(path);
      this.#fileBytes = present.bytes;
      this.#isTorn = present.isTorn;
    }
    if (this.#fileBytes > 0 && this.#fileBytes + bytes.length > fileBytesMax) {
      await this.#closeFile();
      await rotateFiles(path);
      this.#fileBytes = 0;
      this.#isTorn = false;
    }
    this.#file ??= await open(path, 'a', 0o600);
    // What an earlier failure or a killed process left of a line must not spoil the next one.
    if (this.#isTorn) await this.#file.appendFile('\n');
    this.#isTorn = false;
    await this.#file.appendFile(bytes);
    this.#fileBytes += bytes.length;
  }

  async #fail(error: unknown): Promise<void> {
    const isNew = this.#failure === undefined;
    this.#failure = error instanceof Error ? error.message : String(error);
    if (isNew) this.#options.onFailure(error);
    await this.#closeFile();
    if (!this.#isClosed) this.#flushSoon(limits.auditFlushIntervalMs);
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    try {
      await file?.close();
    } catch (error) {
      this.#failure ??= error instanceof Error ? error.message : String(error);
    }
  }
}
