/*
 * The state of one wizard: a file is chosen and looked at, its columns are mapped, the import is tried, run, and told.
 * Whatever changes how the file is read is looked at anew; whatever changes what would be imported forgets the trial.
 */
import type { CollectionInfo, DatabaseInfo, ImportOrder, ImportState, ImportTask } from '#contract';
import type { Client } from '../../client/client.ts';
import { bringFile } from './bring-file.ts';
import { type ColumnChoice, choicesOf, columnOrders, upsertKeys } from './column-choices.ts';
import { baseName, collectionNameOf, type FileSource, isCollectionName } from './file-source.ts';
import {
  firstReading,
  noPassage,
  type Passage,
  type Reading,
  type WizardState,
} from './wizard-state.ts';

export interface ImportRequest {
  /** The collection to import into, where that is known. */
  readonly collection?: string;
  readonly file?: FileSource;
}

export interface WizardServices {
  readonly client: Client;
  readonly database: DatabaseInfo;
  /** The collections as they are now. */
  readonly collections: () => readonly CollectionInfo[];
}

const lookPauseMs = 150;

type PassageName = 'look' | 'trial' | 'run';

export class ImportWizard {
  readonly #services: WizardServices;
  readonly #listeners = new Set<() => void>();
  /** What each passage is at the host; a newer one of its kind takes its place. */
  readonly #open = new Map<PassageName, { id: string | undefined }>();
  #state: WizardState;
  #goOn: (() => void) | undefined;
  #lookTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(services: WizardServices, { collection, file }: ImportRequest) {
    this.#services = services;
    this.#state = {
      step: 'file',
      source: undefined,
      collection: collection ?? '',
      isCollectionChosen: collection !== undefined,
      reading: firstReading,
      look: noPassage,
      columns: [],
      upsertKey: undefined,
      onReject: 'skip',
      skipRecords: 0,
      trial: noPassage,
      run: noPassage,
    };
    if (file !== undefined) this.choose(file);
  }

  state = (): WizardState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The collection to import into; undefined when the import is to define it. */
  target(): CollectionInfo | undefined {
    const { collection } = this.#state;
    return this.#services.collections().find(({ name }) => name === collection);
  }

  choose(source: FileSource): void {
    const { isCollectionChosen, collection } = this.#state;
    const known = this.#services.collections().find(({ name }) => name === baseName(source.name));
    const proposed = known?.name ?? collectionNameOf(source.name);
    const reading = { ...firstReading, nullTokens: this.#state.reading.nullTokens };
    this.#set({ source, reading, collection: isCollectionChosen ? collection : proposed });
    void this.#look();
  }

  setCollection(collection: string): void {
    const before = this.target();
    this.#set({ collection, isCollectionChosen: true });
    this.#forget('trial');
    // Between names of new collections there is no difference but the name.
    const isSame = before === undefined && this.target() === undefined;
    if (!isSame || this.#state.look.kind === 'none') this.#lookSoon();
  }

  read(change: Partial<Reading>): void {
    const isOther = change.format !== undefined && change.format !== this.#state.reading.format;
    const delimiter = isOther ? undefined : this.#state.reading.delimiter;
    this.#set({ reading: { ...this.#state.reading, delimiter, ...change } });
    this.#lookSoon();
  }

  changeColumn(source: string, change: Partial<ColumnChoice>): void {
    const columns = this.#state.columns.map((column) =>
      column.source === source ? { ...column, ...change } : column,
    );
    const { upsertKey } = this.#state;
    const keeps = upsertKey !== undefined && upsertKeys(columns, this.target()).includes(upsertKey);
    this.#set({ columns, upsertKey: keeps ? upsertKey : undefined });
    this.#forget('trial');
  }

  setRules(change: Partial<Pick<WizardState, 'upsertKey' | 'onReject'>>): void {
    this.#set(change);
    this.#forget('trial');
  }

  go(step: WizardState['step']): void {
    this.#set({ step });
    if (step === 'trial' && this.#state.trial.kind !== 'ended') this.tryIt();
  }

  tryIt(): void {
    this.#set({ step: 'trial' });
    void this.#pass('trial', { kind: 'try', order: this.order() });
  }

  import(): void {
    const { trial } = this.#state;
    const token =
      trial.kind === 'ended' && trial.end.state === 'tried' ? trial.end.token : undefined;
    this.#set({ step: 'run' });
    const order = this.order();
    void this.#pass('run', {
      kind: 'run',
      order,
      ...(token === undefined ? {} : { previewToken: token }),
    });
  }

  /** Tries what is left of a file of which so many records are dealt with. */
  continueAfter(skipRecords: number): void {
    this.#forget('run');
    this.#set({ skipRecords });
    this.tryIt();
  }

  hold(isHeld: boolean): void {
    const { run } = this.#state;
    if (run.kind === 'underWay') this.#set({ run: { ...run, isHeld } });
    if (!isHeld) this.#goOn?.();
  }

  async cancel(name: PassageName, committed: 'keep' | 'revert'): Promise<void> {
    const id = this.#open.get(name)?.id;
    if (id === undefined) return;
    try {
      await this.#services.client.call('imports.cancel', { import: id, committed });
    } catch (error) {
      this.#setPassage(name, { kind: 'failed', error });
    }
    this.hold(false);
  }

  /** The file of what a trial or an import has rejected. */
  async rejects(name: PassageName): Promise<Blob> {
    const id = this.#open.get(name)?.id ?? '';
    const parts: Blob[] = [];
    for (let offset = 0; ; ) {
      const { chunk, isLast } = await this.#services.client.call('imports.rejects', {
        import: id,
        offset,
      });
      const bytes = Uint8Array.from(atob(chunk), (character) => character.charCodeAt(0));
      parts.push(new Blob([bytes]));
      offset += bytes.length;
      if (isLast) return new Blob(parts, { type: 'text/plain' });
    }
  }

  /** Forgets all that is at the host. What an import has committed stays. */
  close(): void {
    clearTimeout(this.#lookTimer);
    for (const name of this.#open.keys()) this.#end(name);
    this.#goOn?.();
  }

  order(): ImportOrder {
    const { collection, reading, columns, upsertKey, onReject, skipRecords, look } = this.#state;
    const seen =
      look.kind === 'ended' && look.end.state === 'inspected' ? look.end.inspection : undefined;
    const { delimiter } = reading;
    return {
      collection,
      format: reading.format ?? seen?.format ?? 'csv',
      columns: columnOrders(columns, this.target()),
      onReject,
      ...readingOrder({ ...reading, delimiter: delimiter ?? seen?.delimiter ?? undefined }),
      ...(upsertKey === undefined ? {} : { upsertKey }),
      ...(skipRecords === 0 ? {} : { skipRecords }),
    };
  }

  /** Looks when what is typed has rested for a moment. */
  #lookSoon(): void {
    this.#forget('look');
    this.#forget('trial');
    clearTimeout(this.#lookTimer);
    this.#lookTimer = setTimeout(() => void this.#look(), lookPauseMs);
  }

  async #look(): Promise<void> {
    clearTimeout(this.#lookTimer);
    const { source, collection, reading } = this.#state;
    this.#forget('trial');
    this.#forget('run');
    this.#set({ skipRecords: 0 });
    if (source === undefined || !isCollectionName(collection)) {
      this.#forget('look');
      return;
    }
    const { format } = reading;
    const end = await this.#pass('look', {
      kind: 'inspect',
      collection,
      fileName: source.name,
      ...(format === undefined ? {} : { format }),
      ...readingOrder(reading),
    });
    if (end !== undefined) this.#end('look');
  }

  /** Sends the file for a purpose; the end it came to, unless a newer passage has taken its place. */
  async #pass(name: PassageName, task: ImportTask): Promise<ImportState | undefined> {
    const { client, database } = this.#services;
    const { source, reading } = this.#state;
    if (source === undefined) return undefined;
    this.#end(name);
    const own: { id: string | undefined } = { id: undefined };
    this.#open.set(name, own);
    const isCurrent = () => this.#open.get(name) === own;
    const update = (change: Partial<Extract<Passage, { kind: 'underWay' }>>) => {
      const passage = this.#state[name];
      if (isCurrent() && passage.kind === 'underWay')
        this.#setPassage(name, { ...passage, ...change });
    };
    this.#setPassage(name, { kind: 'underWay', share: 0, progress: undefined, isHeld: false });
    const { encoding } = reading;
    const request = { database: database.database, task, source, encoding };
    try {
      const end = await bringFile(client, request, {
        onBegun: (id) => {
          own.id = id;
          if (!isCurrent()) this.#closeAt(id);
        },
        onState: (progress) => update({ progress }),
        onSent: (share) => update({ share }),
        mayGoOn: () => (name === 'run' ? this.#mayGoOn() : Promise.resolve()),
      });
      if (!isCurrent()) return undefined;
      // Never one without the other: columns are those of the file as it was looked at last.
      const found =
        end.state === 'inspected'
          ? { columns: choicesOf(end.inspection, this.target()), upsertKey: undefined }
          : {};
      this.#set({ [name]: { kind: 'ended', end }, ...found });
      return end;
    } catch (error) {
      if (isCurrent()) this.#setPassage(name, { kind: 'failed', error });
      return undefined;
    }
  }

  async #mayGoOn(): Promise<void> {
    const { run } = this.#state;
    if (run.kind !== 'underWay' || !run.isHeld) return;
    await new Promise<void>((resolve) => {
      this.#goOn = resolve;
    });
  }

  #forget(name: PassageName): void {
    this.#end(name);
    this.#setPassage(name, noPassage);
  }

  #end(name: PassageName): void {
    const id = this.#open.get(name)?.id;
    this.#open.delete(name);
    if (id !== undefined) this.#closeAt(id);
  }

  #closeAt(id: string): void {
    this.#services.client.call('imports.close', { import: id }).catch(() => {
      // Without a connection the host has closed it already.
    });
  }

  #setPassage(name: PassageName, passage: Passage): void {
    this.#set({ [name]: passage });
  }

  #set(change: Partial<WizardState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of [...this.#listeners]) listener();
  }
}

function readingOrder({ delimiter, pointer, nullTokens }: Reading) {
  const tokens = nullTokens
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== '');
  return {
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(pointer.trim() === '' ? {} : { pointer: pointer.trim() }),
    ...(tokens.length === 0 ? {} : { nullTokens: tokens }),
  };
}
