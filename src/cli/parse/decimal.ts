import { InvalidArgumentError } from 'commander';

/** Makes the parser of a number from `min` to `max`, such as 0.7. */
export const decimal =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+(\.\d+)?$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a number from ${min} to ${max}.`);
  };
