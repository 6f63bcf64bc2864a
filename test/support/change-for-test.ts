import { onTestFinished } from 'vitest';

/** Changes values of an object that everybody shares, such as limits, until the end of the test. */
export function changeForTest<T extends object>(shared: T, values: Partial<T>): void {
  const usual = { ...shared };
  Object.assign(shared, values);
  onTestFinished(() => void Object.assign(shared, usual));
}
