import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, type BrowserWindow, dialog } from 'electron';
import { createServices, type Services } from '../services/create-services.ts';
import { appOrigin } from './app-address.ts';
import { registerAppScheme, serveApp } from './app-protocol.ts';
import { pickFile, pickFolder } from './folder-dialog.ts';
import { decodeWish, type LaunchWish, readLaunchArguments } from './launch-arguments.ts';
import { createMainWindow, showWindow } from './main-window.ts';
import { setApplicationMenu } from './menu.ts';
import { denyPermissions, guardNavigation } from './navigation-guard.ts';
import { handPortsOver } from './port-handover.ts';

/*
 * The desktop application: one process with the engine, one window with the page, one port between them. It starts
 * once per data folder; a second start shows the window of the first and hands its arguments over. It ends when its
 * last window closes (but on macOS), and only after every database is closed.
 */

const bundle = import.meta.dirname;
const { wish, dataFolder: wantedFolder } = readLaunchArguments(
  process.argv.slice(app.isPackaged ? 1 : 2),
  process.cwd(),
);
// Set by electron-vite's development server; a packaged application takes its page from itself only.
const devServer = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
const origin = devServer ? new URL(devServer).origin : appOrigin;

if (wantedFolder) {
  mkdirSync(wantedFolder, { recursive: true }); // Electron refuses a path that is not there.
  app.setPath('userData', wantedFolder);
}
app.enableSandbox();
registerAppScheme();
// Electron reorders the arguments of a second start, so it hands over what the first one shall do instead.
if (app.requestSingleInstanceLock(wish)) {
  app.whenReady().then(start).catch(fail);
} else {
  app.quit();
}

async function start(): Promise<void> {
  const dataFolder = app.getPath('userData');
  guardNavigation(origin);
  denyPermissions();
  await serveApp(join(bundle, '../renderer'));
  const services = createServices({
    dataFolder,
    version: app.getVersion(),
    host: 'electron',
    pickFile,
    pickFolder,
    sampleFolder: join(bundle, '../../resources/sample'),
  });
  const isQuitting = closeBeforeQuit(services);
  handPortsOver(origin, services.serve);
  setApplicationMenu(process.platform, services.sendCommand);

  let window: BrowserWindow | undefined;
  const open = () => {
    const opened = createMainWindow({
      preload: join(bundle, '../preload/preload.cjs'),
      dataFolder,
    });
    window = opened;
    opened.on('closed', () => {
      window = undefined;
    });
    opened.loadURL(devServer ?? `${appOrigin}/index.html`).catch((error: unknown) => {
      // A window that was closed while it loaded is no failure.
      if (!opened.isDestroyed()) fail(error);
    });
  };
  // Asked for again while the first one is still to come, there is one window all the same.
  const show = () => {
    if (window) showWindow(window);
    else if (!isQuitting()) open();
  };
  app.on('activate', show);
  app.on('second-instance', (_event, _args, _folder, wished) => {
    show();
    openWanted(services, decodeWish(wished)).catch((error: unknown) => {
      if (!isQuitting()) report(error);
    });
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });

  await openWanted(services, wish).catch((error: unknown) => {
    if (!isQuitting()) report(error);
  });
  if (window === undefined && !isQuitting()) open();
}

/** Opens what a command line names; the page sees it like one that was opened elsewhere. */
async function openWanted(services: Services, wanted: LaunchWish): Promise<void> {
  if (wanted.databasePath !== undefined) await services.openDatabase(wanted.databasePath);
  if (wanted.opensSample) await services.openSample();
}

/** Lets the application end only once everything is closed. Gives the function that tells whether that has begun. */
function closeBeforeQuit(services: Services): () => boolean {
  let state: 'open' | 'closing' | 'closed' = 'open';
  app.on('will-quit', (event) => {
    if (state === 'closed') return;
    event.preventDefault();
    if (state === 'closing') return;
    state = 'closing';
    services
      .close()
      .catch(report)
      .finally(() => {
        state = 'closed';
        app.quit();
      });
  });
  return () => state !== 'open';
}

/** Something failed that the application can live without. */
function report(error: unknown): void {
  console.error(error);
  dialog.showErrorBox('Aurora Studio', error instanceof Error ? error.message : String(error));
}

/** Something failed that it cannot live without. */
function fail(error: unknown): void {
  report(error);
  app.exit(1);
}
