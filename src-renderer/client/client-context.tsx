import { createContext, useContext, useSyncExternalStore } from 'react';
import type { HostInfo } from '#contract';
import type { Client, ConnectionState } from './client.ts';

const ClientContext = createContext<Client | null>(null);

export const ClientProvider = ClientContext.Provider;

/** The client of this page. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('useClient needs a ClientProvider above it');
  return client;
}

/** Where the connection to the host stands, current. */
export function useConnection(): ConnectionState {
  const client = useClient();
  return useSyncExternalStore(
    (listener) => client.onStateChange(listener),
    () => client.state(),
  );
}

/** What the host is and can do; `undefined` before the first welcome. */
export function useHostInfo(): HostInfo | undefined {
  const connection = useConnection();
  return connection.kind === 'ready' || connection.kind === 'lost' ? connection.host : undefined;
}
