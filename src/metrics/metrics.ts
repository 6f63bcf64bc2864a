import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { shared } from '../lib/shared.ts';
import { VERSION } from '../lib/version.ts';
import { within } from '../lib/within.ts';
import { fewNames } from './few-names.ts';
import type { Instrument, InstrumentOf } from './instrument.ts';
import { INSTRUMENTS } from './instruments.ts';
import { PREFIX } from './prefix.ts';
import { processMetrics } from './process-metrics.ts';

/** /api/metrics answers within a second, whatever is ill: what a source has not told by then is absent. */
const LIMIT_MS = 700;
/** Anybody may ask, so asking often must cost nothing. */
const KEEP_MS = 500;
/** Names of agents that become labels; each costs some twenty lines. */
const MOST_AGENTS = 200;

type Instruments = { [N in keyof typeof INSTRUMENTS]: InstrumentOf<(typeof INSTRUMENTS)[N]> };
type Name = keyof Instruments;
/** Of one name: a value for each set of labels. */
type Sample = { labels?: Record<string, string>; value: number };
/** What a source tells; a name that it leaves out is absent. */
type Samples = { [N in Name]?: Sample[] };

/** The measurements of one replica. Counters and histograms are counted into where things happen. */
export type Metrics = Instruments & {
  /**
   * Has `look` called when somebody reads the metrics, for what is not counted but looked up. A look that fails or takes
   * longer than 0.7 s leaves all of `names` absent: nothing stale is told. A name has one source: of two the later one
   * would be told, whichever that is.
   */
  addSource(names: readonly Name[], look: () => Samples | Promise<Samples>): void;
  /** The name of an agent as a label. */
  agentLabel(name: string): string;
  /**
   * Everything in the text format 0.0.4 of Prometheus, with the process; at most half a second old. Never rejects for a
   * source.
   */
  render(): Promise<string>;
};

/** Opens a registry of its own: several replicas may run in one process. */
export function openMetrics(): Metrics {
  const registry = new Registry();
  const entries = Object.entries(INSTRUMENTS).map(([name, instrument]) => [name, open(registry, name, instrument)]);
  const instruments = Object.fromEntries(entries) as Instruments;
  const sources: (() => Promise<void>)[] = [];
  const sourced = new Set<Name>();
  const render = async () => {
    await Promise.all(sources.map((tell) => tell()));
    return `${await registry.metrics()}\n${await processMetrics()}`;
  };
  instruments.build_info.set({ version: VERSION, node: process.versions.node }, 1);
  return Object.assign(instruments, {
    addSource(names: readonly Name[], look: () => Samples | Promise<Samples>) {
      for (const name of names) {
        if (sourced.has(name)) throw new Error(`${name} has a source already`);
        sourced.add(name);
      }
      sources.push(() => tell(instruments, names, look));
    },
    agentLabel: fewNames(MOST_AGENTS),
    render: shared(render, KEEP_MS),
  });
}

function open(registry: Registry, name: string, { kind, help, labels, buckets }: Instrument) {
  const common = { name: PREFIX + name, help, labelNames: Object.keys(labels), registers: [registry] };
  if (kind === 'counter') return new Counter(common);
  if (kind === 'histogram') return new Histogram({ ...common, buckets: [...buckets!] });
  const gauge = new Gauge(common);
  gauge.remove({});
  return gauge;
}

async function tell(instruments: Instruments, names: readonly Name[], look: () => Samples | Promise<Samples>) {
  // What is absent says that it is not known; /health and the log say why.
  const asked = within(LIMIT_MS, Promise.resolve().then(look));
  const samples: Samples = await asked.catch(() => ({}));
  for (const name of names) put(instruments[name], samples[name] ?? []);
}

function put(instrument: Instruments[Name], samples: Sample[]): void {
  instrument.reset();
  // Without labels a reset leaves a 0.
  if (instrument instanceof Gauge || instrument instanceof Counter) instrument.remove({});
  for (const { labels = {}, value } of samples) {
    if (instrument instanceof Gauge) instrument.set(labels, value);
    else if (instrument instanceof Counter) instrument.inc(labels, value);
  }
}
