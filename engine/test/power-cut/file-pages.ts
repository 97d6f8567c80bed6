/*
 * The content of one file in 4 KiB pages, of which only those with something in them are kept: a preallocated log of
 * many megabytes costs what was written into it. Copies share their pages until one of them changes a page.
 */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

const pageBytes = 4096;

export class FilePages {
  #length: number;
  readonly #pages: Map<number, Buffer>;
  /** Pages that no copy shares. */
  #owned = new Set<number>();

  constructor(length = 0, pages: ReadonlyMap<number, Buffer> = new Map()) {
    this.#length = length;
    this.#pages = new Map(pages);
  }

  get length(): number {
    return this.#length;
  }

  copy(): FilePages {
    this.#owned = new Set();
    return new FilePages(this.#length, this.#pages);
  }

  write(offset: number, data: Buffer): void {
    this.extend(offset + data.length);
    for (let done = 0; done < data.length; ) {
      const at = offset + done;
      const inside = at % pageBytes;
      const count = Math.min(pageBytes - inside, data.length - done);
      data.copy(this.#ownPage(Math.floor(at / pageBytes)), inside, done, done + count);
      done += count;
    }
  }

  extend(length: number): void {
    this.#length = Math.max(this.#length, length);
  }

  truncate(length: number): void {
    if (length < this.#length) {
      const boundary = Math.floor(length / pageBytes);
      for (const page of [...this.#pages.keys()]) if (page > boundary) this.#pages.delete(page);
      if (this.#pages.has(boundary)) this.#ownPage(boundary).fill(0, length % pageBytes);
    }
    this.#length = length;
  }

  /** Writes it as a real file, with holes where nothing was written. */
  save(path: string): void {
    const descriptor = openSync(path, 'w');
    try {
      ftruncateSync(descriptor, this.#length);
      for (const [page, bytes] of this.#pages) {
        const at = page * pageBytes;
        const count = Math.min(pageBytes, this.#length - at);
        if (count > 0) writeSync(descriptor, bytes, 0, count, at);
      }
    } finally {
      closeSync(descriptor);
    }
  }

  #ownPage(page: number): Buffer {
    const present = this.#pages.get(page);
    if (present !== undefined && this.#owned.has(page)) return present;
    const own = Buffer.alloc(pageBytes);
    present?.copy(own);
    this.#pages.set(page, own);
    this.#owned.add(page);
    return own;
  }
}
