import type { Finding, Scene } from '../rule.ts';

/** Makes a look for broken promises: those of the wanted ids. */
export const lookForBroken =
  (isWanted: (id: string) => boolean) =>
  ({ broken: found }: Scene): Finding[] =>
    found
      .filter(({ id }) => isWanted(id))
      .map(({ id, sentence, broken }) => ({
        subject: id,
        project_id: null,
        summary: `Invariant ${id} is broken, in so many places: ${broken}.`,
        detail: `${sentence}.`,
      }));
