/*
 * Undoes the version of a migration that was applied last: the definitions go back to what they were, with every
 * document (undo-steps.ts), in one rewrite of the catalog that also forgets the version. What was written since stays,
 * but for what has no place in the old form; that is told beforehand.
 */
import { TimeSlicer } from '../base/scheduler.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { describeDifference } from '../catalog/definition-difference.ts';
import type { MigrationRecord, UndoneCollection } from '../catalog/migration-record.ts';
import { AuroraError } from '../errors.ts';
import type { ExecEnvironment } from '../exec/environment.ts';
import { limits } from '../limits.ts';
import type { CatalogRewrite } from '../transactions/catalog-rewrite.ts';
import type { Snapshot } from '../transactions/snapshot.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { RefusedDocuments } from './trial.ts';
import { type Undoing, undoing } from './undo-steps.ts';
import { type UndoStep, undoSteps } from './undo-text.ts';

/** What undoing a version does, or would do. */
export interface MigrationRollback {
  readonly version: string;
  /** The last step first. */
  readonly steps: readonly UndoStep[];
  /** Documents that would not be as they are, each once; those of collections that go and come among them. */
  readonly documentsChanged: number;
  /** What cannot be brought back or kept, in sentences. */
  readonly losses: readonly string[];
  /** Documents that keep the version from being undone: how many, and the first ones. */
  readonly refused: Readonly<RefusedDocuments>;
}

interface UndonePart {
  readonly entry: CollectionEntry;
  readonly kept: CollectionEntry | undefined;
  readonly undone: UndoneCollection;
  readonly undoing: Undoing;
}

interface RollbackPlan {
  readonly record: MigrationRecord;
  readonly parts: readonly UndonePart[];
  readonly restored: readonly {
    readonly kept: CollectionEntry;
    readonly definition: CollectionEntry['definition'];
  }[];
  readonly drops: readonly CollectionEntry[];
}

/**
 * What undoing the last version would do now; nothing is written. O(documents of the collections that it altered).
 * @throws AuroraError `InvalidOption` when there is none, it is not the one that is named, or it cannot be undone
 */
export async function planRollback(
  environment: ExecEnvironment,
  version: string | undefined,
): Promise<MigrationRollback> {
  const snapshot = await environment.settledSnapshot();
  try {
    return await reportOn(environment, snapshot, planOf(snapshot, version));
  } finally {
    snapshot.release();
  }
}

/**
 * Undoes the last version. @throws AuroraError as `planRollback`; `ValidationError` with the documents that keep it from
 * being undone; `WriteConflict`, `Cancelled`; then nothing has changed
 */
export async function rollBack(
  environment: ExecEnvironment,
  version: string | undefined,
): Promise<MigrationRollback> {
  const snapshot = await environment.settledSnapshot();
  try {
    const plan = planOf(snapshot, version);
    const report = await reportOn(environment, snapshot, plan);
    if (report.refused.count > 0) throw cannot(report);
    await environment.rewriteCatalog(rewriteOf(snapshot, plan));
    return report;
  } finally {
    snapshot.release();
  }
}

function planOf({ catalog }: Snapshot, version: string | undefined): RollbackPlan {
  const record = catalog.migrations.at(-1);
  if (record === undefined)
    throw refusal('No version of a migration is applied.', 'Apply one first.');
  if (version !== undefined && version !== record.version) {
    throw refusal(
      `"${version}" is not the version that was applied last: that is "${record.version}".`,
      'Undo the versions after it first.',
    );
  }
  const { undo } = record;
  if (undo === undefined) {
    throw refusal(
      `"${record.version}" was applied by a version of Aurora that kept nothing to undo it with.`,
      'Restore a backup, or write what is to change into a version of its own.',
    );
  }
  const created = new Set(undo.created);
  const drops = undo.created.map((name) => entryOf(catalog.collection(name), name, record));
  const restored = undo.dropped.map(({ definition, keptAs }) => {
    if (!created.has(definition.name) && catalog.collection(definition.name) !== undefined) {
      throw refusal(
        `"${definition.name}" was defined again since "${record.version}" dropped it.`,
        'Rename or drop it first.',
      );
    }
    return { kept: keptOf(catalog.collection(keptAs), record), definition };
  });
  const parts = undo.altered.map((undone): UndonePart => {
    const { after, keptAs } = undone;
    const entry = entryOf(catalog.collection(after.name), after.name, record);
    const difference = describeDifference(entry.definition, after);
    if (difference !== undefined) {
      throw refusal(
        `"${after.name}" was altered since "${record.version}": ${difference}.`,
        'Take that back first.',
      );
    }
    const kept = keptAs === null ? undefined : keptOf(catalog.collection(keptAs), record);
    return { entry, kept, undone, undoing: undoing(undone, undo.nowMs) };
  });
  return { record, parts, restored, drops };
}

function rewriteOf(snapshot: Snapshot, plan: RollbackPlan): CatalogRewrite {
  const { record, parts, restored, drops } = plan;
  const kept = parts.flatMap((part) => part.kept ?? []);
  return {
    drops: [...drops, ...kept],
    revisions: [
      ...parts.map((part) => {
        const { entry, undone } = part;
        const base = { before: entry, definition: undone.before };
        return part.undoing.concernsDocuments
          ? { ...base, revise: (document: StoredDocument) => undoneNow(snapshot, part, document) }
          : base;
      }),
      ...restored.map(({ kept: before, definition }) => ({ before, definition })),
    ],
    creates: [],
    name: record.version,
    forgets: record.version,
  };
}

/** A document that keeps the version from being undone was written after it was looked at. */
function undoneNow(snapshot: Snapshot, part: UndonePart, document: StoredDocument): StoredDocument {
  return part.undoing.undo(document, oldOf(snapshot, part, document.id), {
    refuse: ({ id }, problem) => {
      throw new AuroraError('WriteConflict', `Document ${id} was written meanwhile: ${problem}.`, {
        details: { id, problem },
        hint: 'Nothing was changed. Look at what undoing would do again.',
      });
    },
    lose: () => undefined,
  });
}

function oldOf(snapshot: Snapshot, { kept }: UndonePart, id: string): StoredDocument | undefined {
  const row = kept === undefined ? undefined : snapshot.rowOf(kept, id);
  return kept === undefined || row === undefined ? undefined : snapshot.read(kept, row);
}

async function reportOn(
  environment: ExecEnvironment,
  snapshot: Snapshot,
  plan: RollbackPlan,
): Promise<MigrationRollback> {
  const { record, parts, drops, restored } = plan;
  const refused: RefusedDocuments = { count: 0, documents: [] };
  const losses: string[] = [];
  let documentsChanged = 0;
  for (const entry of drops) {
    const count = snapshot.documentCount(entry);
    documentsChanged += count;
    if (count > 0)
      losses.push(
        `${counted(count)} of "${entry.definition.name}" ${count === 1 ? 'goes' : 'go'} with it.`,
      );
  }
  for (const { kept } of restored) documentsChanged += snapshot.documentCount(kept);
  const slicer = new TimeSlicer(environment.clock, environment.slicerOptions);
  for (const part of parts) {
    const { changed, lost, latecomers } = await tryPart(snapshot, part, { slicer, refused });
    documentsChanged += changed;
    const name = part.entry.definition.name;
    for (const [field, count] of lost) {
      losses.push(
        `${counted(count)} of "${name}" ${count === 1 ? 'loses' : 'lose'} what was written to "${field}" since.`,
      );
    }
    const dropped = droppedFields(part.undone);
    if (latecomers > 0 && dropped.length > 0) {
      losses.push(
        latecomers === 1
          ? `1 document of "${name}" was written since, and gets no ${dropped.join(', ')}.`
          : `${counted(latecomers)} of "${name}" were written since, and get no ${dropped.join(', ')}.`,
      );
    }
  }
  const { undo } = record;
  const steps = undo === undefined ? [] : undoSteps(undo);
  return { version: record.version, steps, documentsChanged, losses, refused };
}

async function tryPart(
  snapshot: Snapshot,
  part: UndonePart,
  { slicer, refused }: { readonly slicer: TimeSlicer; readonly refused: RefusedDocuments },
): Promise<{
  readonly changed: number;
  readonly lost: ReadonlyMap<string, number>;
  readonly latecomers: number;
}> {
  const lost = new Map<string, number>();
  let [changed, latecomers] = [0, 0];
  if (!part.undoing.concernsDocuments) return { changed, lost, latecomers };
  const collection = part.entry.definition.name;
  const cursor = snapshot.scan(part.entry);
  try {
    for (;;) {
      const { documents } = cursor.next(limits.backgroundKeysMax);
      if (documents.length === 0) return { changed, lost, latecomers };
      for (const document of documents) {
        const old = oldOf(snapshot, part, document.id);
        if (old === undefined && part.kept !== undefined) latecomers += 1;
        let isRefused = false;
        const undone = part.undoing.undo(document, old, {
          refuse: (_, problem) => {
            if (isRefused) return;
            isRefused = true;
            refused.count += 1;
            if (refused.documents.length < limits.migrationRefusedMax) {
              refused.documents.push({ id: document.id, collection, step: undefined, problem });
            }
          },
          lose: (field) => lost.set(field, (lost.get(field) ?? 0) + 1),
        });
        if (JSON.stringify(undone) !== JSON.stringify(document)) changed += 1;
        if (slicer.isDue) await slicer.yieldIfDue();
      }
      await slicer.yieldIfDue();
    }
  } finally {
    cursor.close();
  }
}

function droppedFields({ steps }: UndoneCollection): readonly string[] {
  return steps.flatMap((step) =>
    step.kind === 'alterCollection'
      ? step.actions.flatMap((action) => (action.kind === 'dropField' ? [action.name] : []))
      : [],
  );
}

function entryOf(
  entry: CollectionEntry | undefined,
  name: string,
  { version }: MigrationRecord,
): CollectionEntry {
  if (entry !== undefined) return entry;
  throw refusal(`"${name}" was dropped since "${version}" was applied.`, 'Define it again first.');
}

function keptOf(entry: CollectionEntry | undefined, { version }: MigrationRecord): CollectionEntry {
  if (entry !== undefined) return entry;
  throw refusal(
    `The copy of what "${version}" changed was given up.`,
    `Copies are kept of the last ${limits.migrationCopiesMax} versions. Restore a backup.`,
  );
}

function cannot({ version, refused }: MigrationRollback): AuroraError {
  const { count, documents } = refused;
  const lines = documents.map(({ id, problem }) => `${id}: ${problem}`).join('; ');
  return new AuroraError(
    'ValidationError',
    `"${version}" was not undone: ${counted(count)} ${count === 1 ? 'does' : 'do'} not allow it. ${lines}.`,
    { details: { version, count, documents }, hint: 'Correct these documents first.' },
  );
}

function counted(count: number): string {
  return `${count} ${count === 1 ? 'document' : 'documents'}`;
}

function refusal(message: string, hint: string): AuroraError {
  return new AuroraError('InvalidOption', message, { hint });
}
