const EDITS = 20;
const CHECKS = 8;
const REPORTS = 2;

/** 20 edits, 8 checks that each need some of them, 2 reports that each need four checks. */
export function exampleTasks(repository: string) {
  const workspace = { kind: 'git', repository, ref: 'main', push: true } as const;
  const named = (kind: string, count: number) =>
    Array.from({ length: count }, (_, n) => ({ ref: `${kind}-${n + 1}`, n: n + 1 }));
  const edits = named('edit', EDITS).map(({ ref, n }) => ({
    ref,
    title: `Write part ${n}`,
    input: { part: n, seconds: 1 },
    needs: { capabilities: ['edit'] },
    workspace,
  }));
  const checks = named('check', CHECKS).map(({ ref, n }) => ({
    ref,
    title: `Check what edits ${n}, ${n + CHECKS} ... made`,
    needs: { capabilities: ['check'] },
    workspace,
    depends_on: edits.filter((_, index) => index % CHECKS === n - 1).map((edit) => ({ task: edit.ref })),
  }));
  const reports = named('report', REPORTS).map(({ ref, n }) => ({
    ref,
    title: `Report ${n}`,
    needs: { capabilities: ['report'] },
    depends_on: checks.filter((_, index) => index % REPORTS === n - 1).map((check) => ({ task: check.ref })),
  }));
  return [...edits, ...checks, ...reports];
}
