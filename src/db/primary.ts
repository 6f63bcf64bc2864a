import { findPrimary } from './find-primary.ts';
import { hostUrls } from './host-urls.ts';

/** Which host of a URL new connections go to: the first, until another is found to be the one that accepts writes. */
export class Primary {
  /** Of the host that was the primary when somebody last looked. */
  url: string;
  readonly hasOthers: boolean;
  readonly #all: string;
  readonly #limitMs: number;
  #looking: Promise<void> | undefined;

  /** `limitMs` is how long connecting may take. */
  constructor(url: string, limitMs: number) {
    const urls = hostUrls(url);
    this.url = urls[0] as string;
    this.hasOthers = urls.length > 1;
    this.#all = url;
    this.#limitMs = limitMs;
  }

  /** Looks for the primary among all hosts; callers that come meanwhile share the look. Throws when there is none. */
  look(): Promise<void> {
    this.#looking ??= findPrimary(this.#all, this.#limitMs)
      .then((found) => {
        this.url = found;
      })
      .finally(() => {
        this.#looking = undefined;
      });
    return this.#looking;
  }
}
