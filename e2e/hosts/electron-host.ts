import { once } from 'node:events';
import { join } from 'node:path';
import { _electron } from '@playwright/test';
import { collectProblems, type LaunchOptions, type Studio } from './studio.ts';

/** Starts the built application in Electron itself. */
export async function launchElectron(
  binary: string,
  options: Required<LaunchOptions>,
): Promise<Studio> {
  const { args, dataFolder, bundle } = options;
  const application = await _electron.launch({
    executablePath: binary,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      join(bundle, '..'),
      ...['--data', dataFolder],
      ...args,
    ],
  });
  const child = application.process();
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += String(chunk);
  });
  const problems: string[] = [];
  const page = await application.firstWindow();
  collectProblems(page, problems);
  return {
    host: 'electron',
    page,
    dataFolder,
    problems,
    output: () => output,
    clickMenu: (...path) =>
      application.evaluate(({ Menu }, labels) => {
        let items = Menu.getApplicationMenu()?.items ?? [];
        for (const [index, label] of labels.entries()) {
          const item = items.find((candidate) => candidate.label === label);
          if (!item) throw new Error(`The menu has no "${labels.join(' › ')}"`);
          if (index === labels.length - 1) item.click();
          items = item.submenu?.items ?? [];
        }
      }, path),
    close: async () => {
      await application.close();
      return child.exitCode;
    },
    kill: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
