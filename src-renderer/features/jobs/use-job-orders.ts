import { useCallback, useState } from 'react';
import type { JobOrder, Result } from '#contract';
import { useClient } from '../../client/client-context.tsx';

/** An order that waits for the person's word. */
export interface AskedOrder {
  readonly order: JobOrder;
  readonly preview: Result<'jobs.preview'>;
  readonly answer: (isConfirmed: boolean) => void;
}

export interface JobOrders {
  /**
   * Carries an order out, after asking where it concerns many jobs, deletes, or where the database is marked as
   * production. Gives the host's answer; `undefined` when the person did not want it, or when it failed.
   */
  readonly give: (order: JobOrder) => Promise<Result<'jobs.order'> | undefined>;
  readonly asked: AskedOrder | undefined;
  readonly error: unknown;
  readonly clearError: () => void;
}

export function useJobOrders(database: string): JobOrders {
  const client = useClient();
  const [asked, setAsked] = useState<AskedOrder>();
  const [error, setError] = useState<unknown>();
  const give = useCallback(
    async (order: JobOrder) => {
      try {
        setError(undefined);
        const preview = await client.call('jobs.preview', { database, order });
        const isPlain =
          (preview.confirmation === 'none' && order.kind !== 'deleteSchedule') ||
          isSmall(order, preview);
        const isConfirmed =
          isPlain ||
          (await new Promise<boolean>((resolve) => {
            const answer = (given: boolean) => {
              setAsked(undefined);
              resolve(given);
            };
            setAsked({ order, preview, answer });
          }));
        if (!isConfirmed) return undefined;
        return await client.call('jobs.order', { database, order, previewToken: preview.token });
      } catch (failure) {
        setError(failure);
        return undefined;
      }
    },
    [client, database],
  );
  return { give, asked, error, clearError: useCallback(() => setError(undefined), []) };
}

/** One job that is named, and not deleted, needs no question but on production. */
function isSmall(order: JobOrder, { confirmation }: Result<'jobs.preview'>): boolean {
  return (
    confirmation === 'click' &&
    'filter' in order &&
    order.filter.ids?.length === 1 &&
    order.kind !== 'delete'
  );
}
