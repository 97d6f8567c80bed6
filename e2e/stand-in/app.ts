import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { emitPreventable, packageInfo, runtime } from './runtime.ts';
import { KnownEvents, strict } from './strict.ts';

// Electron is ready some turns after the main module ran, never before.
const ready = new Promise((resolve) => setImmediate(resolve)).then(async () => {
  await runtime.start();
  app.emit('ready');
});
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
    if (!existsSync(path)) throw new Error(`Path does not exist: ${path}`);
    this.paths[name] = path;
  }

  enableSandbox(): void {
    if (runtime.isReady) throw new Error('app.enableSandbox() must come before app is ready');
  }

  /** A second start would hand its data to the first; there is only ever one here. */
  requestSingleInstanceLock(_data?: object): boolean {
    return true;
  }

  quit(): void {
    setImmediate(() => {
      if (!emitPreventable(this, 'before-quit')) return;
      for (const window of [...runtime.windows]) window.close();
      if (runtime.windows.size > 0 || !emitPreventable(this, 'will-quit')) return;
      this.exit(0);
    });
  }

  exit(code: number): void {
    this.emit('quit', {}, code);
    runtime.exit(code);
  }
}

export const app = strict('app', new App());
