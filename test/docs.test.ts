import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...globSync('docs/**/*.md'), ...globSync('src/**/*.md')];
const LINK = /\]\(([^)\s]+)\)/g;

/** As a heading is addressed on the pages of git hosts: lower case, words joined by dashes, no other marks. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
const anchorsOf = (page: string): string[] =>
  [
    ...readFileSync(page, 'utf8')
      .replace(/^```[\s\S]*?^```/gm, '')
      .matchAll(/^#+ (.+)$/gm),
  ].map(([, heading]) => anchorOf(heading!));

function brokenLinks(page: string): string[] {
  const links = [...withoutCode(readFileSync(page, 'utf8')).matchAll(LINK)].map(([, link]) => link!);
  return links.filter((link) => !/^\w+:/.test(link) && !leadsSomewhere(page, link)).map((link) => `${page}: ${link}`);
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path ? join(dirname(page), path) : page;
  return existsSync(target) && (!anchor || !target.endsWith('.md') || anchorsOf(target).includes(anchor));
}

test('every link between the documents leads to a page and a heading that are there [S43]', () => {
  expect(PAGES.length).toBeGreaterThan(20);
  expect(PAGES.flatMap(brokenLinks)).toEqual([]);
});

test('every document can be found from the first page', () => {
  const found = new Set(['README.md']);
  for (const page of found)
    for (const [, link] of readFileSync(page, 'utf8').matchAll(LINK)) {
      const target = join(dirname(page), link!.split('#')[0]!);
      if (target.endsWith('.md') && existsSync(target)) found.add(target);
    }
  const lost = globSync('docs/**/*.md').filter((page) => !found.has(page) && !page.startsWith('docs/decisions/'));
  expect(lost).toEqual([]);
});
