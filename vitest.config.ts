import { existsSync, statfsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const exclude = ['**/node_modules/**', 'out/**', 'e2e/**'];

/**
 * Databases of tests lie in memory where there is room for them: on a disk half of the time is waiting for it. What a
 * disk keeps, and what it loses, is what the suites of power cuts and full disks are about, which bring their own.
 */
function memoryFolder(): string | undefined {
  const folder = '/dev/shm';
  if (!existsSync(folder)) return undefined;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > 4 * 2 ** 30 ? folder : undefined;
}

const folder = memoryFolder();

/** Time limits are for tests that hang. What is slow on a busy machine is not wrong. */
const limits = { testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    reporters: ['default', './scripts/plain-reporter.ts'],
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'node',
          include: ['engine/**/*.test.ts', 'src-main/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude,
          ...limits,
          // No module of ours keeps state; loading the engine anew for every file would take a quarter of the time.
          isolate: false,
          env: { ...(folder !== undefined && { TMPDIR: folder }) },
        },
      },
      {
        test: {
          name: 'page',
          include: ['src-renderer/**/*.test.{ts,tsx}'],
          exclude,
          ...limits,
        },
      },
    ],
  },
});
