import { readFileSync } from 'node:fs';
import { app } from './app.ts';
import { emitPreventable, type OpenWindow, runtime } from './runtime.ts';
import { KnownEvents, refuseUnknown, strict } from './strict.ts';
import { WebContents } from './web-contents.ts';

const knownOptions = [
  ...['x', 'y', 'width', 'height', 'minWidth', 'minHeight', 'show', 'title', 'icon'],
  ...['backgroundColor', 'autoHideMenuBar', 'webPreferences'],
];
const knownPreferences = [
  ...['preload', 'contextIsolation', 'sandbox', 'nodeIntegration', 'webviewTag', 'spellcheck'],
];

/** Channels are the application's own names, so every one is known. */
class IpcMain extends KnownEvents {
  constructor() {
    super('ipcMain', []);
    this.removeAllListeners('newListener');
  }
}

export const ipcMain = strict('ipcMain', new IpcMain());

class Window extends KnownEvents implements OpenWindow {
  readonly webContents: WebContents;
  readonly bounds: Readonly<Record<'x' | 'y' | 'width' | 'height', number>>;
  destroyed = false;
  visible: boolean;
  maximized = false;
  self: Window;

  constructor(options: Record<string, unknown> = {}) {
    super('BrowserWindow', ['ready-to-show', 'close', 'closed', 'resize', 'move', 'focus']);
    const { chromium, server } = runtime.machinery();
    const { cdp, endpoint, pid: browserPid, profile } = chromium;
    const preferences = checkOptions(options);
    const { x = 0, y = 0, width = 800, height = 600 } = options as Record<string, number>;
    this.bounds = { x, y, width, height };
    this.visible = options['show'] !== false;
    this.self = this;
    this.self = strict('BrowserWindow', this);
    const contents = new WebContents({
      cdp,
      control: runtime.control,
      schemes: () => server.handlers.keys(),
      preload: readFileSync(String(preferences['preload']), 'utf8'),
      width,
      height,
      onIpc: (channel, event, args) => ipcMain.emit(channel, event, ...args),
    });
    this.webContents = contents.self;
    contents.once('did-finish-load', () => {
      const { targetId } = contents;
      // Not before: a second DevTools client that attaches while a page is replaced can miss the new one.
      runtime.control.tell({ event: 'window', targetId, endpoint, browserPid, profile });
      this.emit('ready-to-show');
    });
    runtime.windows.add(this.self);
    app.emit('web-contents-created', {}, this.webContents);
    contents.opened.catch((error: unknown) =>
      console.error('The window could not be opened:', error),
    );
    // biome-ignore lint/correctness/noConstructorReturn: what the application holds must be the strict object.
    return this.self;
  }

  static getAllWindows(): OpenWindow[] {
    return [...runtime.windows];
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }

  show(): void {
    this.visible = true;
  }

  focus(): void {
    this.emit('focus');
  }

  isMinimized(): boolean {
    return false;
  }

  restore(): void {
    this.visible = true;
  }

  isMaximized(): boolean {
    return this.maximized;
  }

  maximize(): void {
    this.maximized = true;
  }

  isDestroyed(): boolean {
    return this.destroyed;
  }

  getNormalBounds(): object {
    return { ...this.bounds };
  }

  close(): void {
    if (this.destroyed || !emitPreventable(this, 'close')) return;
    runtime
      .machinery()
      .chromium.cdp.send('Target.closeTarget', { targetId: this.webContents.targetId })
      .catch((error: unknown) => console.error('Closing the page failed:', error));
    this.wasClosed();
  }

  wasClosed(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    runtime.windows.delete(this.self);
    this.webContents.wasDestroyed();
    this.emit('closed');
    if (runtime.windows.size === 0 && !runtime.isQuitting) app.emit('window-all-closed');
  }
}

export const BrowserWindow = strict('BrowserWindow', Window);

function checkOptions(options: Record<string, unknown>): Record<string, unknown> {
  refuseUnknown('BrowserWindow', options, knownOptions);
  const preferences = (options['webPreferences'] ?? {}) as Record<string, unknown>;
  refuseUnknown('webPreferences', preferences, knownPreferences);
  const isSafe =
    preferences['contextIsolation'] !== false &&
    preferences['sandbox'] !== false &&
    preferences['nodeIntegration'] !== true;
  if (!isSafe) throw new Error('The stand-in opens sandboxed, isolated windows only');
  return preferences;
}
