/*
 * Which process is meant by a process id. Ids are given out again, so one counts only together with the start time of
 * its process and the boot of its machine. Linux tells both; elsewhere only whether a process of that id runs.
 */
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from boot to the start of the process; null where the system does not tell. */
  readonly startTime: string | null;
  /** The boot of the machine; null where the system does not tell. */
  readonly bootId: string | null;
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startTime: startTimeOf(process.pid), bootId: currentBootId() };
}

/** True when the process still runs. When the system cannot tell, it counts as running. */
export function isRunning(identity: ProcessIdentity): boolean {
  const bootId = currentBootId();
  if (identity.bootId !== null && bootId !== null && identity.bootId !== bootId) return false;
  if (!hasProcess(identity.pid)) return false;
  const startTime = startTimeOf(identity.pid);
  return identity.startTime === null || startTime === null || identity.startTime === startTime;
}

function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM means that it runs and belongs to someone else.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Field 22 of the process's status line; the name before it may hold spaces and brackets. */
function startTimeOf(pid: number): string | null {
  const status = readSystemFile(`/proc/${pid}/stat`);
  if (status === null) return null;
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  return fields[19] ?? null;
}

function currentBootId(): string | null {
  return readSystemFile('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

function readSystemFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Only Linux has these files; null is the documented answer elsewhere.
    return null;
  }
}
