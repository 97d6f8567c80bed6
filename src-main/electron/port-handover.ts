import { ipcMain, MessageChannelMain } from 'electron';
import { type Channel, type ClientMessage, type HostMessage, handoverChannel } from '#contract';
import { createPortChannel } from '../services/port-channel.ts';

/** Takes the host's end of a new channel, and serves it until it closes. */
type Serve = (channel: Channel<HostMessage, ClientMessage>) => void;

/**
 * Answers the page's request for a port. Only the top frame of a page at our own origin gets one; a page that asks
 * again, because it was reloaded, loses the earlier one.
 */
export function handPortsOver(origin: string, serve: Serve): void {
  const channels = new Map<number, Channel<HostMessage, ClientMessage>>();
  ipcMain.on(handoverChannel, (event) => {
    const frame = event.senderFrame;
    if (frame === null || frame.parent !== null || frame.origin !== origin) {
      console.error(`A frame at ${frame?.url ?? 'no address'} asked for a port and got none.`);
      return;
    }
    const page = event.sender.id;
    // The channel, not the port alone: a port tells its listeners that the other end closed it, never its own.
    channels.get(page)?.close();
    const { port1, port2 } = new MessageChannelMain();
    const channel = createPortChannel<HostMessage, ClientMessage>(port1, ({ data }) => data);
    channels.set(page, channel);
    port1.on('close', () => {
      if (channels.get(page) === channel) channels.delete(page);
    });
    serve(channel);
    frame.postMessage(handoverChannel, null, [port2]);
  });
}
