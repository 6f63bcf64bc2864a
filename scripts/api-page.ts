import { markdownTable } from './markdown-table.ts';
import { replaceSection } from './replace-section.ts';

type Operation = { tags?: string[]; summary?: string; operationId?: string };
type ApiDocument = { paths: Record<string, Record<string, Operation>> };
type Route = Operation & { method: string; path: string };

/** docs/api.md: the text around the table of routes is kept as it is. */
export const apiPage = (apiDocument: string, present: string): string =>
  replaceSection(present, 'routes', routeTables(JSON.parse(apiDocument)));

function routeTables(document: ApiDocument): string {
  const byTag = Object.groupBy(routesOf(document), ({ tags }) => tags?.[0] ?? 'other');
  return Object.entries(byTag)
    .map(([tag, routes]) => `\n### ${tag}\n\n${tableOf(routes!)}`)
    .join('')
    .concat('\n');
}

const routesOf = ({ paths }: ApiDocument): Route[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );

const tableOf = (routes: Route[]): string =>
  markdownTable(
    ['route', 'what it does', 'operation'],
    routes.map(({ method, path, summary = '', operationId = '' }) => [`\`${method} ${path}\``, summary, operationId]),
  );
