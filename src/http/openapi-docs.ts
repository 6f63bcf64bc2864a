import swaggerUi from '@fastify/swagger-ui';
import type { App } from './app-types.ts';

const PATH = '/api/docs';

// The package's own policy upgrades its files to https, which breaks the page on a plain http address of the network.
const POLICY = {
  'default-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'style-src': ["'self'", "'unsafe-inline'"],
  'frame-ancestors': ["'none'"],
};

/** Serves the page that shows the API document, at /api/docs; its files come from this server, never from the internet. */
export async function showDocs(app: App): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: PATH,
    staticCSP: POLICY,
    theme: { title: 'WHOOSH API' },
    uiConfig: { persistAuthorization: true, deepLinking: true },
  });
}

/** The page's routes come from a package, which cannot say for itself that everybody may see them. */
export const isDocsRoute = (url: string): boolean => url === PATH || url.startsWith(`${PATH}/`);
