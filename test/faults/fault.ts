import type { Chance } from '../support/chance.ts';
import type { Fleet, FleetOptions } from './fleet/fleet.ts';

/** The load that runs while the harm is done. */
export type LoadOptions = {
  /** Tasks a second, in all, half of them for model servers; 0 for faults that submit by themselves. Default 40. */
  perSecond: number;
  /** Shortest time of the load; it goes on for as long as the harm takes. Default 8. */
  seconds: number;
};

/** One way in which things go wrong, and what must hold all the same. */
export type Fault = {
  /** As in `--only replica-kill`. */
  name: string;
  /** One sentence for the table. */
  what: string;
  /** Settings of replicas, preloads and so on, where the standard fleet will not do. */
  fleet?: FleetOptions;
  /** It leaves the fleet as it found it, and the next fault may go on with the same one. */
  harmless?: true;
  load?: Partial<LoadOptions>;
  /** How long the fleet may take to finish everything after the load, in milliseconds. Default 45,000. */
  drainMs?: number;
  /** Does the harm while the load runs; resolves when the harm is over. May use `fleet.complain`. */
  harm(fleet: Fleet, chance: Chance): Promise<void>;
  /** More that must hold when everything has ended, beyond the standard verdict: sentences of what is wrong. */
  check?(fleet: Fleet): Promise<string[]>;
};
