import { defineConfig } from 'vitest/config';
import { ContractFirst } from './test/support/contract-first.ts';
import { stopAtBrokenContract } from './test/support/stop-at-broken-contract.ts';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'threads',
    sequence: { sequencer: ContractFirst },
    reporters: ['default', stopAtBrokenContract()],
    // By itself vitest leaves a core free: on two that is one file at a time, and twice the minutes.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
