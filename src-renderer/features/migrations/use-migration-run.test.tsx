// @vitest-environment happy-dom
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { expect, it } from 'vitest';
import { ClientProvider } from '../../client/client-context.tsx';
import { openShopPage } from '../../testing/shop-page.ts';
import { useMigrationRun } from './use-migration-run.ts';

/* After a version that was being applied was cancelled, nothing was said, and what had been tried was gone. */
it('says that an applying text was cancelled, and keeps what it would do', async () => {
  const { client, database, runText, close } = await openShopPage((line) =>
    expect.unreachable(line),
  );
  try {
    await runText('schema { define collection films { title: String } }');
    const wrapper = ({ children }: { readonly children: ReactNode }) => (
      <ClientProvider value={client}>{children}</ClientProvider>
    );
    const { result } = renderHook(() => useMigrationRun(database), { wrapper });
    const text = 'migrate { "1": { alter collection films { add year: Int } } }';
    await act(() => result.current.plan(text));
    const { state } = result.current;
    const plan = state.kind === 'planned' ? state.plan : expect.unreachable(state.kind);
    act(() => {
      void result.current.apply(text, plan);
      result.current.cancel();
    });
    await waitFor(() =>
      expect(result.current.state).toEqual({ kind: 'cancelled', text, plan, applied: [] }),
    );
  } finally {
    await close();
  }
});
