export interface Step {
  readonly name: string;
  readonly run: () => Promise<{ readonly code: number; readonly output: string }>;
  /** Steps without which this one makes no sense. */
  readonly needs?: readonly string[];
}

export interface StepResult {
  readonly name: string;
  readonly code: number;
  readonly seconds: number;
  readonly output: string;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function runSteps(steps: readonly Step[]): Promise<StepResult[]>;
export function printSummary(results: readonly StepResult[], counts: Counts): void;
export function sumCounts(results: readonly StepResult[]): Counts;
export function failureLines(output: string): readonly string[];
