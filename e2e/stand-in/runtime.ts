import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AppServer, startAppServer } from './app-server.ts';
import { type Chromium, startChromium } from './chromium.ts';
import { createControl } from './control.ts';
import type { KnownEvents } from './strict.ts';
import type { WebContents } from './web-contents.ts';

/** What the rest needs of a window. */
export interface OpenWindow {
  readonly webContents: WebContents;
  close(): void;
  /** The page is gone, whoever closed it. */
  wasClosed(): void;
}

/** The browser and the server behind all windows, once they run. */
interface Machinery {
  readonly server: AppServer;
  readonly chromium: Chromium;
}

/*
 * The state of the one stand-in in this process. The real module is a singleton too, which is why this one may be.
 */
const control = createControl();
const windows = new Set<OpenWindow>();
let machinery: Machinery | undefined;
let isQuitting = false;

export const runtime = {
  control,
  windows,
  root: join(import.meta.dirname, '../..'),

  get isReady(): boolean {
    return machinery !== undefined;
  },

  get isQuitting(): boolean {
    return isQuitting;
  },

  machinery(): Machinery {
    if (!machinery) throw new Error('The stand-in is not ready');
    return machinery;
  },

  async start(): Promise<void> {
    const server = await startAppServer();
    const chromium = await startChromium({ port: server.port });
    await chromium.cdp.send('Target.setDiscoverTargets', { discover: true });
    chromium.cdp.onEvent(({ method, params }) => {
      if (method === 'Target.targetDestroyed') onTargetGone(String(params['targetId']));
      if (method === 'Target.targetCreated') {
        const info = params['targetInfo'] as { targetId: string; openerId?: string };
        if (info.openerId) onPopup(chromium, info.openerId, info.targetId);
      }
    });
    chromium.cdp.onClose(() => process.exit(isQuitting ? 0 : 1));
    machinery = { server, chromium };
  },

  exit(code: number): void {
    isQuitting = true;
    machinery?.chromium.kill();
    machinery?.server.close();
    process.exit(code);
  },
};

/** Name and version of the application, which Electron reads from the same file. */
export const packageInfo = JSON.parse(readFileSync(join(runtime.root, 'package.json'), 'utf8')) as {
  readonly productName: string;
  readonly version: string;
};

/** Emits an event that a listener can prevent, and tells whether it goes on. */
export function emitPreventable(emitter: KnownEvents, event: string): boolean {
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
function onPopup(chromium: Chromium, openerId: string, targetId: string): void {
  const opener = [...windows].find((window) => window.webContents.targetId === openerId);
  if (!opener?.webContents.popupDenied) return;
  chromium.cdp
    .send('Target.closeTarget', { targetId })
    .catch((error: unknown) => console.error('Closing a denied window failed:', error));
}
