import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The command before which any other one may mount file systems that nobody else sees: as root, or as a plain user where
 * the kernel allows user namespaces. Undefined where it does not.
 */
export async function ownMounts(): Promise<string[] | undefined> {
  const command = ['unshare', '--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])];
  const [file = '', ...args] = command;
  const works = await run(file, [...args, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).then(
    () => true,
    () => false,
  );
  return works ? command : undefined;
}
