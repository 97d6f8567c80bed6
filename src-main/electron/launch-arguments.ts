import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What a start of the application shall open. */
export interface LaunchWish {
  /** Absolute path of a database's folder. */
  readonly databasePath: string | undefined;
  readonly opensSample: boolean;
}

export interface LaunchArguments {
  readonly wish: LaunchWish;
  /** Where settings, recent databases and the sample are kept, instead of the system's place for them. */
  readonly dataFolder: string | undefined;
}

/**
 * Reads the arguments after the program's own; paths are relative to `folder`. Electron and Chromium have switches
 * too, on the same line and open in number, so unknown ones are left to them.
 */
export function readLaunchArguments(args: readonly string[], folder: string): LaunchArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { sample: { type: 'boolean' }, data: { type: 'string' } },
    allowPositionals: true,
    strict: false,
  });
  const [database] = positionals;
  const { data } = values;
  return {
    wish: {
      databasePath: database === undefined ? undefined : resolve(folder, database),
      opensSample: values['sample'] === true,
    },
    dataFolder: typeof data === 'string' ? resolve(folder, data) : undefined,
  };
}

/** Decodes what a second start handed over; what is no wish asks for nothing. */
export function decodeWish(value: unknown): LaunchWish {
  const given = typeof value === 'object' && value !== null ? value : {};
  const databasePath = 'databasePath' in given ? given.databasePath : undefined;
  return {
    databasePath: typeof databasePath === 'string' ? databasePath : undefined,
    opensSample: 'opensSample' in given && given.opensSample === true,
  };
}
