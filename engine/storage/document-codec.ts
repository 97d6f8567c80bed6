/*
 * Documents as records: a msgpackr record is the number of its structure, then the values in the structure's order.
 * The names of its fields are not in it; they lie once in the collection's table of structures, to which new
 * structures are added as documents need them. (How a record is stored, with its checksum: document-value.ts.)
 *
 * The table is data of the catalog: it must be stored in the same transaction as the first document that uses a new
 * structure, since decoding with another table gives wrong fields in silence. `unsavedStructures` gives the table
 * while it holds more than what is stored; after a transaction that stored it was applied, `markSaved` says so. If the
 * transaction fails, the table stays unsaved and goes with the next one. A table only grows.
 * DateTime is a number (milliseconds) here, a Uuid its text.
 */
import { Packr } from 'msgpackr';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { copyDecoded } from './decoded-copy.ts';
import {
  type PlainStructure,
  plainStructuresMax,
  type RecordRoom,
  roomOf,
  writePlainRecord,
} from './plain-record.ts';
import { hidePrototypeKeys, showPrototypeKeys } from './prototype-keys.ts';
import { RecordFields } from './record-fields.ts';

/** Records lie together in buffers of this size, which costs less than memory for each. */
const sharedBufferBytesMax = 16 * 1024;
/** Packr's modes (REUSE_BUFFER_MODE, RESET_BUFFER_MODE): gives the buffer that it writes to, and writes over it the next time. */
const inPlaceMode = 512 | 1024;

/** Where a record lies until the next one is encoded. */
export interface RecordPlace {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Longer records are left to Packr. */
const plainBytesMax = 32 * 1024;

/** What is kept of them lies together in so many bytes. A new room is taken when less is left than most records need. */
const plainSharedBytes = 8 * 1024;
const plainRoomBytesMin = 1024;

/** Makes documents of their records. */
export interface DocumentDecoder {
  /** The record begins at `start`, 0 unless told. @throws AuroraError `DatabaseCorrupt` when the bytes are no document */
  decode(bytes: Uint8Array, start?: number): StoredDocument;
}

type Structures = readonly (readonly string[])[];

/** Encodes and decodes the documents of one collection. */
export class DocumentCodec implements DocumentDecoder {
  readonly #packr: Packr;
  readonly #collection: string;
  #structures: Structures;
  #savedCount: number;
  #loggedCount: number;
  /** Always the same object: one for each record would be made in the old heap (decoded-copy.ts). */
  readonly #span = { start: 0, end: 0 };
  /** Where plain records that are copied at once are written. */
  #room: RecordRoom | undefined;
  /** Where those that are kept lie together. */
  #sharedRoom: RecordRoom | undefined;
  #sharedEnd = 0;
  /** The structure of the last document. */
  #lastStructure: PlainStructure | undefined;
  readonly #place: { -readonly [Name in keyof RecordPlace]: RecordPlace[Name] } = {
    bytes: Buffer.alloc(0),
    start: 0,
    end: 0,
  };

  /**
   * `table` is what `unsavedStructures` or `unloggedStructures` gave last; `undefined` when neither did.
   * `savedCount` says how much of it is stored; all of it unless told.
   */
  constructor(collection: string, table: Uint8Array | undefined, savedCount?: number) {
    this.#collection = collection;
    this.#structures = table === undefined ? [] : parseStructures(table, collection);
    this.#savedCount = savedCount ?? this.#structures.length;
    this.#loggedCount = this.#structures.length;
    const settings = {
      useRecords: true,
      useToJSON: false,
      maxSharedStructures: limits.sharedStructuresMax,
      shouldShareStructure: (keys: string[]) => keys.length <= limits.sharedStructureFieldsMax,
      getStructures: () => this.#structures.map((names) => [...names]),
      saveStructures: (structures: readonly unknown[]) => {
        this.#structures = copyStructures(structures, collection);
      },
    };
    this.#packr = new Packr(settings);
  }

  /** @throws AuroraError `LimitExceeded` when the document is too large. */
  encode(document: StoredDocument): Uint8Array {
    const plain = this.#encodePlain(document);
    if (plain !== undefined) return plain;
    const record = this.#packr.pack(hidePrototypeKeys(document));
    this.#lastStructure = this.#structureOf(document);
    this.#assertSize(document, record.length);
    // A record is a part of the buffer that Packr fills with many; a large buffer would stay for the sake of one.
    return record.buffer.byteLength > sharedBufferBytesMax ? new Uint8Array(record) : record;
  }

  /** `undefined` when the record must be made by Packr, which adds structures to the table. */
  #encodePlain(document: StoredDocument): Uint8Array | undefined {
    if (this.#lastStructure === undefined) return undefined;
    if (this.#sharedRoom === undefined || this.#sharedEnd + plainRoomBytesMin > plainSharedBytes) {
      this.#sharedRoom = roomOf(plainSharedBytes);
      this.#sharedEnd = 0;
    }
    const start = this.#sharedEnd;
    const end = writePlainRecord(this.#sharedRoom, start, this.#lastStructure, document);
    if (end < 0) return undefined;
    this.#sharedEnd = end;
    return this.#sharedRoom.bytes.subarray(start, end);
  }

  /** Writes a record to where the caller has room for it, and gives its end; -1 as `writePlainRecord`. */
  encodeInto(room: RecordRoom, start: number, document: StoredDocument): number {
    if (this.#lastStructure === undefined) return -1;
    return writePlainRecord(room, start, this.#lastStructure, document);
  }

  /** The same for a record that is copied at once, which spares a view of it. @throws AuroraError `LimitExceeded` */
  encodeInPlace(document: StoredDocument): RecordPlace {
    if (this.#encodePlainInPlace(document)) return this.#place;
    const place = this.#encodeByPackr(document);
    this.#lastStructure = this.#structureOf(document);
    return place;
  }

  /** False when the record must be made by Packr. */
  #encodePlainInPlace(document: StoredDocument): boolean {
    if (this.#lastStructure === undefined) return false;
    this.#room ??= roomOf(plainBytesMax);
    const end = writePlainRecord(this.#room, 0, this.#lastStructure, document);
    if (end < 0) return false;
    this.#place.bytes = this.#room.bytes;
    this.#place.start = 0;
    this.#place.end = end;
    return true;
  }

  #structureOf(document: StoredDocument): PlainStructure | undefined {
    const names = Object.keys(document);
    const isThis = (each: readonly string[]): boolean =>
      each.length === names.length && each.every((name, at) => name === names[at]);
    const position = this.#structures.findIndex(isThis);
    const found = this.#structures[position];
    if (found === undefined || position >= plainStructuresMax) return undefined;
    return { names: found, position };
  }

  #encodeByPackr(document: StoredDocument): RecordPlace {
    const bytes: Buffer & { start?: number; end?: number } = this.#packr.pack(
      hidePrototypeKeys(document),
      inPlaceMode,
    );
    // A record with a new structure comes as a view all the same.
    const { start = 0, end = bytes.length } = bytes;
    this.#assertSize(document, end - start);
    this.#place.bytes = bytes;
    this.#place.start = start;
    this.#place.end = end;
    return this.#place;
  }

  #assertSize({ id }: StoredDocument, bytes: number): void {
    if (bytes <= limits.documentBytesMax) return;
    throw new AuroraError(
      'LimitExceeded',
      `A document of "${this.#collection}" takes ${bytes} bytes; at most ${limits.documentBytesMax} are allowed.`,
      { details: { collection: this.#collection, id, bytes } },
    );
  }

  /** Decodes a record that begins at an offset. @throws AuroraError `DatabaseCorrupt` when the bytes are no document. */
  decode(bytes: Uint8Array, start = 0): StoredDocument {
    let value: unknown;
    this.#span.start = start;
    this.#span.end = bytes.length;
    try {
      value = showPrototypeKeys(this.#packr.unpack(bytes, this.#span));
    } catch (error) {
      throw this.#corrupt('cannot be decoded', error);
    }
    if (!isDocument(value)) throw this.#corrupt('is no document');
    return copyDecoded(value);
  }

  /**
   * Decodes documents to some of their fields at least: of most records only those are read. The id is empty where it was
   * not asked for. Damage elsewhere in a record may pass unseen.
   */
  only(fields: readonly string[]): DocumentDecoder {
    let structures = this.#structures;
    let wanted = new RecordFields(structures, fields);
    return {
      decode: (bytes, start = 0) => {
        if (structures !== this.#structures) {
          structures = this.#structures;
          wanted = new RecordFields(structures, fields);
        }
        return wanted.read(bytes, start, bytes.length) ?? this.decode(bytes, start);
      },
    };
  }

  /** The table of structures when it holds more than what is stored; else `undefined`. */
  unsavedStructures(): { readonly bytes: Uint8Array; readonly count: number } | undefined {
    return this.#tableAbove(this.#savedCount);
  }

  /** The table of structures when the log does not hold all of it yet; else `undefined`. */
  unloggedStructures(): { readonly bytes: Uint8Array; readonly count: number } | undefined {
    return this.#tableAbove(this.#loggedCount);
  }

  /** Says that the log holds a table of so many structures. */
  markLogged(count: number): void {
    this.#loggedCount = Math.max(this.#loggedCount, count);
  }

  /** How much of the table is stored. */
  get savedCount(): number {
    return this.#savedCount;
  }

  /** Says that a table of so many structures is stored. */
  markSaved(count: number): void {
    this.#savedCount = Math.max(this.#savedCount, count);
  }

  #tableAbove(knownCount: number) {
    const count = this.#structures.length;
    if (count <= knownCount) return undefined;
    return { bytes: Buffer.from(JSON.stringify(this.#structures), 'utf8'), count };
  }

  #corrupt(what: string, cause?: unknown): AuroraError {
    return new AuroraError(
      'DatabaseCorrupt',
      `A stored document of "${this.#collection}" ${what}.`,
      {
        cause,
        details: { collection: this.#collection },
        hint: 'Run a verification to see the extent of the damage.',
      },
    );
  }
}

function parseStructures(bytes: Uint8Array, collection: string): Structures {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  return copyStructures(Array.isArray(value) ? value : [undefined], collection);
}

function copyStructures(table: readonly unknown[], collection: string): Structures {
  return table.map((names) => {
    if (!Array.isArray(names)) throw damaged(collection);
    return names.map((name: unknown) => {
      if (typeof name !== 'string') throw damaged(collection);
      return name;
    });
  });
}

function damaged(collection: string): AuroraError {
  return new AuroraError(
    'DatabaseCorrupt',
    `The record structures of "${collection}" are damaged.`,
  );
}

function isDocument(value: unknown): value is StoredDocument {
  return (
    typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
  );
}
