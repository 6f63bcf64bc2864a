import { markdownTable } from '../../scripts/markdown-table.ts';
import type { Verdict } from './verdict.ts';

/** What came of one fault. */
export type Result = { name: string; what: string; seconds: number; verdict: Verdict | undefined; problems: string[] };

/** Everything in a verdict that must not be, as sentences. */
export function problemsOf(verdict: Verdict): string[] {
  const { lost, doubleOutcomes, byNonHolder, orphans, invariants, recovery, oddAnswers } = verdict;
  const counted = { lost, 'double outcomes': doubleOutcomes, 'outcomes by a non-holder': byNonHolder, orphans };
  return [
    ...Object.entries(counted).flatMap(([what, count]) => (count ? [`${count} ${what}`] : [])),
    ...invariants,
    ...(recovery.worst > 1
      ? [`Recovery took ${seconds(recovery.max)} s, ${percent(recovery.worst)} of its bound`]
      : []),
    ...oddAnswers.map((line) => `Answered ${line}`),
  ];
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);
const percent = (share: number): string => `${Math.round(share * 100)} %`;

const HEAD = [
  'fault',
  'accepted',
  'succeeded',
  'lost',
  'double outcomes',
  'by a non-holder',
  'orphans',
  'invariants',
  'repeated / worked',
  'zombies refused',
  'recovery p50 / p99 / max',
  'of its bound',
  '5xx but 503',
  '',
];

/** One row a fault, in Markdown. */
export function table(results: Result[]): string {
  return markdownTable(
    HEAD,
    results.map((result) => row(result).map(String)),
  );
}

function row({ name, verdict, problems }: Result): (string | number)[] {
  const end = problems.length ? 'FAILED' : 'held';
  if (!verdict) return [name, ...HEAD.slice(2).map(() => ''), end];
  const { recovery: r } = verdict;
  return [
    name,
    verdict.accepted,
    verdict.succeeded,
    verdict.lost,
    verdict.doubleOutcomes,
    verdict.byNonHolder,
    verdict.orphans,
    verdict.invariants.length,
    `${verdict.repeated} / ${verdict.worked}`,
    verdict.zombies,
    r.count ? `${seconds(r.p50)} / ${seconds(r.p99)} / ${seconds(r.max)} s` : '',
    r.count ? percent(r.worst) : '',
    verdict.oddAnswers.length,
    end,
  ];
}
