/** Gives what the work gives, or fails when it has not ended in time; the work itself goes on. */
export async function withinTime<Result>(work: Promise<Result>, msMax: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer for ${msMax} ms`)), msMax);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
