import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The program as it stands in the sources. Whoever starts many of them bundles it before: that starts faster. */
export const sharingProgram = fileURLToPath(new URL('./sharing-program.ts', import.meta.url));

/** A running `sharing-program.ts`. */
export class SharingChild {
  readonly pid: number;
  readonly #process: ChildProcess;
  readonly #listeners = new Set<() => void>();
  readonly #ended: Promise<unknown>;
  #output = '';
  #complaints = '';
  #isEnded = false;

  constructor(
    folder: string,
    options: { readonly ownerTimeoutMs?: number; readonly program?: string } = {},
  ) {
    const child = spawn(process.execPath, [
      options.program ?? sharingProgram,
      folder,
      String(options.ownerTimeoutMs ?? 10_000),
    ]);
    if (child.pid === undefined) throw new Error('The program did not start.');
    this.pid = child.pid;
    this.#process = child;
    this.#ended = once(child, 'close');
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
      for (const listener of [...this.#listeners]) listener();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints += text;
    });
    child.once('close', () => {
      this.#isEnded = true;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  tell(command: string): void {
    this.#process.stdin?.write(`${command}\n`);
  }

  /** Number of the last whole line of a kind, such as `done 7`; -1 when there is none. */
  last(kind: string): number {
    const numbers = [...this.#output.matchAll(new RegExp(`^${kind} (\\d+)\\n`, 'gm'))];
    return Number(numbers.at(-1)?.[1] ?? -1);
  }

  has(line: string): boolean {
    return this.#output.includes(`${line}\n`);
  }

  /** Resolves once it holds. @throws when the program ended before. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (holds()) resolve();
        else if (this.#isEnded) reject(new Error(`The program ended: ${this.#complaints}`));
        else return;
        this.#listeners.delete(look);
      };
      this.#listeners.add(look);
      look();
    });
  }

  /** Resolves once it has said the line. */
  said(line: string): Promise<void> {
    return this.until(() => this.has(line));
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process.kill(signal);
  }

  /** Kills it where it is; resolves when everything that it said was read. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }
}
