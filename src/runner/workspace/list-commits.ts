import { type GitOptions, git } from './git.ts';
import { parseShortStat } from './parse-short-stat.ts';

export type Commit = {
  sha: string;
  subject: string;
  /** `Name <address>` */
  author: string;
  /** When it was authored, RFC 3339. */
  date: string;
  files: number;
  insertions: number;
  deletions: number;
};

const MOST = 1_000;
// Neither a name nor a subject can hold NUL.
const FORMAT = '--format=%x00%H%x00%s%x00%an <%ae>%x00%aI%x00';
const FIELDS = 5;

/** The commits that HEAD has and `base` has not, the newest first; at most the newest 1,000. */
export async function listCommits(base: string, options: GitOptions): Promise<Commit[]> {
  const chunks: Buffer[] = [];
  const log = ['log', '--shortstat', '--no-color', '--no-ext-diff', '--no-textconv', FORMAT, `--max-count=${MOST}`];
  const onOutput = async (chunk: Buffer) => void chunks.push(chunk);
  await git([...log, '--no-show-signature', `${base}..HEAD`, '--'], { ...options, onOutput });
  const fields = Buffer.concat(chunks).toString('utf8').split('\0').slice(1);
  return Array.from({ length: Math.floor(fields.length / FIELDS) }, (_, index) =>
    toCommit(fields.slice(index * FIELDS, (index + 1) * FIELDS)),
  );
}

const toCommit = ([sha = '', subject = '', author = '', date = '', stat = '']: string[]): Commit => ({
  sha,
  subject,
  author,
  date,
  ...parseShortStat(stat),
});
