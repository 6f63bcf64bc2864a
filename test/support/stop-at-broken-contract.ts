import type { Reporter, Vitest } from 'vitest/node';
import { placeInContract } from './place-in-contract.ts';

/** More files than somebody names who runs a part. */
const WHOLE = 100;

/** Ends a run of all tests when one of the contract fails: what else fails then says nothing more. */
export function stopAtBrokenContract(): Reporter {
  let vitest: Vitest | undefined;
  let isWhole = false;
  return {
    onInit(started) {
      vitest = started;
    },
    onTestRunStart(files) {
      isWhole = files.length > WHOLE;
    },
    onTestModuleEnd(file) {
      if (!isWhole || file.ok() || placeInContract(file.moduleId) < 0) return;
      process.stderr.write(`${file.moduleId} fails: the contract is broken, and the other tests are not run.\n`);
      void vitest?.cancelCurrentRun('test-failure');
    },
  };
}
