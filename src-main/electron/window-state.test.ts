import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  isReachable,
  parseWindowState,
  readWindowState,
  writeWindowState,
} from './window-state.ts';

describe('window state', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'aurora-window-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('neither fails a start nor a close where it cannot be kept', () => {
    const folderWithoutFiles = join(folder, 'missing');
    writeWindowState(folderWithoutFiles, {
      bounds: { x: 0, y: 0, width: 800, height: 600 },
      isMaximized: false,
    });
    mkdirSync(join(folder, 'window.json'));
    expect([readWindowState(folderWithoutFiles), readWindowState(folder)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('is not there before the first window closed', () => {
    expect(readWindowState(folder)).toBeUndefined();
  });

  it('comes back as it was written', () => {
    const state = { bounds: { x: -10, y: 20, width: 1280, height: 800 }, isMaximized: true };
    writeWindowState(folder, state);
    expect(readWindowState(folder)).toEqual(state);
  });

  it.each([
    '',
    '{',
    'null',
    '{"bounds":{"x":1}}',
    '{"bounds":{"x":1,"y":1,"width":"9","height":1}}',
  ])('is forgotten when the file holds %j', (text) => {
    writeFileSync(join(folder, 'window.json'), text);
    expect(parseWindowState(text)).toBeUndefined();
    expect(readWindowState(folder)).toBeUndefined();
  });

  it('is used only where the title bar can be reached', () => {
    const screen = { x: 0, y: 0, width: 1920, height: 1080 };
    const at = (x: number, y: number) => isReachable({ x, y, width: 800, height: 600 }, [screen]);
    expect([at(0, 0), at(1800, 0), at(1900, 0), at(0, 1070), at(0, -50), at(-750, 10)]).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
