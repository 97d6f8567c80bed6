/*
 * The engine's own import. Records are read as a stream, converted one by one and committed in batches, so memory
 * does not depend on the size of the file. A batch that the engine refuses is halved until the refused document
 * stands alone: everything before it is committed, and only it is rejected.
 */
import { checkedOptions, requireObject, requireText, wrong } from '../base/arguments.ts';
import { chain } from '../base/chain.ts';
import { systemClock } from '../base/clock.ts';
import { TimeSlicer, throwIfCancelled } from '../base/scheduler.ts';
import { AuroraError, type ErrorCode } from '../errors.ts';
import { limits } from '../limits.ts';
import { convertRecord } from './import-conversion.ts';
import { TypeInference } from './import-inference.ts';
import { batchCharactersMax, rejectionsMaxDefault, sampleRecordsMax } from './import-limits.ts';
import { type ImportPlan, planExistingCollection, planNewCollection } from './import-plan.ts';
import { decideFormat, readRecords } from './import-records.ts';
import type {
  ImportDocument,
  ImportFormat,
  ImportOptions,
  ImportProgress,
  ImportRecord,
  ImportRejection,
  ImportReport,
  ImportSource,
} from './import-report.ts';
import { isTextual, readText, sourceName } from './import-text.ts';
import { type ImportTarget, ImportWrites } from './import-writes.ts';
import { RejectsFile } from './rejects-file.ts';

/**
 * Imports a file, text or stream into a collection, which is defined from the data when it does not exist.
 * Documents are committed in batches; what the report counts as imported is as durable as any commit.
 * @throws ImportFailed when the source cannot be read in its format (`details.line`, `details.importedCount`);
 *   Cancelled when the signal aborts (`details.importedCount` documents stay); InvalidOption, InvalidName.
 */
export async function importDocuments(
  target: ImportTarget,
  collection: string,
  source: ImportSource,
  options: ImportOptions = {},
): Promise<ImportReport> {
  requireText(collection, 'The name of a collection');
  requireSource(source);
  return new ImportRun(target, collection, source, checkedOptions(options, 'importInto')).run();
}

function requireSource(source: unknown): void {
  requireObject(source, 'What is imported, { path }, { text } or { stream },');
  if ('path' in source) requireText(source.path, 'The path of what is imported');
  else if ('text' in source) requireText(source.text, 'The text that is imported');
  else if (!('stream' in source && isIterable(source.stream))) {
    throw wrong('What is imported', 'an object with a path, a text or a stream of bytes', source);
  }
}

function isIterable(stream: unknown): boolean {
  return typeof stream === 'object' && stream !== null && Symbol.asyncIterator in stream;
}

/** What one document's fault looks like; every other failure ends the import. */
const documentFaults: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ValidationError',
  'UniqueConstraintViolation',
  'InvalidValue',
  'InvalidName',
  'TypeMismatch',
  'UnknownField',
  'LimitExceeded',
  'TransactionTooLarge',
]);

interface PendingDocument {
  readonly record: ImportRecord;
  /** Its place in the source, from 1. */
  readonly number: number;
  readonly document: ImportDocument;
}

class ImportRun {
  readonly #target: ImportTarget;
  readonly #collection: string;
  readonly #source: ImportSource;
  readonly #options: ImportOptions;
  readonly #format: ImportFormat;
  readonly #isTextual: boolean;
  readonly #slicer: TimeSlicer;
  readonly #startedMs = systemClock.elapsed();
  readonly #rejects: RejectsFile | undefined;
  readonly #writes: ImportWrites;
  readonly #rejections: ImportRejection[] = [];
  #pending: PendingDocument[] = [];
  #pendingCharacters = 0;
  /** What was handed over and is not written yet, or has failed. */
  #writing: Promise<void> = Promise.resolve();
  #recordCount = 0;
  #importedCount = 0;
  #rejectedCount = 0;
  #handledCount = 0;
  #isStopped = false;
  #isReverted = false;

  constructor(
    target: ImportTarget,
    collection: string,
    source: ImportSource,
    options: ImportOptions,
  ) {
    this.#target = target;
    this.#collection = collection;
    this.#source = source;
    this.#options = options;
    this.#slicer = new TimeSlicer(systemClock, { signal: options.signal });
    this.#format = decideFormat(source, options);
    this.#isTextual = isTextual(this.#format);
    const { rejectsPath, nullTokens } = options;
    this.#rejects =
      rejectsPath === undefined
        ? undefined
        : new RejectsFile(rejectsPath, { format: this.#format, nullTokens });
    this.#writes = new ImportWrites(target, collection, options);
  }

  async run(): Promise<ImportReport> {
    try {
      throwIfCancelled(this.#options.signal);
      const definition = this.#target
        .catalog()
        .collections.find((candidate) => candidate.name === this.#collection);
      this.#writes.checkKey(definition);
      await this.#rejects?.check(this.#source);
      const plan =
        definition === undefined
          ? await this.#importIntoNew()
          : await this.#importAll(
              planExistingCollection(definition, this.#options.mapping),
              this.#readRecords(),
            );
      return this.#report(plan, definition === undefined);
    } catch (error) {
      // The source may have failed while the last batch was under way; only how that ended is of interest now.
      await this.#writing.catch(() => undefined);
      await this.#revert(error);
      throw this.#explain(error);
    } finally {
      await this.#rejects?.close();
    }
  }

  /** Takes back what a cancelled import has inserted, if it is to. */
  async #revert(error: unknown): Promise<void> {
    const isCancelled = error instanceof AuroraError && error.code === 'Cancelled';
    if (!isCancelled || !(await this.#writes.revert())) return;
    this.#isReverted = true;
    this.#importedCount = 0;
    this.#handledCount = 0;
  }

  /** A stream can be read only once, so its first records are held back; everything else is read twice. */
  async #importIntoNew(): Promise<ImportPlan> {
    if ('stream' in this.#source) {
      const records = this.#readRecords();
      const held = await this.#holdSample(records);
      const plan = await this.#defineFrom(held.inference, held.isWhole);
      return this.#importAll(plan, chain(held.records, records));
    }
    const inference = new TypeInference({ isTextual: this.#isTextual });
    let recordCount = 0;
    for await (const record of this.#readRecords()) {
      recordCount += 1;
      if ('values' in record) inference.observe(record.values);
      if (this.#slicer.isDue) await this.#slicer.yieldIfDue();
      if (recordCount % limits.importBatchMax === 0) this.#progress('inspecting', recordCount);
    }
    return this.#importAll(await this.#defineFrom(inference, true), this.#readRecords());
  }

  async #holdSample(records: AsyncGenerator<ImportRecord>): Promise<{
    readonly inference: TypeInference;
    readonly records: readonly ImportRecord[];
    readonly isWhole: boolean;
  }> {
    const inference = new TypeInference({ isTextual: this.#isTextual });
    const held: ImportRecord[] = [];
    let characters = 0;
    while (held.length < sampleRecordsMax && characters < 4 * batchCharactersMax) {
      const next = await records.next();
      if (next.done === true) return { inference, records: held, isWhole: true };
      held.push(next.value);
      if ('values' in next.value) {
        inference.observe(next.value.values);
        characters += next.value.characterCount;
      }
      await this.#slicer.yieldIfDue();
    }
    return { inference, records: held, isWhole: false };
  }

  async #defineFrom(inference: TypeInference, isWhole: boolean): Promise<ImportPlan> {
    if (inference.recordCount === 0) {
      throw new AuroraError(
        'ImportFailed',
        `${sourceName(this.#source)} holds no documents from which "${this.#collection}" could be defined.`,
        { hint: 'Check the format, or define the collection first.' },
      );
    }
    const { mapping, dryRun = false } = this.#options;
    const plan = planNewCollection(this.#collection, inference.columns(), { isWhole, mapping });
    if (dryRun) this.#writes.isDefined = false;
    else await this.#writes.define(plan.definition);
    return plan;
  }

  async #importAll(plan: ImportPlan, records: AsyncGenerator<ImportRecord>): Promise<ImportPlan> {
    for await (const record of records) {
      this.#recordCount += 1;
      if (this.#recordCount <= (this.#options.skipRecords ?? 0)) {
        this.#handledCount += 1;
        continue;
      }
      // Most records are only gathered: waiting for nothing costs about as much as converting a small one.
      const taken = this.#take(plan, record);
      if (taken !== undefined) await taken;
      if (this.#isStopped) return plan;
      if (this.#slicer.isDue) await this.#slicer.yieldIfDue();
    }
    throwIfCancelled(this.#options.signal);
    await this.#flush();
    if (!this.#isStopped) this.#handledCount = this.#recordCount;
    return plan;
  }

  /** What there is to wait for before the next record; nothing while the batch is not full. */
  #take(plan: ImportPlan, record: ImportRecord): Promise<void> | undefined {
    const conversion =
      'problem' in record
        ? ({ kind: 'problem', problem: record.problem } as const)
        : convertRecord(record.values, plan.targetOf, {
            isTextual: this.#isTextual,
            keepsEmptyText: (this.#options.nullTokens ?? []).length > 0,
          });
    if (conversion.kind === 'problem') return this.#rejectUnread(record, conversion.problem);
    const number = this.#recordCount;
    this.#pending.push({ record, number, document: conversion.document });
    if ('characterCount' in record) this.#pendingCharacters += record.characterCount;
    const isFull =
      this.#pending.length >= limits.importBatchMax ||
      this.#pendingCharacters >= batchCharactersMax;
    return isFull ? this.#handOver() : undefined;
  }

  /** What stands before a rejected record is committed first, so that rejections come in file order. */
  async #rejectUnread(record: ImportRecord, problem: string): Promise<void> {
    if (this.#options.onError !== 'skip') await this.#flush();
    if (!this.#isStopped) await this.#reject(record, problem);
  }

  /** Begins to write what was gathered, once what was handed over before is written: reading goes on meanwhile. */
  async #handOver(): Promise<void> {
    const batch = this.#pending;
    this.#pending = [];
    this.#pendingCharacters = 0;
    await this.#writing;
    const recordCount = this.#recordCount;
    this.#writing = this.#insert(batch).then(() => {
      if (!this.#isStopped) this.#progress('importing', recordCount);
    });
    // Whoever waits for it next gets its failure; until then it is nobody's.
    this.#writing.catch(() => undefined);
  }

  async #flush(): Promise<void> {
    await this.#handOver();
    await this.#writing;
  }

  async #insert(batch: readonly PendingDocument[]): Promise<void> {
    if (batch.length === 0 || this.#isStopped) return;
    try {
      await this.#writes.write(batch.map((entry) => entry.document));
      this.#importedCount += batch.length;
      this.#handledCount = batch.at(-1)?.number ?? this.#handledCount;
    } catch (error) {
      if (!isDocumentFault(error)) throw error;
      const [first] = batch;
      if (batch.length === 1 && first !== undefined) {
        await this.#reject(first.record, error.message);
        if (!this.#isStopped) this.#handledCount = first.number;
        return;
      }
      const middle = Math.ceil(batch.length / 2);
      await this.#insert(batch.slice(0, middle));
      await this.#insert(batch.slice(middle));
    }
  }

  async #reject(record: ImportRecord, reason: string): Promise<void> {
    const { line } = record;
    this.#rejectedCount += 1;
    await this.#rejects?.add(record);
    if (this.#rejections.length < (this.#options.rejectionsMax ?? rejectionsMaxDefault)) {
      this.#rejections.push({ line, reason });
    }
    if (this.#options.onError !== 'skip') this.#isStopped = true;
  }

  #readRecords(): AsyncGenerator<ImportRecord> {
    const rejects = this.#rejects;
    return readRecords(readText(this.#source), this.#format, {
      ...this.#options,
      onDelimiter: (delimiter) => {
        if (rejects !== undefined) rejects.delimiter = delimiter;
      },
    });
  }

  #progress(phase: ImportProgress['phase'], recordCount: number): void {
    this.#options.onProgress?.({
      phase,
      recordCount,
      importedCount: this.#importedCount,
      rejectedCount: this.#rejectedCount,
    });
  }

  #report(plan: ImportPlan, created: boolean): ImportReport {
    return {
      collection: this.#collection,
      created,
      outcome: this.#isStopped ? 'stopped' : 'completed',
      dryRun: this.#options.dryRun === true,
      recordCount: this.#recordCount,
      handledCount: this.#handledCount,
      importedCount: this.#importedCount,
      updatedCount: this.#writes.updatedCount,
      rejectedCount: this.#rejectedCount,
      rejections: [...this.#rejections].sort((left, right) => left.line - right.line),
      columns: plan.columns(),
      elapsedMs: systemClock.elapsed() - this.#startedMs,
    };
  }

  /** The failure with what stays behind: programs read `details.importedCount`, people the sentence. */
  #explain(error: unknown): unknown {
    if (!(error instanceof AuroraError)) return error;
    const count = this.#importedCount;
    const name = this.#collection;
    const remains = this.#isReverted
      ? ` Everything that it had imported into "${name}" was taken back.`
      : count === 0
        ? ''
        : ` ${count} documents before it were imported into "${name}".`;
    return new AuroraError(error.code, error.message + remains, {
      cause: error,
      details: { ...error.details, importedCount: count, handledCount: this.#handledCount },
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}

/** A limit is the document's fault when the error names the document; else the database is busy or full. */
function isDocumentFault(error: unknown): error is AuroraError {
  if (!(error instanceof AuroraError) || !documentFaults.has(error.code)) return false;
  return error.code !== 'LimitExceeded' || error.details['id'] !== undefined;
}
