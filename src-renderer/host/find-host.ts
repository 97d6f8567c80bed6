import { browserDoor } from './browser-door.ts';
import { desktopDoor, findHandover } from './desktop-door.ts';
import type { HostDoor } from './host-door.ts';

/** Finds the host this page belongs to: the desktop application when its preload is there, else the serving process. */
export function findHost(page: Window): HostDoor {
  const handover = findHandover(page);
  return handover === undefined ? browserDoor(page) : desktopDoor(page, handover);
}
