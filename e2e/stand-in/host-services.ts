import type { SchemeHandler } from './app-server.ts';
import { runtime } from './runtime.ts';
import { refuseUnknown, strict } from './strict.ts';

/*
 * The smaller modules of Electron: protocol, dialog, session, screen and theme.
 */

const privileged = new Set<string>();

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged(schemes: readonly { scheme: string; privileges?: object }[]): void {
    if (runtime.isReady) throw new Error('Schemes must be registered before app is ready');
    for (const { scheme, privileges } of schemes) {
      const given = privileges as { standard?: boolean; secure?: boolean } | undefined;
      if (given?.standard && given.secure) privileged.add(scheme);
    }
  },
  handle(scheme: string, handler: SchemeHandler): void {
    if (!privileged.has(scheme)) {
      throw new Error(`The stand-in serves only standard, secure schemes; "${scheme}" is not`);
    }
    runtime.machinery().server.handlers.set(scheme, handler);
  },
});

const dialogAnswers: (readonly string[])[] = [];

/** Queues what the next dialog answers; no paths mean that the person cancels. */
export function answerDialog(paths: readonly string[]): void {
  dialogAnswers.push(paths);
}

export const dialog = strict('dialog', {
  async showOpenDialog(...args: readonly object[]): Promise<object> {
    const options = args.at(-1) ?? {};
    const known = ['title', 'buttonLabel', 'defaultPath', 'properties', 'message'];
    refuseUnknown('showOpenDialog', options, known);
    const paths = dialogAnswers.shift();
    if (!paths) throw new Error('The test queued no answer for this dialog');
    return { canceled: paths.length === 0, filePaths: paths };
  },
  async showSaveDialog(...args: readonly object[]): Promise<object> {
    refuseUnknown('showSaveDialog', args.at(-1) ?? {}, ['title', 'buttonLabel', 'defaultPath']);
    const paths = dialogAnswers.shift();
    if (!paths) throw new Error('The test queued no answer for this dialog');
    return { canceled: paths.length === 0, filePath: paths[0] ?? '' };
  },
  showErrorBox(title: string, content: string): void {
    console.error(`${title}: ${content}`);
    runtime.control.tell({ event: 'problem', message: `${title}: ${content}` });
  },
});

type PermissionHandler = (
  contents: object | null,
  permission: string,
  decide: (granted: boolean) => void,
) => void;
type PermissionCheck = (contents: object | null, permission: string) => boolean;

let permissionHandler: PermissionHandler | undefined;
let permissionCheck: PermissionCheck | undefined;

export const session = strict('session', {
  defaultSession: strict('session', {
    setPermissionRequestHandler: (handler: PermissionHandler) => {
      permissionHandler = handler;
    },
    setPermissionCheckHandler: (handler: PermissionCheck) => {
      permissionCheck = handler;
    },
  }),
});

/** What Electron would answer a page that asks for a permission: without a handler it grants everything. */
export async function askPermission(contents: object | null, permission: string): Promise<object> {
  const handler = permissionHandler;
  const granted = handler
    ? await new Promise<boolean>((resolve) => handler(contents, permission, resolve))
    : true;
  return { granted, checked: permissionCheck ? permissionCheck(contents, permission) : true };
}

export const screen = strict('screen', {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1280, height: 800 } }],
});

export const nativeTheme = strict('nativeTheme', { shouldUseDarkColors: false });
