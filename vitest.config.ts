import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'engine/**/*.test.ts',
      'src-main/**/*.test.ts',
      'src-renderer/**/*.test.{ts,tsx}',
      'scripts/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', 'out/**', 'e2e/**'],
    reporters: ['default', './scripts/plain-reporter.ts'],
    testTimeout: 20_000,
    maxWorkers: 2,
  },
});
