/* What a recorded process did to its folder, in order; recorder.c draws the bytes of the log. */
import { constants, readFileSync } from 'node:fs';
import { assert } from '../../base/assert.ts';

/** One call that took effect. Paths are absolute; `file` numbers one opening of a file. */
export type RecordedEvent = { readonly nanoseconds: bigint } & (
  | {
      readonly kind: 'open';
      readonly file: number;
      readonly path: string;
      readonly creates: boolean;
      readonly empties: boolean;
      /** Every write through it is on disk when it returns. */
      readonly writesThrough: boolean;
    }
  | {
      readonly kind: 'write';
      readonly file: number;
      readonly offset: number;
      readonly data: Buffer;
    }
  | { readonly kind: 'truncate'; readonly file: number; readonly length: number }
  /** Makes the file at least so long. */
  | { readonly kind: 'extend'; readonly file: number; readonly length: number }
  | { readonly kind: 'syncBegin'; readonly file: number; readonly token: number }
  | { readonly kind: 'syncEnd'; readonly file: number; readonly token: number }
  | { readonly kind: 'rename' | 'link'; readonly path: string; readonly to: string }
  | { readonly kind: 'unlink' | 'mkdir' | 'rmdir'; readonly path: string }
  | { readonly kind: 'acknowledge'; readonly text: string }
  | { readonly kind: 'mapSharedWrite'; readonly file: number }
  | { readonly kind: 'unsupported'; readonly what: string }
);

const headBytes = 48;
const magic = 0x4c435052;

/** Reads a recorder's log. A record that the process was killed in the middle of does not count. */
export function readRecording(path: string): readonly RecordedEvent[] {
  const bytes = readFileSync(path);
  const events: RecordedEvent[] = [];
  for (let at = 0; at + headBytes <= bytes.length; ) {
    assert(bytes.readUInt32LE(at) === magic, 'a record begins where the last one ended');
    const kind = bytes.readUInt32LE(at + 4);
    const length = Number(bytes.readBigUInt64LE(at + 32));
    const pathEnd = at + headBytes + bytes.readUInt32LE(at + 40);
    const otherEnd = pathEnd + bytes.readUInt32LE(at + 44);
    const carriesData = kind === 2 || kind === 12;
    const end = otherEnd + (carriesData ? length : 0);
    if (end > bytes.length) break;
    events.push({
      nanoseconds: bytes.readBigUInt64LE(at + 8),
      ...eventOf(kind, {
        file: bytes.readUInt32LE(at + 16),
        flags: bytes.readUInt32LE(at + 20),
        offset: Number(bytes.readBigUInt64LE(at + 24)),
        length,
        path: bytes.toString('utf8', at + headBytes, pathEnd),
        other: bytes.toString('utf8', pathEnd, otherEnd),
        data: bytes.subarray(otherEnd, end),
      }),
    });
    at = end;
  }
  return events;
}

interface RecordFields {
  readonly file: number;
  readonly flags: number;
  readonly offset: number;
  readonly length: number;
  readonly path: string;
  readonly other: string;
  readonly data: Buffer;
}

type Without<Event> = Event extends unknown ? Omit<Event, 'nanoseconds'> : never;

function eventOf(
  kind: number,
  { file, flags, offset, length, path, other, data }: RecordFields,
): Without<RecordedEvent> {
  switch (kind) {
    case 1:
      return {
        kind: 'open',
        file,
        path,
        creates: (flags & constants.O_CREAT) !== 0,
        empties: (flags & constants.O_TRUNC) !== 0,
        writesThrough: (flags & (constants.O_DSYNC | constants.O_SYNC)) !== 0,
      };
    case 2:
      return { kind: 'write', file, offset, data };
    case 3:
      return { kind: 'truncate', file, length: offset };
    case 4:
      return { kind: 'extend', file, length: offset + length };
    case 5:
      return { kind: 'syncBegin', file, token: offset };
    case 6:
      return { kind: 'syncEnd', file, token: offset };
    case 7:
      return { kind: 'rename', path, to: other };
    case 8:
      return { kind: 'link', path, to: other };
    case 9:
      return { kind: 'unlink', path };
    case 10:
      return { kind: 'mkdir', path };
    case 11:
      return { kind: 'rmdir', path };
    case 12:
      return { kind: 'acknowledge', text: data.toString('utf8') };
    case 13:
      return { kind: 'mapSharedWrite', file };
    case 14:
      return { kind: 'unsupported', what: path };
    default:
      throw new Error(`The recording holds a record of the unknown kind ${kind}.`);
  }
}
