import { limits } from '../limits.ts';
import type { LogPart } from './log-record.ts';

/**
 * Puts parts together, and holds them to their order: numbers ascend, and the parts of a record follow each other with
 * nothing between. A record whose beginning stands before the first segment that is read is passed over.
 */
export class LogChain {
  #lsn: number;
  #wholeLsn: number;
  #isAtStart = true;
  #open: LogPart | undefined;
  #payloads: Uint8Array[] = [];
  #payloadBytes = 0;

  /** `lsn` is that of the last record before the first segment. */
  constructor(lsn: number) {
    this.#lsn = lsn;
    this.#wholeLsn = lsn;
  }

  /** Number of the last part. */
  get lsn(): number {
    return this.#lsn;
  }

  /** Number of the last record that came with all its parts. */
  get wholeLsn(): number {
    return this.#wholeLsn;
  }

  /** True between the parts of a record. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Adds a part that verified; false when it cannot stand here. */
  add(part: LogPart): boolean {
    if (!this.#fits(part)) return false;
    this.#isAtStart = false;
    this.#lsn = part.lsn;
    if (part.isFirst) {
      this.#payloads = [];
      this.#payloadBytes = 0;
    }
    this.#payloads.push(part.payload);
    this.#payloadBytes += part.payload.length;
    this.#open = part.isLast ? undefined : part;
    if (part.isLast) this.#wholeLsn = part.lsn;
    return true;
  }

  /** Payload of the record whose last part was just added. */
  payload(): Uint8Array {
    const [only] = this.#payloads;
    if (only !== undefined && this.#payloads.length === 1) return only;
    return Buffer.concat(this.#payloads);
  }

  #fits(part: LogPart): boolean {
    if (part.isFirst) return this.#open === undefined && part.lsn > this.#lsn;
    if (this.#isAtStart) return part.lsn === this.#lsn;
    return (
      this.#open !== undefined &&
      part.lsn === this.#open.lsn &&
      part.kind === this.#open.kind &&
      part.partNumber === this.#open.partNumber + 1 &&
      this.#payloadBytes + part.payload.length <= limits.logRecordBytesMax
    );
  }
}
