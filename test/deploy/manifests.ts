import { globSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

/** What a manifest says; tests look into it freely, as validate-manifests.ts has checked its shape. */
// biome-ignore lint/suspicious/noExplicitAny: a manifest has the shape of its kind, and there are a dozen.
export type Manifest = Record<string, any>;

/** Every document in the files of a folder, but kustomization.yaml, which is none of the cluster's. */
export const readManifests = (folder: string): Manifest[] =>
  globSync(`${folder}/*.yaml`)
    .filter((path) => !path.endsWith('kustomization.yaml'))
    .sort()
    .flatMap((path) => parseAllDocuments(readFileSync(path, 'utf8')).map((document) => document.toJS()));
