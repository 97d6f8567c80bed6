/* A sample of the documents of a collection, taken through the steps of versions, to tell what they cost. */
import type { CollectionDefinition } from '#engine/aql';
import type { Clock } from '../base/clock.ts';
import type { TimeSlicer } from '../base/scheduler.ts';
import { indexEntry, indexName, planIndexes } from '../catalog/index-plan.ts';
import { indexBytesEstimated } from '../indexes/index-bytes.ts';
import { IndexChanges } from '../indexes/index-changes.ts';
import { type IndexLayout, indexKeys, indexLayout } from '../indexes/index-layout.ts';
import { DocumentCodec } from '../storage/document-codec.ts';
import { insertDocument } from '../storage/document-value.ts';
import { entryBytes } from '../storage/entry-bytes.ts';
import { documentKey, idKey } from '../storage/key-space.ts';
import { openMemoryStore } from '../storage/memory-store.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { OpenDocument } from './document-step.ts';
import { inOrder } from './revision.ts';
import type { PlannedStep } from './version-plan.ts';

/** What a step would cost. */
export interface StepEstimate {
  /** Its own time, and its part of that of writing the documents, which the steps of a version do once together. */
  readonly elapsedMs: number;
  /** How much more documents and indexes of its collection come to afterwards; below 0 when it is less. */
  readonly growthBytes: number;
}

interface VersionCost {
  readonly steps: ReadonlyMap<PlannedStep, StepEstimate>;
  /** Documents that are written. */
  readonly documentCount: number;
  readonly bytesWritten: number;
  readonly growthBytes: number;
}

interface Stopwatch {
  readonly clock: Clock;
  readonly slicer: TimeSlicer;
}

/** Bytes of all documents with their ids, and of all indexes. */
interface Room {
  readonly documents: number;
  readonly indexes: number;
}

const storageId = 1;
const rowBytes = 4;
const checksumBytes = 5;
const timedTogether = 16;
/**
 * What the store does with what it is given is taken for as long again as making it. So a dry run foresees 1.2 to 1.6
 * times the time of a rename (`npm run bench -- migrations`); an early end surprises nobody.
 */
const storeFactor = 2;

export class SampledCollection {
  readonly #documentsTotal: number;
  readonly #isOpen: boolean;
  readonly #codec: DocumentCodec;
  #definition: CollectionDefinition;
  #documents: readonly StoredDocument[];
  #room: Room;

  constructor(
    definition: CollectionDefinition,
    sample: {
      readonly documents: readonly StoredDocument[];
      readonly documentsTotal: number;
    },
  ) {
    this.#documentsTotal = sample.documentsTotal;
    this.#isOpen = definition.open;
    this.#codec = new DocumentCodec(definition.name, undefined);
    this.#definition = definition;
    this.#documents = sample.documents;
    this.#room = this.#measure();
  }

  /** Goes on to what the steps of one version leave. */
  async takeVersion(steps: readonly PlannedStep[], watch: Stopwatch): Promise<VersionCost> {
    const before = this.#room;
    const indexesBefore = new Set(indexNames(this.#definition));
    const costs = new Map<PlannedStep, { elapsedMs: number; growthBytes: number }>();
    let isRewritten = false;
    for (const step of steps) {
      const roomBefore = sizeOf(this.#room);
      const { elapsedMs, isChanged } = await this.#take(step, watch);
      const isForAll = step.documents !== undefined && (step.kind !== 'addField' || this.#isOpen);
      isRewritten ||= isChanged || isForAll;
      this.#definition = step.definition ?? this.#definition;
      this.#room = this.#measure();
      costs.set(step, { elapsedMs, growthBytes: sizeOf(this.#room) - roomBefore });
    }
    isRewritten ||= indexNames(this.#definition).some((name) => !indexesBefore.has(name));
    if (!isRewritten) {
      const growthBytes = this.#room.indexes - before.indexes;
      return { steps: costs, documentCount: 0, bytesWritten: 0, growthBytes };
    }
    const writingMs = storeFactor * (await this.#write(watch));
    for (const cost of costs.values()) cost.elapsedMs += writingMs / costs.size;
    const bytesWritten = sizeOf(this.#room);
    const isKept = steps.some((step) => this.#isKeptFor(step));
    return {
      steps: costs,
      documentCount: this.#documentsTotal,
      bytesWritten,
      growthBytes: bytesWritten - (isKept ? before.indexes : sizeOf(before)),
    };
  }

  /** As undo.ts has it: what documents were cannot be told from what they are then. */
  #isKeptFor({ kind }: PlannedStep): boolean {
    if (kind === 'set' || kind === 'dropField' || kind === 'modifyField') return true;
    return this.#isOpen && (kind === 'addField' || kind === 'renameField');
  }

  async #take(
    { documents: step }: PlannedStep,
    watch: Stopwatch,
  ): Promise<{ readonly elapsedMs: number; readonly isChanged: boolean }> {
    if (step === undefined) return { elapsedMs: 0, isChanged: false };
    let isChanged = false;
    const taken: StoredDocument[] = [];
    const elapsedMs = await this.#timeOf(watch, (document) => {
      const open: OpenDocument = { ...document };
      // What does not allow it is the trial's to tell (trial.ts).
      if (step.apply(open, () => undefined)) isChanged = true;
      taken.push(open);
    });
    this.#documents = taken;
    return { elapsedMs, isChanged };
  }

  /** Reads and writes the sample as it is now; gives how long that takes for all documents. */
  async #write(watch: Stopwatch): Promise<number> {
    const store = openMemoryStore();
    const layouts = this.#layouts();
    let row = 0;
    try {
      return await this.#timeOf(watch, (sampled) => {
        row += 1;
        const record = this.#codec.encode(inOrder(this.#definition, sampled));
        const document = this.#codec.decode(record);
        const changes = new IndexChanges();
        for (const layout of layouts) {
          for (const key of indexKeys(layout, document)) changes.add(layout, key, row);
        }
        store.transact((writer) => {
          insertDocument(writer, storageId, row, record);
          writer.put(idKey(storageId, document.id), new Uint8Array(rowBytes));
          changes.apply(writer);
        }, 0);
      });
    } finally {
      await store.close();
    }
  }

  /**
   * How long it takes for all documents to do something with each: of some at a time, the median, since the first ones meet
   * code that is not compiled yet, and others what else the machine does.
   */
  async #timeOf(
    { clock, slicer }: Stopwatch,
    work: (document: StoredDocument) => void,
  ): Promise<number> {
    const times: number[] = [];
    for (let start = 0; start < this.#documents.length; start += timedTogether) {
      const some = this.#documents.slice(start, start + timedTogether);
      const startedAt = clock.elapsed();
      for (const document of some) work(document);
      times.push((clock.elapsed() - startedAt) / some.length);
      await slicer.yieldIfDue();
    }
    times.sort((one, other) => one - other);
    return (times[Math.floor(times.length / 2)] ?? 0) * this.#documentsTotal;
  }

  #measure(): Room {
    const documentKeyBytes = documentKey(storageId, 0).length;
    let documents = 0;
    for (const document of this.#documents) {
      const { length } = this.#codec.encode(inOrder(this.#definition, document));
      documents += entryBytes(documentKeyBytes, checksumBytes + length, 'ascending');
      documents += entryBytes(idKey(storageId, document.id).length, rowBytes, 'ascending');
    }
    const indexes = this.#layouts().reduce(
      (sum, layout) => sum + indexBytesEstimated(layout, this.#documents, this.#documentsTotal),
      0,
    );
    return { documents: documents * this.#scale, indexes };
  }

  #layouts(): readonly IndexLayout[] {
    const definition = this.#definition;
    return planIndexes(definition).map((plan) =>
      indexLayout(definition, indexEntry(definition.name, plan, storageId, 'building')),
    );
  }

  get #scale(): number {
    return this.#documents.length === 0 ? 0 : this.#documentsTotal / this.#documents.length;
  }
}

function indexNames(definition: CollectionDefinition): readonly string[] {
  return planIndexes(definition).map(indexName);
}

function sizeOf({ documents, indexes }: Room): number {
  return documents + indexes;
}
