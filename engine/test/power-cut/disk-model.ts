/*
 * A disk that may lose power. It is fed the recorded calls of a process and keeps two things apart: what is certainly
 * on disk, and what still lies in memory, in order. A cut keeps a chosen part of the latter; power-cut.test.ts chooses.
 *
 * What makes something certain, and nothing else does:
 * - data and length of a file: a sync of that file that began after the write and has ended; or that the file was
 *   opened to be written through (O_DSYNC), then each write by itself;
 * - a name in a folder: a sync of that folder. (Usual file systems also keep the name of a new file that is synced;
 *   nothing promises it.)
 * Names are lost from the last one backwards, as a journalled file system loses them. Data is lost in any pattern.
 */
import { mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { assert } from '../../base/assert.ts';
import { FilePages } from './file-pages.ts';
import type { RecordedEvent } from './recording.ts';

/** A change of one file that is not on disk yet. */
export type PendingData =
  | {
      readonly kind: 'write';
      readonly node: FileNode;
      readonly offset: number;
      readonly data: Buffer;
    }
  | { readonly kind: 'truncate' | 'extend'; readonly node: FileNode; readonly length: number };

/** A change of names that is not on disk yet; both folders of a rename change together. */
interface PendingNames {
  readonly changes: readonly {
    readonly folder: FolderNode;
    readonly name: string;
    readonly node: DiskNode | undefined;
  }[];
}

export interface FileNode {
  readonly kind: 'file';
  readonly number: number;
  readonly onDisk: FilePages;
}

interface FolderNode {
  readonly kind: 'folder';
  /** Names as the process sees them, and as they are on disk. */
  readonly names: Map<string, DiskNode>;
  readonly onDisk: Map<string, DiskNode>;
}

type DiskNode = FileNode | FolderNode;

interface OpenFile {
  readonly node: DiskNode;
  readonly writesThrough: boolean;
}

/** What of the unsynced changes a cut keeps. */
export interface CutChoice {
  /** How many of the pending changes of names, from the first. */
  keepNames(count: number): number;
  /** Which of the pending changes of data, possibly cut to pieces; in the order in which they are applied. */
  keepData(pending: readonly PendingData[]): readonly PendingData[];
}

export class DiskModel {
  readonly #rootPath: string;
  readonly #root: FolderNode = newFolder();
  readonly #open = new Map<number, OpenFile>();
  /** By their token, the moment at which each sync that is under way began. */
  readonly #syncs = new Map<number, number>();
  #fileCount = 0;
  #data: { readonly order: number; readonly change: PendingData }[] = [];
  #names: { readonly order: number; readonly change: PendingNames }[] = [];
  #order = 0;
  /** Files that the process maps to write through the map; their content is not known. */
  readonly mappedPaths = new Set<string>();

  /** @param rootPath The recorded folder, which exists, empty, when the recording begins. */
  constructor(rootPath: string) {
    this.#rootPath = rootPath;
  }

  apply(event: RecordedEvent): void {
    switch (event.kind) {
      case 'open':
        this.#openFile(event);
        return;
      case 'write': {
        const { file, offset, data } = event;
        this.#change(file, (node) => ({ kind: 'write', node, offset, data }));
        return;
      }
      case 'truncate':
      case 'extend': {
        const { kind, file, length } = event;
        this.#change(file, (node) => ({ kind, node, length }));
        return;
      }
      case 'syncBegin':
        this.#syncs.set(event.token, this.#order);
        return;
      case 'syncEnd':
        this.#endSync(event);
        return;
      case 'rename':
      case 'link':
      case 'unlink':
      case 'mkdir':
      case 'rmdir':
        this.#changeNames(event);
        return;
      case 'mapSharedWrite':
        this.mappedPaths.add(this.#pathOf(this.#opened(event.file).node));
        return;
      case 'acknowledge':
        return;
      case 'unsupported':
        throw new Error(`The recorded process called ${event.what}, which images cannot show.`);
    }
  }

  /** Writes the folder, as a cut at this moment leaves it, to an existing empty folder. */
  saveImage(path: string, choice: CutChoice): void {
    const names = this.#names.slice(0, choice.keepNames(this.#names.length));
    const folders = new Map<FolderNode, Map<string, DiskNode>>();
    for (const { change } of names) {
      for (const { folder, name, node } of change.changes) {
        let changed = folders.get(folder);
        if (changed === undefined) {
          changed = new Map(folder.onDisk);
          folders.set(folder, changed);
        }
        setName(changed, name, node);
      }
    }
    const contents = new Map<FileNode, FilePages>();
    for (const change of choice.keepData(this.#data.map((entry) => entry.change))) {
      let content = contents.get(change.node);
      if (content === undefined) {
        content = change.node.onDisk.copy();
        contents.set(change.node, content);
      }
      applyTo(content, change);
    }
    const save = (folder: FolderNode, where: string): void => {
      for (const [name, node] of folders.get(folder) ?? folder.onDisk) {
        const target = join(where, name);
        if (node.kind === 'file') (contents.get(node) ?? node.onDisk).save(target);
        else {
          mkdirSync(target);
          save(node, target);
        }
      }
    };
    save(this.#root, path);
  }

  #openFile(event: Extract<RecordedEvent, { kind: 'open' }>): void {
    let node = this.#find(event.path);
    if (node === undefined) {
      assert(event.creates, `${event.path} was opened, so it exists or is made`);
      this.#fileCount += 1;
      node = { kind: 'file', number: this.#fileCount, onDisk: new FilePages() };
      this.#setNames([{ ...this.#place(event.path), node }]);
    } else if (event.empties && node.kind === 'file') {
      this.#pend({ kind: 'truncate', node, length: 0 });
    }
    this.#open.set(event.file, { node, writesThrough: event.writesThrough });
  }

  #change(file: number, toChange: (node: FileNode) => PendingData): void {
    const { node, writesThrough } = this.#opened(file);
    assert(node.kind === 'file', 'only files are written to');
    const change = toChange(node);
    // A write-through write may not overtake what was written to the same bytes before and is still in memory.
    if (writesThrough) this.#settle(node, this.#order, overlaps(change));
    if (writesThrough) applyTo(node.onDisk, change);
    else this.#pend(change);
  }

  #pend(change: PendingData): void {
    this.#data.push({ order: this.#order, change });
    this.#order += 1;
  }

  #endSync({ file, token }: { readonly file: number; readonly token: number }): void {
    const covered = this.#syncs.get(token);
    assert(covered !== undefined, 'a sync that ends has begun');
    this.#syncs.delete(token);
    const { node } = this.#opened(file);
    if (node.kind === 'file') {
      this.#settle(node, covered, () => true);
      return;
    }
    this.#names = this.#names.filter(({ order, change }) => {
      const isCovered = order < covered && change.changes.some(({ folder }) => folder === node);
      if (isCovered) {
        for (const { folder, name, node: named } of change.changes) {
          setName(folder.onDisk, name, named);
        }
      }
      return !isCovered;
    });
  }

  /** Puts what was written to a file before a moment on disk. */
  #settle(node: FileNode, before: number, isMeant: (change: PendingData) => boolean): void {
    this.#data = this.#data.filter(({ order, change }) => {
      if (change.node !== node || order >= before || !isMeant(change)) return true;
      applyTo(node.onDisk, change);
      return false;
    });
  }

  #changeNames(
    event: Extract<RecordedEvent, { kind: 'rename' | 'link' | 'unlink' | 'mkdir' | 'rmdir' }>,
  ): void {
    const place = this.#place(event.path);
    switch (event.kind) {
      case 'mkdir':
        this.#setNames([{ ...place, node: newFolder() }]);
        return;
      case 'unlink':
      case 'rmdir':
        this.#setNames([{ ...place, node: undefined }]);
        return;
      case 'rename':
      case 'link': {
        const node = this.#find(event.path);
        assert(node !== undefined, `${event.path} has a node`);
        const to = { ...this.#place(event.to), node };
        this.#setNames(event.kind === 'link' ? [to] : [{ ...place, node: undefined }, to]);
      }
    }
  }

  #setNames(changes: PendingNames['changes']): void {
    for (const { folder, name, node } of changes) setName(folder.names, name, node);
    this.#names.push({ order: this.#order, change: { changes } });
    this.#order += 1;
  }

  #opened(file: number): OpenFile {
    const opened = this.#open.get(file);
    assert(opened !== undefined, 'a file is opened before it is used');
    return opened;
  }

  #place(path: string): { readonly folder: FolderNode; readonly name: string } {
    const folder = this.#find(dirname(path));
    assert(folder?.kind === 'folder', `${dirname(path)} is a folder`);
    return { folder, name: basename(path) };
  }

  #find(path: string): DiskNode | undefined {
    assert(path.startsWith(this.#rootPath), 'only the recorded folder is recorded');
    let node: DiskNode | undefined = this.#root;
    for (const name of path.slice(this.#rootPath.length).split('/')) {
      if (name === '') continue;
      if (node?.kind !== 'folder') return undefined;
      node = node.names.get(name);
    }
    return node;
  }

  #pathOf(wanted: DiskNode): string {
    const search = (folder: FolderNode, path: string): string | undefined => {
      for (const [name, node] of folder.names) {
        if (node === wanted) return join(path, name);
        const below = node.kind === 'folder' ? search(node, join(path, name)) : undefined;
        if (below !== undefined) return below;
      }
      return undefined;
    };
    return search(this.#root, '') ?? '(unlinked)';
  }
}

/** Puts one change into a content. */
function applyTo(content: FilePages, change: PendingData): void {
  if (change.kind === 'write') content.write(change.offset, change.data);
  else if (change.kind === 'truncate') content.truncate(change.length);
  else content.extend(change.length);
}

function overlaps(change: PendingData): (other: PendingData) => boolean {
  if (change.kind !== 'write') return () => true;
  const end = change.offset + change.data.length;
  return (other) =>
    other.kind !== 'write' ||
    (other.offset < end && change.offset < other.offset + other.data.length);
}

function newFolder(): FolderNode {
  return { kind: 'folder', names: new Map(), onDisk: new Map() };
}

function setName(names: Map<string, DiskNode>, name: string, node: DiskNode | undefined): void {
  if (node === undefined) names.delete(name);
  else names.set(name, node);
}
