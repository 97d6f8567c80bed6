/** The path of a Chromium or Chrome that can be started, or undefined when there is none. */
export function findChromium(environment?: NodeJS.ProcessEnv): string | undefined;

/** Switches for every start: no traffic of the browser's own, and no sandbox where root cannot have one. */
export function chromiumArguments(): string[];

/** Finds Chromium or installs it, and says on standard output what it does. */
export function ensureChromium(): Promise<string | undefined>;
