import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the window was and how large, so that it comes back there. */
export interface WindowState {
  readonly bounds: Rectangle;
  readonly isMaximized: boolean;
}

/** The state of the last run; undefined in the first one, or when there is none to be read. */
export function readWindowState(dataFolder: string): WindowState | undefined {
  let text: string;
  try {
    text = readFileSync(stateFile(dataFolder), 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) report(error);
    return undefined;
  }
  return parseWindowState(text);
}

/** Remembers the state where that is possible: a window must close in a folder that cannot be written, too. */
export function writeWindowState(dataFolder: string, state: WindowState): void {
  try {
    writeFileSync(stateFile(dataFolder), `${JSON.stringify(state)}\n`);
  } catch (error) {
    report(error);
  }
}

/** Decodes the file's text; what is not a window state gives undefined, as a lost position is no reason to fail. */
export function parseWindowState(text: string): WindowState | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || !isObject(value['bounds'])) return undefined;
  const { x, y, width, height } = value['bounds'];
  if (!isPixel(x) || !isPixel(y) || !isPixel(width) || !isPixel(height)) return undefined;
  return { bounds: { x, y, width, height }, isMaximized: value['isMaximized'] === true };
}

/** Whether enough of the window lies on some screen to take hold of it: screens come and go between two runs. */
export function isReachable(bounds: Rectangle, screens: readonly Rectangle[]): boolean {
  return screens.some((screen) => {
    const right = Math.min(bounds.x + bounds.width, screen.x + screen.width);
    const bottom = Math.min(bounds.y + bounds.height, screen.y + screen.height);
    const width = right - Math.max(bounds.x, screen.x);
    const height = bottom - Math.max(bounds.y, screen.y);
    return width >= 100 && height >= 100 && bounds.y >= screen.y;
  });
}

function report(error: unknown): void {
  console.error(`The place of the window is not remembered: ${String(error)}`);
}

function stateFile(dataFolder: string): string {
  return join(dataFolder, 'window.json');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isPixel(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}
