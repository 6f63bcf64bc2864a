import type { Endpoint } from '../provider.ts';
import type { Description } from './describe-model.ts';

/** Enough for ten servers of a hundred models. */
const MOST = 1000;

/**
 * Descriptions by server and digest, so that a probe asks only for models that are new: of two servers each is asked, since
 * one must not describe the other's.
 */
export function rememberedDescriptions() {
  const known = new Map<string, Description>();
  return {
    async of({ url }: Endpoint, digest: string, describe: () => Promise<Description>): Promise<Description> {
      const key = `${url} ${digest}`;
      const found = known.get(key) ?? (await describe());
      // Written again at the end, so that what is not used for the longest time is forgotten first.
      known.delete(key);
      known.set(key, found);
      if (known.size > MOST) known.delete(known.keys().next().value!);
      return found;
    },
  };
}

export type Descriptions = ReturnType<typeof rememberedDescriptions>;
