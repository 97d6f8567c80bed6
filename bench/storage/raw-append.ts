import { closeSync, fdatasyncSync, openSync, writeFileSync, writeSync } from 'node:fs';
import type { Contender } from './interleave.ts';

const fileBytes = 16 * 1024 * 1024;

/** The least that a durable write can cost: the bytes of a record of the log, and one fdatasync. */
export function rawAppend(path: string, recordBytes: number): Contender {
  writeFileSync(path, Buffer.alloc(fileBytes), { flush: true });
  const descriptor = openSync(path, 'r+');
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
