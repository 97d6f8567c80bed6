import { app } from './app.ts';
import { BrowserWindow, ipcMain } from './browser-window.ts';
import type { StandInCommand } from './control.ts';
import {
  answerDialog,
  askPermission,
  dialog,
  nativeTheme,
  protocol,
  screen,
  session,
} from './host-services.ts';
import { clickMenu, Menu } from './menu.ts';
import { MessageChannelMain } from './ports.ts';
import { runtime } from './runtime.ts';

/*
 * A stand-in for the `electron` module, for the main process of this application only. It drives a headless Chromium
 * through the DevTools protocol, so that the built main process and preload run unmodified where Electron's binary is
 * out of reach. It encodes a reading of Electron's documentation: it finds wrong wiring, not wrong beliefs about
 * Electron. It has what the application uses; everything else throws by name.
 *
 * Not covered: the real custom scheme, the sandbox, native menus and dialogs as they look, accelerators, focus, asar,
 * packaging, and the ABI of native modules.
 */

runtime.control.onCommand((command: StandInCommand) => {
  const window = [...runtime.windows][0];
  switch (command.command) {
    case 'click-menu':
      return clickMenu(command.path, window);
    case 'answer-dialog':
      return answerDialog(command.paths);
    case 'ask-permission':
      return askPermission(window?.webContents ?? null, command.permission);
    case 'second-instance':
      return app.emit('second-instance', {}, process.argv, process.cwd(), command.data);
    case 'close-window':
      return window?.close();
    case 'quit':
      return app.quit();
  }
});

export {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeTheme,
  protocol,
  screen,
  session,
};
