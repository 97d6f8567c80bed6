import { describe, expect, it } from 'vitest';
import { parseArguments } from './command-line.ts';
import { defaultDataFolder } from './data-folder.ts';
import { browserCommand } from './open-browser.ts';

describe('the arguments of the browser host', () => {
  it('are a free loopback port and nothing opened when left out', () => {
    expect(parseArguments([])).toEqual({
      kind: 'run',
      arguments: {
        database: undefined,
        isSampleWanted: false,
        host: '127.0.0.1',
        port: 0,
        dataFolder: undefined,
        devOrigin: undefined,
        isBrowserWanted: true,
      },
    });
  });

  it('name a database, a port, a data folder and a development server', () => {
    const argv = ['my.db', '--port', '4000', '--data', 'd', '--no-open', '--sample'];
    const parsed = parseArguments([...argv, '--dev-origin', 'http://localhost:5173']);
    expect(parsed).toEqual({
      kind: 'run',
      arguments: {
        database: 'my.db',
        isSampleWanted: true,
        host: '127.0.0.1',
        port: 4000,
        dataFolder: 'd',
        devOrigin: 'http://localhost:5173',
        isBrowserWanted: false,
      },
    });
  });

  it.each([
    [['--port', '70000']],
    [['--port', 'http']],
    [['--port', '-1']],
    [['one.db', 'two.db']],
    [['--nothing']],
    [['--host', '0.0.0.0']],
    [['--host', '192.168.1.2']],
    [['--dev-origin', 'http://example.org:5173']],
    [['--dev-origin', 'http://localhost:5173/path']],
    [['--dev-origin', 'localhost']],
  ])('are refused when wrong: %j', (argv) => {
    expect(parseArguments(argv).kind).toBe('wrong');
  });

  it('allow an address that others can reach only when told so', () => {
    const parsed = parseArguments(['--host', '0.0.0.0', '--allow-remote']);
    expect(parsed.kind === 'run' && parsed.arguments.host).toBe('0.0.0.0');
  });
});

describe('what depends on the system', () => {
  it('keeps data where applications of this system keep theirs', () => {
    expect([
      defaultDataFolder('linux', { XDG_DATA_HOME: '/data' }),
      defaultDataFolder('darwin', {}).endsWith('Library/Application Support/Aurora Studio'),
      defaultDataFolder('win32', { APPDATA: '/roaming' }),
    ]).toEqual(['/data/aurora-studio', true, '/roaming/Aurora Studio']);
  });

  it('opens a browser where there is one to show', () => {
    const url = 'http://127.0.0.1:1/#token=t';
    expect([
      browserCommand(url, 'linux', {}),
      browserCommand(url, 'linux', { WAYLAND_DISPLAY: 'wayland-0' })?.program,
      browserCommand(url, 'darwin', {})?.program,
      browserCommand(url, 'win32', {})?.arguments,
    ]).toEqual([undefined, 'xdg-open', 'open', ['url.dll,FileProtocolHandler', url]]);
  });
});
