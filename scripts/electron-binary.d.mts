/** The path of Electron's binary, or undefined when it is not installed. Never starts a download. */
export function electronBinary(environment?: NodeJS.ProcessEnv): string | undefined;

/** The folder of the `electron` package, or undefined in an installation without development dependencies. */
export function electronFolder(): string | undefined;

/** Whether a window can be shown: always on macOS and Windows, elsewhere only with a display server. */
export function hasDisplay(environment?: NodeJS.ProcessEnv): boolean;
