/*
 * On whose behalf operations run, where a program works for several: a server for the bearers of its tokens. It goes
 * with the flow of calls, as nothing between the server and the audit log has to know of it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

interface Caller {
  readonly name: string;
  readonly isOwner: boolean;
}

const callers = new AsyncLocalStorage<Caller>();

/**
 * Runs a callback for somebody else, such as the bearer of a token: audit logs name them as `caller` of every operation
 * that begins in it, unless the database is in another process. With `isOwner` it is the process's own work all the same,
 * under a name in its logs: what is recorded for good, such as who applied a version, names its user.
 */
export function auditedAs<Result>(
  caller: string,
  work: () => Result,
  { isOwner = false }: { readonly isOwner?: boolean } = {},
): Result {
  return callers.run({ name: caller, isOwner }, work);
}

/** Whose operation one is that begins now; `undefined` for the program's own. */
export function currentCaller(): string | undefined {
  return callers.getStore()?.name;
}

/** Who else than the owner of this process has asked for what begins now; `undefined` for its own. */
export function currentBearer(): string | undefined {
  const caller = callers.getStore();
  return caller?.isOwner === true ? undefined : caller?.name;
}
