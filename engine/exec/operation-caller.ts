/*
 * On whose behalf operations run, where a program works for several: a server for the bearers of its tokens. It goes
 * with the flow of calls, as nothing between the server and the audit log has to know of it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

const callers = new AsyncLocalStorage<string>();

/**
 * Runs a callback for somebody else, such as the bearer of a token: audit logs name them as `caller` of every operation
 * that begins in it, unless the database is in another process.
 */
export function auditedAs<Result>(caller: string, work: () => Result): Result {
  return callers.run(caller, work);
}

/** Whose operation one is that begins now; `undefined` for the program's own. */
export function currentCaller(): string | undefined {
  return callers.getStore();
}
