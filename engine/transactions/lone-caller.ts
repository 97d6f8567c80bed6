/*
 * Tells the caller that commits alone, and again as soon as it hears of its commit, from all others. Nobody can share the
 * sync of such a caller: it may hold the event loop for it at once, where others are waited for. It is known by two
 * things: the last rounds held one commit each, and it comes in the microtasks behind its own commit, before anybody
 * else of the program has a turn, or says that it has been alone for longer. Two that come together are one too many.
 */
import type { CommitCaller } from './commit-caller.ts';
import type { CommitReport } from './snapshot.ts';

const roundsMin = 3;
/** After two have come together it takes as many rounds more. */
const roundsLost = -roundsMin;
/** Microtasks from a commit to the next of a caller behind some layers of `async`. */
const hopsMax = 12;

export class LoneCaller {
  #roundCount = 0;
  /** True from a commit that was done at once until its caller can have heard of it. */
  #isJustDone = false;
  #isAwaited = false;
  #generation = 0;

  /** True when who commits now is the caller whose commit has just ended, or says that it is alone, and was for a while. */
  makes({ isAlone = false }: { readonly isAlone?: boolean | undefined }): boolean {
    return this.#isAwaited || (isAlone && this.#roundCount >= roundsMin);
  }

  /** A commit goes to where others are waited for. */
  goesToRound(): void {
    if (this.#isJustDone) this.#roundCount = roundsLost;
  }

  /** A caller of a round, of whom is noted when it hears of its commit. */
  noted(task: { readonly isAlone?: boolean }, { resolve, reject }: CommitCaller): CommitCaller {
    const tell = (report: CommitReport): void => {
      this.ended(false, task);
      resolve(report);
    };
    return { resolve: tell, reject };
  }

  beginsRound(commitCount: number): void {
    this.#roundCount = commitCount === 1 ? this.#roundCount + 1 : 0;
  }

  /** Its caller hears of a commit now; `isWithin` its call. One that says itself that it is alone is not waited for. */
  ended(isWithin: boolean, { isAlone = false }: { readonly isAlone?: boolean | undefined }): void {
    if (this.#roundCount < roundsMin) return;
    this.#generation += 1;
    this.#isAwaited = false;
    this.#isJustDone = isWithin;
    void this.#await(this.#generation, isAlone);
  }

  async #await(generation: number, isAlone: boolean): Promise<void> {
    await undefined;
    if (generation !== this.#generation) return;
    this.#isJustDone = false;
    if (isAlone) return;
    this.#isAwaited = this.#roundCount >= roundsMin;
    for (let hop = 0; hop < hopsMax; hop += 1) {
      await undefined;
      if (generation !== this.#generation) return;
    }
    this.#isAwaited = false;
  }
}
