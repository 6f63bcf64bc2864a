// Adds up what the checks found.
import { readFileSync, writeFileSync } from 'node:fs';

const checks = JSON.parse(readFileSync(process.env.WHOOSH_DEPENDENCIES_FILE, 'utf8'));
const parts = checks.flatMap(({ result }) => result.checked).sort((a, b) => a - b);
console.log(`checked parts: ${parts.join(', ')}`);
writeFileSync(process.env.WHOOSH_RESULT_FILE, JSON.stringify({ parts }));
