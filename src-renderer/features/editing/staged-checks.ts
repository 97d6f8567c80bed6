/*
 * What is wrong with all that is staged in a collection. The schema and the staged documents tell the most of it at once;
 * who else holds a unique value, and whether a reference leads to a document, the host is asked in the background, for
 * many values at a time. Its answers are kept until somebody writes in the collection. They are told early so that they
 * can be corrected where they stand; what still slips through, the preview and the commit refuse.
 */
import type { CatalogInfo, CollectionInfo, DatabaseId } from '#contract';
import type { Client } from '../../client/client.ts';
import type { TopicFeed } from '../../client/topic-feed.ts';
import { fieldValue, type MergedDocument } from './staged-document.ts';
import {
  rivalProblems,
  type StagedProblem,
  takenProblem,
  valueProblems,
} from './staged-problems.ts';
import { askHolders, askThere, type Reference } from './staged-questions.ts';
import { type UniqueKey, uniqueKeys, uniqueSets } from './unique-keys.ts';

interface Place {
  readonly database: DatabaseId;
  readonly collection: string;
}

const askPauseMs = 150;

export class StagedChecks {
  readonly #client: Client;
  readonly #place: Place;
  readonly #documents: () => readonly MergedDocument[];
  readonly #onChange: () => void;
  readonly #catalog: TopicFeed<CatalogInfo>;
  #info: CollectionInfo | undefined;
  #infoKey = '';
  #problems: ReadonlyMap<string, readonly StagedProblem[]> | undefined;
  #ofValues = new WeakMap<object, readonly StagedProblem[]>();
  /** By the fields and the key: the stored documents that hold it. */
  readonly #holders = new Map<string, readonly string[]>();
  /** By target and id: whether the document is there. */
  readonly #there = new Map<string, boolean>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | undefined;
  #isRunning = false;

  /** `onChange` is called when the answers of the host make another picture. */
  constructor(
    client: Client,
    place: Place,
    options: {
      readonly documents: () => readonly MergedDocument[];
      readonly onChange: () => void;
    },
  ) {
    this.#client = client;
    this.#place = place;
    this.#documents = options.documents;
    this.#onChange = options.onChange;
    this.#catalog = client.feed('catalog', { database: place.database });
  }

  /** All problems, by the id of the document. Without a host there are none. */
  problems(): ReadonlyMap<string, readonly StagedProblem[]> {
    this.#problems ??= this.#found();
    return this.#problems;
  }

  /** Follows the schema and asks the host until the returned function is called. */
  start(): () => void {
    this.#isRunning = true;
    const stop = this.#catalog.listen(() => this.#look());
    this.#look();
    return () => {
      this.#isRunning = false;
      stop();
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#asking?.abort();
    };
  }

  /** What is staged has changed. */
  changed(): void {
    this.#problems = undefined;
    this.#askSoon();
  }

  /** Others have written: what the host has said may not hold any more. */
  askAnew(): void {
    this.#holders.clear();
    this.#there.clear();
    this.#asking?.abort();
    this.#asking = undefined;
    this.#askSoon();
  }

  #look(): void {
    const state = this.#catalog.state();
    if (state.status !== 'current') return;
    const info = state.value.collections.find(({ name }) => name === this.#place.collection);
    // The number of documents changes with every commit, the schema seldom.
    const key = JSON.stringify([info?.fields, info?.indexes]);
    if (key === this.#infoKey) return;
    this.#info = info;
    this.#infoKey = key;
    this.#ofValues = new WeakMap();
    this.changed();
    this.#onChange();
  }

  #found(): ReadonlyMap<string, readonly StagedProblem[]> {
    const info = this.#info;
    const byId = new Map<string, StagedProblem[]>();
    if (info === undefined) return byId;
    const documents = this.#documents();
    const staged = new Set(documents.map(({ id }) => id));
    const add = (problem: StagedProblem) => {
      const others = byId.get(problem.id) ?? [];
      // One word for each field: the first is the one that has to be heard first.
      if (!others.some(({ field }) => field === problem.field)) others.push(problem);
      byId.set(problem.id, others);
    };
    for (const document of documents) for (const each of this.#valuesOf(document, info)) add(each);
    for (const each of rivalProblems(documents, info)) add(each);
    for (const { document, fields, key } of this.#keysIn(documents, info)) {
      const others = this.#holders.get(key) ?? [];
      // What is staged is compared already: there the value is another one, or the document goes.
      if (others.some((id) => !staged.has(id))) takenProblem(document, fields, 'stored').map(add);
    }
    for (const reference of referencesIn(documents, info)) {
      if (this.#there.get(placeOf(reference)) === false) add(danglingProblem(reference));
    }
    return byId;
  }

  #valuesOf(document: MergedDocument, info: CollectionInfo): readonly StagedProblem[] {
    const { mine } = document;
    if (mine === undefined) return [];
    const known = this.#ofValues.get(mine);
    if (known !== undefined) return known;
    const found = valueProblems(document, info);
    this.#ofValues.set(mine, found);
    return found;
  }

  /** The unique values that a commit would write; what does not fit its field cannot be asked for. */
  #keysIn(documents: readonly MergedDocument[], info: CollectionInfo): readonly HeldKey[] {
    return uniqueSets(info).flatMap((fields) =>
      documents.flatMap((document): readonly HeldKey[] => {
        if (takenProblem(document, fields, 'stored').length === 0) return [];
        const wrong = this.#valuesOf(document, info);
        if (wrong.some(({ field }) => fields.includes(field))) return [];
        return uniqueKeys(document.mine, fields).map(({ key, values }) => ({
          ...{ document, fields, values },
          key: `${fields.join(' ')} ${key}`,
        }));
      }),
    );
  }

  #askSoon(): void {
    if (!this.#isRunning || this.#timer !== undefined || this.#asking !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#ask();
    }, askPauseMs);
  }

  /** Asks for what is not known yet; what cannot be asked now is asked with the next change. */
  async #ask(): Promise<void> {
    const info = this.#info;
    if (info === undefined) return;
    const documents = this.#documents();
    const keys = this.#keysIn(documents, info).filter(({ key }) => !this.#holders.has(key));
    const references = referencesIn(documents, info).filter(
      (reference) => !this.#there.has(placeOf(reference)),
    );
    if (keys.length === 0 && references.length === 0) return;
    const asking = new AbortController();
    this.#asking = asking;
    const asked = { client: this.#client, database: this.#place.database, signal: asking.signal };
    try {
      const holders = await askHolders(asked, info, keys);
      const there = await askThere(asked, references);
      if (asking.signal.aborted) return;
      for (const [key, ids] of holders) this.#holders.set(key, ids);
      for (const [place, isThere] of there) this.#there.set(place, isThere);
      this.#problems = undefined;
      this.#onChange();
    } catch (error) {
      if (!asking.signal.aborted) console.warn('Staged values could not be checked.', error);
    } finally {
      if (this.#asking === asking) {
        this.#asking = undefined;
        // What was staged meanwhile.
        if (this.#documents() !== documents) this.#askSoon();
      }
    }
  }
}

interface HeldKey {
  readonly document: MergedDocument;
  readonly fields: readonly string[];
  /** Of the fields and the values. */
  readonly key: string;
  readonly values: UniqueKey['values'];
}

interface HeldReference extends Reference {
  readonly document: MergedDocument;
  readonly field: string;
}

/** The references that a commit would write, but those to documents that it writes as well. */
function referencesIn(
  documents: readonly MergedDocument[],
  { name, fields }: CollectionInfo,
): readonly HeldReference[] {
  const referring = fields.filter(({ references }) => references !== undefined);
  if (referring.length === 0) return [];
  const inserted = new Set(documents.flatMap(({ id, kind }) => (kind === 'insert' ? [id] : [])));
  return documents.flatMap((document) =>
    referring.flatMap((field): readonly HeldReference[] => {
      const id = document.mine && fieldValue(document.mine, field.name);
      const { references: target = '' } = field;
      if (typeof id !== 'string' || !isId(id)) return [];
      if (document.kind === 'update' && !document.changedFields.includes(field.name)) return [];
      if (target === name && inserted.has(id)) return [];
      return [{ document, field: field.name, target, id }];
    }),
  );
}

function placeOf({ target, id }: Reference): string {
  return `${target} ${id}`;
}

function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

function danglingProblem({ document, field, target }: HeldReference): StagedProblem {
  const message = `${field} leads nowhere: ${target} has no document of this id.`;
  return { id: document.id, field, kind: 'dangling', message };
}
