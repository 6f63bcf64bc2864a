import ts from 'typescript';
import type { Manifest } from './manifests.ts';

/** Where kubernetes-models, made from the API's own description, keeps what it knows of a kind. */
function moduleOf({ apiVersion, kind }: Manifest): string {
  const [version, group] = String(apiVersion).split('/').reverse();
  const library = group === 'monitoring.coreos.com' ? '@kubernetes-models/prometheus-operator' : 'kubernetes-models';
  return [library, group, version, kind].filter(Boolean).join('/');
}

/** What the schemas of their kinds refuse, a sentence each. They let unknown fields pass. */
export async function invalidManifests(manifests: Manifest[]): Promise<string[]> {
  const problems = await Promise.all(
    manifests.map(async (manifest) => {
      const kinds = await import(moduleOf(manifest));
      try {
        new kinds[manifest.kind](manifest).validate();
        return [];
      } catch (error) {
        return [`${manifest.kind} ${manifest.metadata.name}: ${(error as Error).message}`];
      }
    }),
  );
  return problems.flat();
}

const FILE = 'test/deploy/manifests.virtual.ts';

/** What the types of their kinds do not have: TypeScript refuses a literal with a field too many. */
export function unknownFields(manifests: Manifest[]): string[] {
  const lines = manifests.map(
    (manifest, index) =>
      `export const manifest${index}: import('${moduleOf(manifest)}').I${manifest.kind} = ${JSON.stringify(manifest)};`,
  );
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
  };
  const program = ts.createProgram([FILE], options, hostWith(lines.join('\n'), options));
  const found = program.getSemanticDiagnostics(program.getSourceFile(FILE));
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

function hostWith(text: string, options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  return {
    ...host,
    fileExists: (path) => path.endsWith(FILE) || fileExists(path),
    getSourceFile: (path, ...rest) =>
      path.endsWith(FILE) ? ts.createSourceFile(path, text, ts.ScriptTarget.ESNext) : getSourceFile(path, ...rest),
  };
}
