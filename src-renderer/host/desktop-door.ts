import { type DesktopHandover, handoverGlobal, handoverMessage } from '#contract';
import { type HostDoor, HostFailure } from './host-door.ts';
import { portChannel } from './port-channel.ts';

const answerMsMax = 10_000;

/** The preload's object, when this page runs in the desktop application. */
export function findHandover(page: Window): DesktopHandover | undefined {
  const found: unknown = Reflect.get(page, handoverGlobal);
  if (typeof found !== 'object' || found === null) return undefined;
  const requestPort: unknown = Reflect.get(found, 'requestPort');
  if (typeof requestPort !== 'function') return undefined;
  return { requestPort: () => Reflect.apply(requestPort, found, []) };
}

/** The door inside the desktop application: asks the preload for a port. */
export function desktopDoor(page: Window, handover: DesktopHandover): HostDoor {
  return {
    kind: 'desktop',
    open: async () => portChannel(await takePort(page, handover)),
  };
}

function takePort(page: Window, handover: DesktopHandover): Promise<MessagePort> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      page.removeEventListener('message', onMessage);
      reject(new HostFailure('The application did not hand over its port.', { reason: 'gone' }));
    }, answerMsMax);
    const onMessage = (event: MessageEvent<unknown>) => {
      if (event.source !== page || event.origin !== page.location.origin) return;
      const { data } = event;
      if (typeof data !== 'object' || data === null) return;
      if (Reflect.get(data, 'type') !== handoverMessage) return;
      const [port] = event.ports;
      if (port === undefined) return;
      clearTimeout(timer);
      page.removeEventListener('message', onMessage);
      resolve(port);
    };
    page.addEventListener('message', onMessage);
    handover.requestPort();
  });
}
