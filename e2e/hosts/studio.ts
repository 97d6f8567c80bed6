import type { Page } from '@playwright/test';

export type HostName = 'browser' | 'stand-in' | 'electron';

export interface LaunchOptions {
  /** Arguments after the program's own, such as `--sample` or the folder of a database. */
  readonly args?: readonly string[];
  /** Kept when given, so that a second start can find what the first left; else a new one. */
  readonly dataFolder?: string;
  /** Folder with the built `main`, `preload` and `renderer`; the stand-in runs changed copies from elsewhere. */
  readonly bundle?: string;
}

/** The studio as a test sees it, whichever host it runs in. */
export interface Studio {
  readonly host: HostName;
  readonly page: Page;
  readonly dataFolder: string;
  /** Errors on the console, violations of the content security policy, and exceptions nobody caught. */
  readonly problems: readonly string[];
  /** What the host's process printed so far. */
  readonly output: () => string;
  /** Clicks an item of the native menu by its labels; only in hosts that have one. */
  clickMenu(...path: readonly string[]): Promise<void>;
  /** Ends the host as a person does: everything is closed and written. Gives its exit code. */
  close(): Promise<number | null>;
  /** Ends the host at once, with SIGKILL. */
  kill(): Promise<void>;
}

/** Collects what goes wrong on a page from now on. */
export function collectProblems(page: Page, problems: string[]): void {
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
}
