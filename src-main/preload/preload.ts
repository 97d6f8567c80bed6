import { contextBridge, ipcRenderer } from 'electron';
import { type DesktopHandover, handoverChannel, handoverGlobal, handoverMessage } from '#contract';

/*
 * The only code of ours that stands between the page and Electron. It hands over one port and nothing else: no names
 * of channels, no ipcRenderer, no Node. What the page may do is decided behind the port, by the contract.
 */

const handover: DesktopHandover = {
  requestPort: () => ipcRenderer.send(handoverChannel),
};

ipcRenderer.on(handoverChannel, (event) => {
  // To this page only: should the window show another origin by then, the message is not delivered.
  window.postMessage({ type: handoverMessage }, window.location.origin, [...event.ports]);
});

contextBridge.exposeInMainWorld(handoverGlobal, handover);
