/** What the peers need of an AbortSignal. Declared here because the contract knows neither DOM nor Node. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What the responder needs of an AbortController; `new AbortController()` is one. */
export interface CancelSource<Signal extends CancelSignal> {
  readonly signal: Signal;
  abort(reason?: unknown): void;
}
