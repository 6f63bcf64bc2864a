/** One guard of the product, weakened; and the tests that are meant to notice. */
export type Mutant = {
  /** kebab-case; for --only. */
  name: string;
  file: string;
  /** Exactly this text, which stands once in the file, is replaced ... */
  from: string;
  /** ... by this. */
  to: string;
  /** Any of these files must fail by an assertion. */
  tests: string[];
  /** What a user would meet if nobody noticed. */
  why: string;
};
