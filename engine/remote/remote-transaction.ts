/*
 * A transaction whose callback is here and whose statements are at the owner. The owner keeps its snapshot and its
 * writes, so the owner's deadline holds; the same deadline here ends the waiting for a callback that does not end.
 */
import type { TransactionBackend } from '../database-backend.ts';
import { cancellationOf } from '../exec/drain.ts';
import { startDeadline, type TransactionOptions, untilAborted } from '../exec/transaction.ts';
import { RemoteStatements, type RemoteStatementsParts } from './remote-statements.ts';

/**
 * Runs a callback in a transaction at the owner, and gives its value after the commit is durable.
 * @throws what the callback throws, as a transaction in the owner's process does, and `OwnerLost`
 */
export async function runRemoteTransaction<Result>(
  parts: RemoteStatementsParts,
  callback: (transaction: TransactionBackend) => Promise<Result>,
  { signal, timeoutMs }: TransactionOptions,
): Promise<Result> {
  const { connection } = parts;
  const deadline = startDeadline(timeoutMs);
  const signals = signal === undefined ? [deadline.signal] : [deadline.signal, signal];
  const combined = AbortSignal.any(signals);
  try {
    const params = timeoutMs === undefined ? {} : { timeoutMs };
    const { transaction } = await connection.call('transaction.begin', params);
    const statements = new RemoteStatements({ ...parts, transaction });
    let result: Result;
    try {
      result = await untilAborted(combined, () => callback(statements));
    } catch (error) {
      // When the connection is lost, so is the transaction.
      await connection.call('transaction.rollback', { transaction }).catch(() => undefined);
      throw error;
    }
    deadline.end();
    await connection.call('transaction.commit', { transaction }, { isWrite: true });
    return result;
  } catch (error) {
    throw cancellationOf(error);
  } finally {
    deadline.end();
  }
}
