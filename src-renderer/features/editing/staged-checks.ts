/*
 * What is wrong with all that is staged in a collection. The schema and the staged documents tell the most of it at once;
 * who else holds a unique value, and whether a reference leads to a document, the host is asked in the background, for
 * many values at a time. Its answers are kept until somebody writes in the collection. They are told early so that they
 * can be corrected where they stand; what still slips through, the preview and the commit refuse.
 */
import type { CatalogInfo, CollectionInfo, DatabaseId } from '#contract';
import type { Client } from '../../client/client.ts';
import type { TopicFeed } from '../../client/topic-feed.ts';
import type { MergedDocument } from './staged-document.ts';
import { factsOf, type StagedFacts } from './staged-facts.ts';
import { danglingProblem, type StagedProblem, takenProblem } from './staged-problems.ts';
import { askHolders, askThere, type Reference, type SoughtKey } from './staged-questions.ts';

interface Place {
  readonly database: DatabaseId;
  readonly collection: string;
}

const askPauseMs = 150;
/** After others have written: a collection that is written all the time is not asked all the time. */
const askAnewPauseMs = 500;

export class StagedChecks {
  readonly #client: Client;
  readonly #place: Place;
  readonly #documents: () => readonly MergedDocument[];
  readonly #onChange: () => void;
  readonly #catalog: TopicFeed<CatalogInfo>;
  #info: CollectionInfo | undefined;
  #infoKey = '';
  #problems: ReadonlyMap<string, readonly StagedProblem[]> | undefined;
  /** By what the document is to be. */
  #facts = new WeakMap<object, { readonly kind: string; readonly facts: StagedFacts }>();
  /** By the fields and the key: the stored documents that hold it. */
  readonly #holders = new Map<string, readonly string[]>();
  /** By target and id: whether the document is there. */
  readonly #there = new Map<string, boolean>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | undefined;
  #isRunning = false;
  /** What the host has said may not hold any more; it stands until the host has said it anew. */
  #isStale = false;

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

  /** False for a field that only an open collection may have; true for all while the schema is not known. */
  isDeclared(field: string): boolean {
    const info = this.#info;
    if (info?.open !== true) return true;
    return field === 'id' || info.fields.some(({ name }) => name === field);
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
    this.#isStale = true;
    this.#askSoon(askAnewPauseMs);
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
    this.#facts = new WeakMap();
    this.changed();
    this.#onChange();
  }

  #found(): ReadonlyMap<string, readonly StagedProblem[]> {
    const byId = new Map<string, StagedProblem[]>();
    const add = (problem: StagedProblem) => {
      const others = byId.get(problem.id) ?? [];
      // One word for each field: the first is the one that has to be heard first.
      if (!others.some(({ field }) => field === problem.field)) others.push(problem);
      byId.set(problem.id, others);
    };
    const documents = this.#documents();
    const staged = new Set(documents.map(({ id }) => id));
    const counts = new Map<string, number>();
    this.#each(({ keys }) => {
      for (const { key } of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    });
    const inserted = this.#inserted(documents);
    this.#each(({ problems, keys, references }, { id }) => {
      for (const problem of problems) add(problem);
      for (const { key, fields, field } of keys) {
        if (field === undefined) continue;
        if ((counts.get(key) ?? 0) > 1) add(takenProblem(id, { fields, field }, 'staged'));
        // What is staged is compared already: there the value is another one, or the document goes.
        const isStored = this.#holders.get(key)?.some((other) => !staged.has(other)) === true;
        if (isStored) add(takenProblem(id, { fields, field }, 'stored'));
      }
      for (const reference of references) {
        const isThere = this.#there.get(placeOf(reference)) ?? true;
        if (!isThere && !this.#isInserted(reference, inserted)) add(danglingProblem(id, reference));
      }
    });
    return byId;
  }

  /** What each staged document is checked for; nothing while the schema is not known. */
  #each(look: (facts: StagedFacts, document: MergedDocument) => void): void {
    const info = this.#info;
    if (info === undefined) return;
    for (const document of this.#documents()) {
      const { mine, kind } = document;
      if (mine === undefined) continue;
      const known = this.#facts.get(mine);
      const facts = known?.kind === kind ? known.facts : factsOf(document, info);
      if (facts !== known?.facts) this.#facts.set(mine, { kind, facts });
      look(facts, document);
    }
  }

  #inserted(documents: readonly MergedDocument[]): ReadonlySet<string> {
    return new Set(documents.flatMap(({ id, kind }) => (kind === 'insert' ? [id] : [])));
  }

  /** A reference to a document that is committed with it leads somewhere. */
  #isInserted({ target, id }: Reference, inserted: ReadonlySet<string>): boolean {
    return target === this.#place.collection && inserted.has(id);
  }

  #askSoon(pauseMs = askPauseMs): void {
    if (!this.#isRunning || this.#timer !== undefined || this.#asking !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#ask();
    }, pauseMs);
  }

  /** Asks for what is not known yet; what cannot be asked now is asked with the next change. */
  async #ask(): Promise<void> {
    const info = this.#info;
    if (info === undefined) return;
    const documents = this.#documents();
    const isAnew = this.#isStale;
    this.#isStale = false;
    const keys: SoughtKey[] = [];
    const references: Reference[] = [];
    this.#each((facts) => {
      for (const held of facts.keys) {
        if (held.field !== undefined && (isAnew || !this.#holders.has(held.key))) keys.push(held);
      }
      for (const held of facts.references) {
        if (isAnew || !this.#there.has(placeOf(held))) references.push(held);
      }
    });
    if (keys.length === 0 && references.length === 0) return;
    const asking = new AbortController();
    this.#asking = asking;
    let hasFailed = false;
    const asked = { client: this.#client, database: this.#place.database, signal: asking.signal };
    try {
      const holders = await askHolders(asked, info, keys);
      const there = await askThere(asked, references);
      if (asking.signal.aborted) return;
      if (isAnew) {
        this.#holders.clear();
        this.#there.clear();
      }
      for (const [key, ids] of holders) this.#holders.set(key, ids);
      for (const [place, isThere] of there) this.#there.set(place, isThere);
      this.#problems = undefined;
      this.#onChange();
    } catch (error) {
      hasFailed = true;
      this.#isStale ||= isAnew;
      if (!asking.signal.aborted) console.warn('Staged values could not be checked.', error);
    } finally {
      if (this.#asking === asking) {
        this.#asking = undefined;
        // What was staged or written meanwhile.
        if (this.#documents() !== documents) this.#askSoon();
        else if (this.#isStale && !hasFailed) this.#askSoon(askAnewPauseMs);
      }
    }
  }
}

function placeOf({ target, id }: Reference): string {
  return `${target} ${id}`;
}
