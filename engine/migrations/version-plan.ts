/*
 * A version of a migration as what it makes of the catalog and of each document. The steps of all blocks that concern
 * one collection become one pass over its documents: a document goes through them in the order written, and is checked
 * against the definition that the last one leaves.
 */
import type {
  BoundAlteration,
  BoundMigrationStep,
  BoundMigrationVersion,
  CollectionDefinition,
} from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import type { Catalog, CollectionEntry } from '../catalog/catalog.ts';
import { describeDifference } from '../catalog/definition-difference.ts';
import { AuroraError } from '../errors.ts';
import { alteredDefinition } from './altered-definition.ts';
import { checkRevised } from './definition-check.ts';
import {
  alterationStep,
  assignmentStep,
  type DocumentStep,
  type StepContext,
} from './document-step.ts';
import { describeAction, describeAssignment } from './step-text.ts';

/** One step, as reports name it. */
export interface PlannedStep {
  readonly version: string;
  readonly kind: string;
  readonly collection: string;
  /** What it does, in the language. */
  readonly text: string;
  /** True when what it asks for is there already. */
  readonly isSkipped: boolean;
  /** Absent when it leaves documents alone. */
  readonly documents?: DocumentStep;
  /** Of its collection, once it is taken; absent where that stays as it is. */
  readonly definition?: CollectionDefinition;
  /** For a collection that goes: where its documents are. */
  readonly dropped?: CollectionEntry;
}

/** A collection that stays, with another definition or other documents. */
export interface PlannedCollection {
  readonly before: CollectionEntry;
  definition: CollectionDefinition;
  /** What fields were called at first, by what they are called in the end. */
  readonly renames: Map<string, string>;
  /** Those that concern documents, in order. */
  readonly steps: PlannedStep[];
}

export interface VersionPlan {
  readonly steps: readonly PlannedStep[];
  readonly collections: readonly PlannedCollection[];
  readonly drops: readonly CollectionEntry[];
  readonly creates: readonly CollectionDefinition[];
}

/** @throws AuroraError `WriteConflict` when the schema is not the one that the steps were bound to */
export function planVersions(
  catalog: Catalog,
  versions: readonly Pick<BoundMigrationVersion, 'version' | 'steps'>[],
  context: StepContext,
): VersionPlan {
  const planning = new Planning(catalog, context);
  for (const { version, steps } of versions) {
    planning.begin(version);
    for (const step of steps) planning.add(step);
  }
  return planning.finish();
}

class Planning {
  readonly #catalog: Catalog;
  readonly #context: StepContext;
  readonly #steps: PlannedStep[] = [];
  #version = '';
  readonly #kept = new Map<string, PlannedCollection>();
  readonly #created = new Map<string, CollectionDefinition>();
  readonly #drops = new Map<string, CollectionEntry>();

  constructor(catalog: Catalog, context: StepContext) {
    this.#catalog = catalog;
    this.#context = context;
  }

  /** A further version finds documents that the one before it was allowed to leave. */
  begin(version: string): void {
    for (const kept of this.#kept.values()) {
      const { definition } = kept;
      const apply: DocumentStep['apply'] = (document, refuse) => {
        checkRevised(definition, document, refuse);
        return false;
      };
      const nothing = () => ({});
      const documents = { apply, before: nothing, after: nothing };
      const collection = definition.name;
      const step = { version: this.#version, kind: 'check', collection, text: 'check' };
      kept.steps.push({ ...step, isSkipped: false, documents });
    }
    this.#version = version;
  }

  add(step: BoundMigrationStep): void {
    switch (step.kind) {
      case 'defineCollection':
        this.#define(step.definition);
        break;
      case 'dropCollection':
        this.#drop(step.collection);
        break;
      case 'alterCollection':
        this.#alter(step);
        break;
      case 'migrateData':
        for (const assignment of step.assignments) {
          this.#addStep(step.collection, {
            kind: 'set',
            text: describeAssignment(assignment),
            isSkipped: false,
            documents: assignmentStep(assignment, this.#definition(step.collection), this.#context),
          });
        }
        break;
      default:
        unreachable(step);
    }
  }

  finish(): VersionPlan {
    return {
      steps: this.#steps,
      collections: [...this.#kept.values()],
      drops: [...this.#drops.values()],
      creates: [...this.#created.values()],
    };
  }

  #define(definition: CollectionDefinition): void {
    const { name } = definition;
    const isThere = this.#find(name) !== undefined;
    if (!isThere) this.#created.set(name, definition);
    const text = `create collection ${name}`;
    const step = { version: this.#version, kind: 'createCollection', collection: name, text };
    this.#steps.push({ ...step, isSkipped: isThere });
  }

  #drop(name: string): void {
    const isThere = this.#find(name) !== undefined;
    const isNew = this.#created.delete(name);
    const entry = isNew ? undefined : this.#catalog.collection(name);
    const text = `drop collection ${name}`;
    const step = { version: this.#version, kind: 'dropCollection', collection: name, text };
    if (!isThere || entry === undefined) {
      this.#steps.push({ ...step, isSkipped: !isThere });
      return;
    }
    this.#kept.delete(name);
    this.#drops.set(name, entry);
    this.#steps.push({ ...step, isSkipped: false, dropped: entry });
  }

  #alter({
    collection,
    actions,
    definition,
  }: Extract<BoundMigrationStep, { kind: 'alterCollection' }>) {
    for (const action of actions) {
      const altered = alteredDefinition(this.#definition(collection), action);
      const documents = alterationStep(action, altered, this.#context);
      this.#addStep(collection, {
        kind: action.kind,
        text: describeAction(action),
        isSkipped: 'isThere' in action && action.isThere,
        definition: altered,
        ...(documents === undefined ? {} : { documents }),
      });
      this.#setDefinition(collection, altered);
      this.#noteNames(collection, action);
    }
    if (describeDifference(this.#definition(collection), definition) !== undefined) {
      throw otherSchema(collection);
    }
  }

  #noteNames(collection: string, action: BoundAlteration): void {
    const renames = this.#keep(collection)?.renames;
    if (renames === undefined) return;
    if (action.kind === 'dropField') renames.delete(action.name);
    if (action.kind !== 'renameField') return;
    const first = renames.get(action.from) ?? action.from;
    renames.delete(action.from);
    if (first !== action.to) renames.set(action.to, first);
  }

  #addStep(collection: string, step: Omit<PlannedStep, 'collection' | 'version'>): void {
    const planned = { ...step, collection, version: this.#version };
    this.#steps.push(planned);
    const kept = this.#keep(collection);
    if (planned.documents !== undefined) kept?.steps.push(planned);
  }

  /** Where the steps of a stored collection are gathered; `undefined` for one that this version creates. */
  #keep(name: string): PlannedCollection | undefined {
    if (this.#created.has(name)) return undefined;
    const present = this.#kept.get(name);
    if (present !== undefined) return present;
    const before = this.#catalog.collection(name);
    if (before === undefined) throw otherSchema(name);
    const definition = before.definition;
    const kept = { before, definition, renames: new Map<string, string>(), steps: [] };
    this.#kept.set(name, kept);
    return kept;
  }

  #setDefinition(name: string, definition: CollectionDefinition): void {
    const kept = this.#keep(name);
    if (kept === undefined) this.#created.set(name, definition);
    else kept.definition = definition;
  }

  #definition(name: string): CollectionDefinition {
    const found = this.#find(name);
    if (found === undefined) throw otherSchema(name);
    return found;
  }

  #find(name: string): CollectionDefinition | undefined {
    const known = this.#created.get(name) ?? this.#kept.get(name)?.definition;
    if (known !== undefined || this.#drops.has(name)) return known;
    return this.#catalog.collection(name)?.definition;
  }
}

function otherSchema(collection: string): AuroraError {
  return new AuroraError(
    'WriteConflict',
    `"${collection}" was changed by someone else since the migration was read.`,
    { details: { collection }, hint: 'Nothing was changed by this version. Run it again.' },
  );
}
