import { readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppServer, type SchemeHandler, startAppServer } from './app-server.ts';
import { type Chromium, startChromium } from './chromium.ts';
import { createControl, type StandInCommand } from './control.ts';
import { clickMenu, Menu } from './menu.ts';
import { MessageChannelMain } from './ports.ts';
import { KnownEvents, refuseUnknown, strict } from './strict.ts';
import { WebContents } from './web-contents.ts';

/*
 * A stand-in for the `electron` module, for the main process of this application only. It drives a headless Chromium
 * through the DevTools protocol, so that the built main process and preload run unmodified where Electron's binary is
 * out of reach. It encodes a reading of Electron's documentation: it finds wrong wiring, not wrong beliefs about
 * Electron. It has what the application uses; everything else throws by name.
 */

const root = join(import.meta.dirname, '../..');
const control = createControl();
const packageInfo = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly productName: string;
  readonly version: string;
};

const privileged = new Set<string>();
const windows = new Set<BrowserWindowClass>();
const dialogAnswers: string[][] = [];
let isReady = false;
let isQuitting = false;
let server: AppServer | undefined;
let chromium: Chromium | undefined;

async function start(): Promise<void> {
  server = await startAppServer();
  chromium = await startChromium({ port: server.port });
  await chromium.cdp.send('Target.setDiscoverTargets', { discover: true });
  chromium.cdp.onEvent(({ method, params }) => {
    if (method === 'Target.targetDestroyed') onTargetGone(String(params['targetId']));
    if (method === 'Target.targetCreated') {
      const info = params['targetInfo'] as { targetId: string; openerId?: string };
      if (info.openerId) onPopup(info.openerId, info.targetId);
    }
  });
  chromium.cdp.onClose(() => process.exit(isQuitting ? 0 : 1));
  isReady = true;
  app.emit('ready');
}

// Electron is ready some turns after the main module ran, never before.
const ready = new Promise((resolve) => setImmediate(resolve)).then(start);
ready.catch((error: unknown) => {
  console.error('The stand-in could not start:', error);
  process.exit(1);
});

class App extends KnownEvents {
  readonly isPackaged = false;
  readonly paths: Record<string, string> = {
    userData: join(tmpdir(), 'aurora-stand-in-data'),
    home: homedir(),
    documents: homedir(),
  };

  constructor() {
    super('app', [
      ...['ready', 'activate', 'second-instance', 'window-all-closed', 'before-quit', 'will-quit'],
      ...['quit', 'web-contents-created', 'open-file'],
    ]);
  }

  whenReady(): Promise<void> {
    return ready;
  }

  getName(): string {
    return packageInfo.productName;
  }

  getVersion(): string {
    return packageInfo.version;
  }

  getPath(name: string): string {
    const path = this.paths[name];
    if (path === undefined) throw new Error(`The stand-in for Electron knows no path "${name}"`);
    return path;
  }

  setPath(name: string, path: string): void {
    this.getPath(name);
    this.paths[name] = path;
  }

  enableSandbox(): void {
    if (isReady) throw new Error('app.enableSandbox() can only be called before app is ready');
  }

  requestSingleInstanceLock(): boolean {
    return true;
  }

  quit(): void {
    setImmediate(() => {
      if (!emitPreventable(app, 'before-quit')) return;
      for (const window of [...windows]) window.close();
      if (windows.size > 0 || !emitPreventable(app, 'will-quit')) return;
      this.exit(0);
    });
  }

  exit(code: number): void {
    isQuitting = true;
    app.emit('quit', {}, code);
    chromium?.kill();
    server?.close();
    process.exit(code);
  }
}

export const app = strict('app', new App());

class BrowserWindowClass extends KnownEvents {
  readonly webContents: WebContents;
  bounds: { x: number; y: number; width: number; height: number };
  destroyed = false;
  visible: boolean;
  maximized = false;

  constructor(options: Record<string, unknown> = {}) {
    super('BrowserWindow', ['ready-to-show', 'close', 'closed', 'resize', 'move', 'focus']);
    if (!isReady) throw new Error('Cannot create BrowserWindow before app is ready');
    const preferences = checkOptions(options);
    if (!server || !chromium) throw new Error('The stand-in is not ready');
    const { cdp, endpoint, pid, profile } = chromium;
    const { handlers } = server;
    const { x, y, width, height } = options as Record<string, number | undefined>;
    this.bounds = { x: x ?? 0, y: y ?? 0, width: width ?? 800, height: height ?? 600 };
    this.visible = options['show'] !== false;
    const self = strict('BrowserWindow', this);
    const contents = new WebContents({
      cdp,
      control,
      schemes: () => handlers.keys(),
      preload: readFileSync(String(preferences['preload']), 'utf8'),
      width: this.bounds.width,
      height: this.bounds.height,
      onIpc: (channel, event, args) => ipcMain.emit(channel, event, ...args),
    });
    this.webContents = contents.self;
    contents.once('did-finish-load', () => this.emit('ready-to-show'));
    windows.add(self);
    app.emit('web-contents-created', {}, this.webContents);
    contents.opened.then(
      () => {
        const { targetId } = contents;
        control.tell({ event: 'window', targetId, endpoint, browserPid: pid, profile });
      },
      (error: unknown) => console.error('The window could not be opened:', error),
    );
    // biome-ignore lint/correctness/noConstructorReturn: what the application holds must be the strict object.
    return self;
  }

  static getAllWindows(): BrowserWindowClass[] {
    return [...windows];
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
    chromium?.cdp
      .send('Target.closeTarget', { targetId: this.webContents.targetId })
      .catch((error: unknown) => console.error('Closing the page failed:', error));
    this.wasClosed();
  }

  /** Not Electron's: the page is gone, whoever closed it. */
  wasClosed(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    for (const window of windows)
      if (window.webContents === this.webContents) windows.delete(window);
    this.webContents.wasDestroyed();
    this.emit('closed');
    if (windows.size === 0 && !isQuitting) app.emit('window-all-closed');
  }
}

export const BrowserWindow = strict('BrowserWindow', BrowserWindowClass);

function checkOptions(options: Record<string, unknown>): Record<string, unknown> {
  const known =
    'x y width height minWidth minHeight show title icon backgroundColor webPreferences';
  refuseUnknown('BrowserWindow', options, [...known.split(' '), 'autoHideMenuBar']);
  const preferences = (options['webPreferences'] ?? {}) as Record<string, unknown>;
  const knownPreferences = 'preload contextIsolation sandbox nodeIntegration webviewTag spellcheck';
  refuseUnknown('webPreferences', preferences, knownPreferences.split(' '));
  const isSafe =
    preferences['contextIsolation'] !== false &&
    preferences['sandbox'] !== false &&
    preferences['nodeIntegration'] !== true;
  if (!isSafe) throw new Error('The stand-in opens sandboxed, isolated windows only');
  return preferences;
}

export const ipcMain = strict(
  'ipcMain',
  new (class extends KnownEvents {
    constructor() {
      // Channels are the application's own names, so every one is known.
      super('ipcMain', []);
      this.removeAllListeners('newListener');
    }
  })(),
);

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged(schemes: readonly { scheme: string; privileges?: object }[]): void {
    if (isReady) throw new Error('Schemes must be registered before app is ready');
    for (const { scheme, privileges } of schemes) {
      const given = privileges as { standard?: boolean; secure?: boolean } | undefined;
      if (given?.standard && given.secure) privileged.add(scheme);
    }
  },
  handle(scheme: string, handler: SchemeHandler): void {
    if (!isReady) throw new Error('protocol.handle can only be used after app is ready');
    if (!privileged.has(scheme)) {
      throw new Error(`The stand-in serves only standard, secure schemes; "${scheme}" is not`);
    }
    server?.handlers.set(scheme, handler);
  },
});

export const dialog = strict('dialog', {
  async showOpenDialog(...args: readonly object[]): Promise<object> {
    const options = args.at(-1) ?? {};
    const known = ['title', 'buttonLabel', 'defaultPath', 'properties', 'message'];
    refuseUnknown('showOpenDialog', options, known);
    const paths = dialogAnswers.shift();
    if (!paths) throw new Error('The test queued no answer for this dialog');
    return { canceled: paths.length === 0, filePaths: paths };
  },
  showErrorBox(title: string, content: string): void {
    console.error(`${title}: ${content}`);
    control.tell({ event: 'problem', message: `${title}: ${content}` });
  },
});

type PermissionHandler = (
  contents: object | null,
  permission: string,
  decide: (granted: boolean) => void,
) => void;
let permissionHandler: PermissionHandler | undefined;
let permissionCheck: ((contents: object | null, permission: string) => boolean) | undefined;

export const session = strict('session', {
  defaultSession: strict('session', {
    setPermissionRequestHandler: (handler: PermissionHandler) => {
      permissionHandler = handler;
    },
    setPermissionCheckHandler: (handler: typeof permissionCheck) => {
      permissionCheck = handler;
    },
  }),
});

export const screen = strict('screen', {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1280, height: 800 } }],
});

export const nativeTheme = strict('nativeTheme', { shouldUseDarkColors: false });

export { Menu, MessageChannelMain };

function emitPreventable(emitter: KnownEvents, event: string): boolean {
  let goesOn = true;
  emitter.emit(event, {
    preventDefault: () => {
      goesOn = false;
    },
  });
  return goesOn;
}

function onTargetGone(targetId: string): void {
  for (const window of [...windows]) {
    if (window.webContents.targetId === targetId) window.wasClosed();
  }
}

/** A page opened a window. Electron asks before it exists; here it is there for a moment. */
function onPopup(openerId: string, targetId: string): void {
  const opener = [...windows].find((window) => window.webContents.targetId === openerId);
  if (!opener?.webContents.popupDenied) return;
  chromium?.cdp
    .send('Target.closeTarget', { targetId })
    .catch((error: unknown) => console.error('Closing a denied window failed:', error));
}

control.onCommand((command: StandInCommand) => {
  const window = [...windows][0];
  switch (command.command) {
    case 'click-menu':
      return clickMenu(command.path, window);
    case 'answer-dialog':
      dialogAnswers.push([...command.paths]);
      return undefined;
    case 'ask-permission':
      return askPermission(window?.webContents ?? null, command.permission);
    case 'second-instance':
      app.emit('second-instance', {}, [process.execPath, '.', ...command.args], process.cwd());
      return undefined;
    case 'close-window':
      return window?.close();
    case 'quit':
      return app.quit();
  }
});

/** What Electron would answer: without a handler it grants everything. */
async function askPermission(contents: object | null, permission: string): Promise<object> {
  const handler = permissionHandler;
  const granted = handler
    ? await new Promise<boolean>((resolve) => handler(contents, permission, resolve))
    : true;
  return { granted, checked: permissionCheck ? permissionCheck(contents, permission) : true };
}
