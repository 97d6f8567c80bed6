/** Lets what happens within a time be told together. With 0 everything is told at once. */
export class Debounce {
  readonly #durationMs: number;
  readonly #onDue: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;

  constructor(durationMs: number, onDue: () => void) {
    this.#durationMs = durationMs;
    this.#onDue = onDue;
  }

  /** False while more is waited for. */
  get isDue(): boolean {
    return this.#durationMs === 0 || this.#isDue;
  }

  /** Something happened. */
  touch(): void {
    if (this.isDue) this.#onDue();
    else {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#isDue = true;
        this.#onDue();
      }, this.#durationMs);
    }
  }

  /** What has happened was told. */
  taken(): void {
    this.#isDue = false;
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
