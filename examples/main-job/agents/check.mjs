// Looks whether the commits that other tasks made are in the repository with what they should hold.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const edits = JSON.parse(readFileSync(process.env.WHOOSH_DEPENDENCIES_FILE, 'utf8'));
for (const { result } of edits) {
  const text = execFileSync('git', ['show', `${result.commit}:parts/${result.part}.txt`], { encoding: 'utf8' });
  if (text !== `This is part ${result.part}.\n`) throw new Error(`part ${result.part} holds ${JSON.stringify(text)}`);
  console.log(`part ${result.part} is in ${result.commit}`);
}
writeFileSync(process.env.WHOOSH_RESULT_FILE, JSON.stringify({ checked: edits.map(({ result }) => result.part) }));
