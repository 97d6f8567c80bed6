import { closeSync, fdatasyncSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { Contender } from './interleave.ts';

const fileBytes = 16 * 1024 * 1024;
/** As the log fills its segments (engine/wal/log-folder.ts): in larger pieces each call below takes longer. */
const zeros = Buffer.alloc(128 * 1024);

/** The least that a durable write can cost: the bytes of a record of the log, and one fdatasync. */
export function rawAppend(path: string, recordBytes: number): Contender {
  const descriptor = openSync(path, 'w+');
  for (let at = 0; at < fileBytes; at += zeros.length) {
    writeSync(descriptor, zeros, 0, zeros.length, at);
  }
  fsyncSync(descriptor);
  const record = Buffer.alloc(recordBytes, 1);
  let offset = 0;
  return {
    name: 'raw append + fdatasync',
    run(count) {
      for (let index = 0; index < count; index += 1) {
        if (offset + recordBytes > fileBytes) offset = 0;
        writeSync(descriptor, record, 0, recordBytes, offset);
        fdatasyncSync(descriptor);
        offset += recordBytes;
      }
    },
    close: () => closeSync(descriptor),
  };
}
