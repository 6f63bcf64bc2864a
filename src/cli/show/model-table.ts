import type { Agent } from '../../client/fleet-calls.ts';
import type { Io } from '../io.ts';
import { showBytes } from './bytes.ts';
import { oneLine } from './one-line.ts';
import { printTable } from './table.ts';

type Model = Agent['inventory'][number];

const HEADINGS = ['MODEL', 'CAPABILITIES', 'CONTEXT', 'SIZE', 'PARAMETERS', 'QUANTISATION', 'LOADED'];

/** Prints the models of a model server, one a line; `-` for what it does not tell. */
export const printModels = (io: Io, models: Model[]): void => printTable(io, HEADINGS, models.map(row));

const row = (model: Model): string[] => [
  oneLine(model.name),
  model.capabilities.join(',') || '-',
  String(model.context_length ?? '-'),
  model.size_bytes === null ? '-' : showBytes(model.size_bytes),
  oneLine(model.parameters ?? '-'),
  oneLine(model.quantisation ?? '-'),
  model.loaded ? 'yes' : 'no',
];
