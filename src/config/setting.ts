/** One setting of the server. */
export type Setting<T> = {
  /** The environment variable. A secret one may be given as the file named by `<env>_FILE` instead. */
  env: string;
  /** What a person reads: type, unit and limits. */
  expects: string;
  /** As written in the environment; absent means the setting is off or decided at start. */
  default?: string;
  about: string;
  secret?: true;
  /** Throws for what it cannot use. */
  parse: (text: string) => T;
};

/** Settings by their name in `Config`. */
export type Settings = Record<string, Setting<unknown>>;

/** What a parser says no with; the sentence is the same for every setting. */
export const refuse = (): never => {
  throw new Error('bad value');
};

/** A whole number of `unit`. */
export const whole = (min: number, max: number, unit: string) => ({
  expects: `whole number of ${unit}, ${min} to ${max}`,
  parse: (text: string) => {
    const value = Number(text);
    return /^\d+$/.test(text) && value >= min && value <= max ? value : refuse();
  },
});

/** One of a few words. */
export const choice = <const T extends string>(...values: T[]) => ({
  expects: values.join(' | '),
  parse: (text: string) => values.find((value) => value === text) ?? refuse(),
});

/** A text of some shape. */
export const text = (expects: string, pattern = /^.+$/) => ({
  expects,
  parse: (value: string) => (pattern.test(value) ? value : refuse()),
});
