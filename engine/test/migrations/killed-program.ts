/* Runs the program that migrates, and kills it at a moment of its migration. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** So long after it has gone over that share of the documents, or after it has migrated. */
export interface KillMoment {
  readonly doneShare: number | 'migrated';
  readonly afterMs: number;
}

interface Ended {
  /** The last one that was acknowledged; -1 when none was. */
  readonly lastNote: number;
  readonly isMigrated: boolean;
  /** How long it worked, and how long of that after it had gone over all documents. */
  readonly workedMs: number;
  readonly endingMs: number;
  readonly complaints: string;
}

export async function migrateAndKill(
  program: string,
  words: readonly string[],
  { doneShare, afterMs }: KillMoment,
): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...words]);
  let complaints = '';
  let [lastNote, isMigrated, share, startedAt, doneAt] = [-1, false, 0, 0, 0];
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    complaints += part;
  });
  let killing: Promise<void> | undefined;
  const killWhenDue = () => {
    const isDue = isMigrated || (doneShare !== 'migrated' && share >= doneShare);
    if (!isDue || killing !== undefined) return;
    killing = delay(afterMs).then(() => {
      child.kill('SIGKILL');
    });
  };
  let endedAt = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, value] = line.split(' ');
    if (what === 'loaded') {
      startedAt = performance.now();
      child.stdin.write('go\n');
    }
    if (what === 'wrote') lastNote = Number(value);
    if (what === 'done') {
      share = Number(value);
      doneAt = performance.now();
    }
    if (!isMigrated) endedAt = performance.now();
    if (what === 'migrated') isMigrated = true;
    killWhenDue();
  }
  if (killing === undefined) complaints += 'it ended by itself';
  await killing;
  return {
    lastNote,
    isMigrated,
    workedMs: endedAt - startedAt,
    endingMs: endedAt - doneAt,
    complaints,
  };
}
