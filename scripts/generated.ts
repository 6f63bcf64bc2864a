import { alertRulesTable } from './alert-rules-table.ts';
import { apiDocument } from './api-document.ts';
import { apiPage } from './api-page.ts';
import { cliPage } from './cli-page.ts';
import { clientTypes } from './client-types.ts';
import { configurationPage } from './configuration-page.ts';
import { envPage } from './env-page.ts';
import { errorsPage } from './errors-page.ts';
import { metricsPage } from './metrics-page.ts';
import { movesTable } from './moves-table.ts';
import { replaceSection } from './replace-section.ts';
import { seedChecklistPage } from './seed-checklist-page.ts';

/** Every generated file with its content; `read` gives the present text of the pages that are generated in part. */
export async function makeGenerated(read: (file: string) => Promise<string>): Promise<Record<string, string>> {
  const document = await apiDocument();
  return {
    'docs/openapi.json': document,
    'src/client/api.gen.ts': await clientTypes(document),
    'docs/api.md': apiPage(document, await read('docs/api.md')),
    'docs/cli.md': await cliPage(),
    'docs/configuration.md': configurationPage(),
    'deploy/env.production': envPage(),
    'docs/errors.md': errorsPage(),
    'docs/operate/alerts.md': replaceSection(await read('docs/operate/alerts.md'), 'rules', alertRulesTable()),
    'docs/operate/metrics.md': metricsPage(),
    'docs/operate/seed-checklist.md': seedChecklistPage(),
    'docs/task-lifecycle.md': replaceSection(await read('docs/task-lifecycle.md'), 'moves', movesTable()),
  };
}
