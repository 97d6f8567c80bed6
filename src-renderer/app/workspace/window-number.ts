/*
 * Windows that are open at the same time keep their tabs and staged edits apart, under a number each. A number belongs to
 * a window as long as it holds the lock of that name, which the browser takes back when the window goes, whatever way it
 * goes; so the first window of the next start finds what the first one left. A window that is loaded again waits for its
 * own number, which the page before it may not have let go yet.
 */

const windowsMax = 64;
const keptMs = 1_000;
const sessionKey = 'aurora.window';

/** Takes the number of this window for as long as it lives; 1 where the browser has no locks. */
export async function takeWindowNumber(page: Window): Promise<number> {
  // Locks are only there in secure contexts.
  const locks: LockManager | undefined = page.navigator.locks;
  if (locks === undefined) return 1;
  const before = Number(page.sessionStorage.getItem(sessionKey));
  const isKnown = Number.isInteger(before) && before >= 1 && before <= windowsMax;
  if (isKnown && (await takesLock(locks, before, { signal: AbortSignal.timeout(keptMs) }))) {
    return before;
  }
  for (let number = 1; number <= windowsMax; number += 1) {
    if (!(await takesLock(locks, number, { ifAvailable: true }))) continue;
    page.sessionStorage.setItem(sessionKey, String(number));
    return number;
  }
  return 1;
}

/** True when the lock was got; it is held until the page goes. */
function takesLock(locks: LockManager, number: number, options: LockOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const held = locks.request(`aurora.window ${number}`, options, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise<never>(() => undefined);
    });
    // Waited for too long: another window has it.
    held.catch(() => resolve(false));
  });
}
