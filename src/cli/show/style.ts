import { styleText } from 'node:util';
import type { Io, Output } from '../io.ts';

type Format = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold';

/** Colours the text where a person sees it: on a terminal, unless NO_COLOR is set. */
export const style = (io: Io, format: Format, text: string, output: Output = io.stdout): string =>
  output.isTTY && !io.env.NO_COLOR ? styleText(format, text, { validateStream: false }) : text;
