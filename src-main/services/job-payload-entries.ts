import { Buffer } from 'node:buffer';
import type { JsonValue } from '#engine';

/*
 * Which jobs have a value in their payload: one entry of 14 bytes for each text, number or boolean, without the values
 * themselves. An entry knows its value by a digest of 64 bits, so that what is found is taken as it is, its path by a
 * number, and its job by a slot. Finding goes over all digests, a million of which take about a millisecond: nothing
 * has to be kept in order, and adding costs the same whatever is there.
 *
 *   entry:  low u32 │ high u32 │ path u16 │ slot u32          slot:  the 16 bytes of a job's id
 */

export interface PayloadTerm {
  /** Names from the payload down to the value; any place when it is left out. */
  readonly path?: readonly string[];
  readonly value: string | number | boolean;
}

/** Values of one payload that are entered; of a wider one the first. */
const valuesMax = 64;
const depthMax = 8;
const pathsMax = 0xffff;
const idBytes = 16;

export class PayloadEntries {
  #low = new Uint32Array(1_024);
  #high = new Uint32Array(1_024);
  #paths = new Uint16Array(1_024);
  #slots = new Uint32Array(1_024);
  #ids = Buffer.alloc(1_024 * idBytes);
  #count = 0;
  #slotCount = 0;
  /** Numbers of paths, from 1; 0 stands for all that came when there were too many. */
  readonly #pathNumbers = new Map<string, number>();
  /** Slots of jobs whose payload is another one by now. */
  readonly #replaced = new Set<number>();
  /** Slots of payloads of which only a part is entered. */
  readonly #wide: number[] = [];

  get entryCount(): number {
    return this.#count;
  }

  get slotCount(): number {
    return this.#slotCount;
  }

  add(id: string, payload: JsonValue): void {
    const slot = this.#slotCount;
    this.#slotCount += 1;
    if (this.#slotCount * idBytes > this.#ids.length) {
      this.#ids = Buffer.concat([this.#ids, Buffer.alloc(this.#ids.length)]);
    }
    this.#ids.write(id.replaceAll('-', ''), slot * idBytes, 'hex');
    let left = valuesMax;
    const walk = (value: JsonValue, path: string, depth: number): void => {
      if (left < 0 || value === null) return;
      if (typeof value !== 'object') {
        left -= 1;
        if (left >= 0) this.#enter(value, path, slot);
      } else if (depth >= depthMax) left = -1;
      else if (isList(value)) for (const each of value) walk(each, path, depth + 1);
      else
        for (const [name, each] of Object.entries(value)) walk(each, under(path, name), depth + 1);
    };
    walk(payload, '', 0);
    if (left < 0) this.#wide.push(slot);
  }

  /** What was entered of a job does not count any more. */
  remove(id: string): void {
    for (const slot of this.#slotsOf(id)) this.#replaced.add(slot);
  }

  /**
   * Ids of the jobs that have a value, the newest first. With a path also those of which it is not known: payloads with
   * very many values, and jobs that are gone.
   */
  find({ path, value }: PayloadTerm): readonly string[] {
    const wanted = digestText(value);
    const [low, high] = [digest(wanted, lowSeed), digest(wanted, highSeed)];
    const place = path?.reduce(under, '');
    const number = place === undefined ? undefined : (this.#pathNumbers.get(place) ?? -1);
    const found = new Set(path === undefined ? [] : this.#wide);
    const lows = this.#low;
    for (let at = 0; at < this.#count; at += 1) {
      if (lows[at] !== low || this.#high[at] !== high) continue;
      const own = this.#paths[at] ?? 0;
      if (number === undefined || own === number || own === 0) found.add(this.#slots[at] ?? 0);
    }
    const ids = [...found]
      .filter((slot) => !this.#replaced.has(slot))
      .map((each) => this.#id(each));
    return [...new Set(ids)].sort((one, other) => (one < other ? 1 : -1));
  }

  #enter(value: string | number | boolean, path: string, slot: number): void {
    if (this.#count === this.#low.length) this.#grow();
    const text = digestText(value);
    const at = this.#count;
    this.#count += 1;
    this.#low[at] = digest(text, lowSeed);
    this.#high[at] = digest(text, highSeed);
    this.#paths[at] = this.#pathNumber(path);
    this.#slots[at] = slot;
  }

  #pathNumber(path: string): number {
    const known = this.#pathNumbers.get(path);
    if (known !== undefined) return known;
    if (this.#pathNumbers.size >= pathsMax) return 0;
    const number = this.#pathNumbers.size + 1;
    this.#pathNumbers.set(path, number);
    return number;
  }

  #grow(): void {
    const length = this.#low.length * 2;
    const grown = <Numbers extends Uint32Array | Uint16Array>(
      to: Numbers,
      from: Numbers,
    ): Numbers => {
      to.set(from);
      return to;
    };
    this.#low = grown(new Uint32Array(length), this.#low);
    this.#high = grown(new Uint32Array(length), this.#high);
    this.#paths = grown(new Uint16Array(length), this.#paths);
    this.#slots = grown(new Uint32Array(length), this.#slots);
  }

  #id(slot: number): string {
    const hex = this.#ids.toString('hex', slot * idBytes, (slot + 1) * idBytes);
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  *#slotsOf(id: string): Generator<number> {
    const wanted = Buffer.from(id.replaceAll('-', ''), 'hex');
    const end = this.#slotCount * idBytes;
    for (let from = 0; from < end; ) {
      const at = this.#ids.indexOf(wanted, from);
      if (at < 0 || at >= end) return;
      if (at % idBytes === 0) yield at / idBytes;
      from = at + 1;
    }
  }
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function under(path: string, name: string): string {
  return `${path}\u0000${name}`;
}

/** Values of different types are different. */
function digestText(value: string | number | boolean): string {
  return `${typeof value} ${String(value)}`;
}

const lowSeed = { start: 0xdeadbeef, factor: 2_654_435_761 };
const highSeed = { start: 0x41c6ce57, factor: 1_597_334_677 };

/** One half of cyrb53, a digest of texts that spreads well and needs no allocation. */
function digest(text: string, { start, factor }: typeof lowSeed): number {
  let hash = start;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), factor);
  hash = Math.imul(hash ^ (hash >>> 16), 2_246_822_507);
  hash = Math.imul(hash ^ (hash >>> 13), 3_266_489_909);
  return (hash ^ (hash >>> 16)) >>> 0;
}
