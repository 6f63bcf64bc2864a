import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'threads',
    // On two cores vitest would take one, and half of the time waits for a database or a process.
    maxWorkers: 2,
    // By itself vitest leaves a core free: on two that is one file at a time, and twice the minutes.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
