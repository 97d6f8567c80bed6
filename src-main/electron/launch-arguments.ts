import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface LaunchArguments {
  /** Folder of a database to open. */
  readonly databasePath: string | undefined;
  readonly opensSample: boolean;
  /** Where settings, recent databases and the sample are kept, instead of the system's place for them. */
  readonly dataFolder: string | undefined;
}

/**
 * Reads the arguments after the program's own. Electron and Chromium have switches too, on the same line and open in
 * number, so unknown ones are left to them.
 */
export function readLaunchArguments(args: readonly string[]): LaunchArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { sample: { type: 'boolean' }, data: { type: 'string' } },
    allowPositionals: true,
    strict: false,
  });
  return {
    databasePath: positionals[0],
    opensSample: values['sample'] === true,
    dataFolder: typeof values['data'] === 'string' ? values['data'] : undefined,
  };
}
