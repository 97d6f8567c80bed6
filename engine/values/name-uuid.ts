import { createHash } from 'node:crypto';
import { formatUuid } from './uuid.ts';

/** The UUID of a name: the same for the same name. Version 8 of RFC 9562, made by a rule of our own. */
export function uuidOfName(name: string): string {
  const hash = createHash('sha256').update(name).digest();
  hash[6] = 0x80 | ((hash[6] ?? 0) & 0x0f);
  hash[8] = 0x80 | ((hash[8] ?? 0) & 0x3f);
  return formatUuid(hash, 0);
}
