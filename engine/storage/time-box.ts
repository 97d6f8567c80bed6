/** In so many steps the time is counted; what a late step takes longer is time in which nobody was heard. */
const stepCount = 20;

/**
 * Gives what the work gives, or fails when it has not ended in time; the work itself goes on. Time in which the process
 * stood still, stopped by the system or a debugger, counts little.
 */
export async function withinTime<Result>(work: Promise<Result>, msMax: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  let stepsLeft = stepCount;
  const late = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      stepsLeft -= 1;
      if (stepsLeft === 0) reject(new Error(`no answer for ${msMax} ms`));
    }, msMax / stepCount);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearInterval(timer);
  }
}
