import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planLaunch } from './studio-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'aurora-studio-'));
const webHost = join(folder, 'out/main/web-host.js');
const electronFolder = join(folder, 'electron');

beforeAll(() => {
  mkdirSync(join(folder, 'out/main'), { recursive: true });
  writeFileSync(webHost, '');
  mkdirSync(electronFolder);
  writeFileSync(join(electronFolder, 'electron'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const withElectron = { ELECTRON_OVERRIDE_DIST_PATH: electronFolder, DISPLAY: ':0' };
const withoutElectron = { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'nowhere'), DISPLAY: ':0' };
const standard = { open: true };

describe('aurora studio', () => {
  it('starts the desktop application when its program and a display are here', () => {
    expect(planLaunch(folder, 'my.db', standard, withElectron)).toEqual({
      program: join(electronFolder, 'electron'),
      arguments: [folder, resolve('my.db')],
    });
  });

  it('starts the browser host when asked to, with what was asked for', () => {
    const options = { web: true, port: 4711, open: false };
    expect(planLaunch(folder, 'my.db', options, withElectron)).toEqual({
      program: process.execPath,
      arguments: [webHost, resolve('my.db'), '--port', '4711', '--no-open'],
    });
  });

  it('starts the browser host without the desktop application, and says why', () => {
    const launch = planLaunch(folder, undefined, standard, withoutElectron);
    expect(launch.arguments).toEqual([webHost]);
    expect(launch.note).toBe('Opening in the browser: the Electron program is not installed.');
  });

  it('says what is missing when the studio is not built', () => {
    expect(() => planLaunch(join(folder, 'empty'), undefined, standard, {})).toThrow(
      /npm run build/,
    );
  });
});
