import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { WebSocket, WebSocketServer } from 'ws';
import { type Channel, type ClientMessage, createChannelPair, type HostMessage } from '#contract';
import { createPortChannel } from '../services/port-channel.ts';
import { createSocketChannel } from '../web/socket-channel.ts';

/** The two ends of a transport, for the suites that run over every one. */
export interface TransportEnds {
  readonly page: Channel<ClientMessage, HostMessage>;
  readonly host: Channel<HostMessage, ClientMessage>;
  dispose(): Promise<void>;
}

export const transports: { readonly [name: string]: () => Promise<TransportEnds> } = {
  'in-process pair': async () => ({ ...createChannelPair(), dispose: async () => {} }),
  'message port': async () => {
    const { port1, port2 } = new MessageChannel();
    return {
      page: createPortChannel(port1),
      host: createPortChannel(port2),
      dispose: async () => port1.close(),
    };
  },
  'WebSocket on loopback': async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: 1 << 24 });
    await once(server, 'listening');
    const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const [[accepted]] = await Promise.all([once(server, 'connection'), once(client, 'open')]);
    return {
      page: createSocketChannel(client),
      host: createSocketChannel(accepted),
      dispose: async () => {
        client.terminate();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  },
};
