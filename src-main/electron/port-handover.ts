import { ipcMain, MessageChannelMain, type MessagePortMain } from 'electron';
import { type Channel, type ClientMessage, type HostMessage, handoverChannel } from '#contract';
import { createPortChannel } from '../services/port-channel.ts';

/** Takes the host's end of a new channel, and serves it until it closes. */
type Serve = (channel: Channel<HostMessage, ClientMessage>) => void;

/**
 * Answers the page's request for a port. Only the top frame of a page at our own origin gets one; a page that asks
 * again, because it was reloaded, loses the earlier one.
 */
export function handPortsOver(origin: string, serve: Serve): void {
  const ports = new Map<number, MessagePortMain>();
  ipcMain.on(handoverChannel, (event) => {
    const frame = event.senderFrame;
    if (frame === null || frame.parent !== null || frame.origin !== origin) {
      console.error(`A frame at ${frame?.url ?? 'no address'} asked for a port and got none.`);
      return;
    }
    const page = event.sender.id;
    ports.get(page)?.close();
    const { port1, port2 } = new MessageChannelMain();
    ports.set(page, port1);
    port1.on('close', () => {
      if (ports.get(page) === port1) ports.delete(page);
    });
    serve(createPortChannel<HostMessage, ClientMessage>(port1, (message) => message.data));
    frame.postMessage(handoverChannel, null, [port2]);
  });
}
