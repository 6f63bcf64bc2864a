/** What says soonest that the contract is broken, in this order: about ten seconds for all of them. */
const CONTRACT = [
  'src/tasks/report.test.ts',
  'src/tasks/claim-guards.test.ts',
  'src/tasks/reap.test.ts',
  'src/tasks/settle.test.ts',
  'src/tasks/claim-replicas.test.ts',
  'test/model/database.test.ts',
];

/** Which place a test file has among those of the contract; -1 when it is none of them. */
export const placeInContract = (path: string): number => CONTRACT.findIndex((file) => path.endsWith(`/${file}`));
