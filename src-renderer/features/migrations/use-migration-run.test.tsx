// @vitest-environment happy-dom
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { expect, it } from 'vitest';
import { createChannelPair } from '#contract';
import { createServices } from '../../../src-main/services/create-services.ts';
import { Client } from '../../client/client.ts';
import { ClientProvider } from '../../client/client-context.tsx';
import { useMigrationRun } from './use-migration-run.ts';

/* After a version that was being applied was cancelled, nothing was said, and what had been tried was gone. */
it('says that an applying text was cancelled, and keeps what it would do', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aurora-migration-run-'));
  const services = createServices({
    ...{ dataFolder: join(folder, 'data'), sampleFolder: join(folder, 'sample') },
    ...{ version: '0.0.0', host: 'in-process', log: (line) => expect.unreachable(line) },
  });
  try {
    const client = new Client({
      kind: 'browser',
      open: () => {
        const { page, host } = createChannelPair();
        services.serve(host);
        return Promise.resolve(page);
      },
    });
    await client.start();
    const path = join(folder, 'shop.db');
    const { database } = await client.call('databases.open', { path, create: true });
    const define = 'schema { define collection films { title: String } }';
    for await (const part of client.run({ database, text: define }))
      expect(part.kind).not.toBe('failed');
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
    await services.close();
    await rm(folder, { recursive: true, force: true });
  }
});
