import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { placeInContract } from './place-in-contract.ts';

const placeOf = ({ moduleId }: TestSpecification): number => placeInContract(moduleId);

/** The order of test files: those of the contract first, then as vitest has them, the longest first. */
export class ContractFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const first = sorted.filter((file) => placeOf(file) >= 0).sort((a, b) => placeOf(a) - placeOf(b));
    return [...first, ...sorted.filter((file) => placeOf(file) < 0)];
  }
}
