import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const entriesMax = 1_000;

/** What was typed before, the latest first, as readline keeps it; each entry is one line. */
export function readHistory(file: string): string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .reverse();
}

/** Readable by this person only: texts hold constants. */
export function writeHistory(file: string, entries: readonly string[]): void {
  const kept = entries.slice(0, entriesMax).toReversed();
  writeFileSync(file, kept.map((line) => `${line}\n`).join(''), { mode: 0o600 });
}
