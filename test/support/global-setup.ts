import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../src/db/embedded/start.ts';
import { migrate } from '../../src/db/migrate.ts';
import { createLog } from '../../src/lib/log.ts';
import { scratchFolder } from './scratch-folder.ts';
import { sweepScratch } from './sweep-scratch.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A URL of the test server, and the name of the migrated database that tests clone. */
    testServer: { url: string; template: string };
  }
}

/** Brings a PostgreSQL (DATABASE_URL, else the embedded one), makes one migrated template, and cleans up at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await bringServer();
  const template = `whoosh_test_${randomBytes(4).toString('hex')}_template`;
  await makeTemplate(server.url, template).catch(async (error) => {
    await server.stop();
    throw error;
  });
  project.provide('testServer', { url: server.url, template });
  return async () => {
    if (process.env.DATABASE_URL) await dropTemplate(server.url, template);
    await server.stop();
  };
}

type Server = { url: string; stop(): Promise<void> };

async function bringServer(): Promise<Server> {
  if (process.env.DATABASE_URL) return { url: process.env.DATABASE_URL, stop: async () => {} };
  const log = createLog('error', false);
  const dataDir = await scratchFolder();
  await sweepScratch(dirname(dataDir), log);
  // Tests kill servers, not the machine: without fsync all of that still holds.
  const settings = { fsync: 'off', max_connections: '300' };
  const embedded = await startEmbedded({ dataDir, log, settings });
  return {
    url: embedded.url,
    async stop() {
      await embedded.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function makeTemplate(url: string, name: string): Promise<void> {
  await administer(url, `create database ${name}`);
  const templateUrl = new URL(url);
  templateUrl.pathname = `/${name}`;
  await migrate(templateUrl.href);
}

const dropTemplate = (url: string, name: string) => administer(url, `drop database ${name} with (force)`);

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
