import { BrowserWindow, nativeTheme, screen } from 'electron';
import { isReachable, readWindowState, writeWindowState } from './window-state.ts';

export interface MainWindowOptions {
  readonly preload: string;
  /** Where the place of the window is remembered. */
  readonly dataFolder: string;
}

/** Makes the studio's window at its last place; it shows itself when there is something to see. */
export function createMainWindow(options: MainWindowOptions): BrowserWindow {
  const state = readWindowState(options.dataFolder);
  const screens = screen.getAllDisplays().map((display) => display.workArea);
  const bounds = state && isReachable(state.bounds, screens) ? state.bounds : undefined;
  const window = new BrowserWindow({
    width: 1360,
    height: 860,
    ...bounds,
    minWidth: 1024,
    minHeight: 640,
    show: false,
    title: 'Aurora Studio',
    // Shown until the first paint; close to the theme's ground, so that nothing flashes.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#14171c' : '#fbfcfd',
    webPreferences: {
      preload: options.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => {
    if (state?.isMaximized) window.maximize();
    window.show();
  });
  window.on('close', () => {
    writeWindowState(options.dataFolder, {
      bounds: window.getNormalBounds(),
      isMaximized: window.isMaximized(),
    });
  });
  return window;
}

/** Brings the window to the front, as when the application is started a second time. */
export function showWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
