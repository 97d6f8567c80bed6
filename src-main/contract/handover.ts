/*
 * How a page inside Electron gets its channel. The preload puts an object with one function on the window; its
 * presence tells the page that it runs in the desktop application. The page listens for `message` events first and
 * then calls `requestPort()`. The host answers with one message to the page's own window that carries the port:
 *
 *   page ── window[handoverGlobal].requestPort() ──▸ preload ── handoverChannel ──▸ main: a new pair of ports
 *   page ◂── window 'message' { type: handoverMessage }, ports: [port] ── preload ◂── handoverChannel ──┘
 *
 * The page takes the port only when `event.source === window`, `event.origin === location.origin` and
 * `event.data.type === handoverMessage`, and starts it. Over the port run ClientMessage and HostMessage. Asking again,
 * as a reloaded page does, closes the earlier port.
 */

/** The name under which the preload shows itself on the page's `window`. */
export const handoverGlobal = 'auroraDesktop';

/** The `type` of the message that carries the port to the page. */
export const handoverMessage = 'aurora:port';

/** The one channel between preload and main process: the request goes up on it, the port comes down. */
export const handoverChannel = 'aurora:port';

/** What the page finds at `window[handoverGlobal]`; absent in a browser. */
export interface DesktopHandover {
  /** Asks the host for a port; the answer is a `handoverMessage`. */
  requestPort(): void;
}
