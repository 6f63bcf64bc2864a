import type { Mutant } from '../mutant.ts';

const tests = ['src/lib/egress/egress.test.ts'];
const connector = 'src/lib/egress/guarded-connector.ts';

/** What goes out to addresses that people give. */
export const EGRESS: Mutant[] = [
  {
    name: 'egress-redirect',
    file: 'src/lib/egress/egress.ts',
    from: 'refuseRedirect(statusCode, headers, body);',
    to: '',
    tests,
    why: 'a server sends us where it likes',
  },
  {
    name: 'egress-literal',
    file: connector,
    from: 'const literal = isIP(target.host) ?',
    to: 'const literal = false ?',
    tests: ['src/lib/egress/guarded-connector.test.ts'],
    why: 'an address that may not be called is connected to',
  },
  {
    name: 'egress-pinned',
    file: connector,
    from: 'lookup: pinned,',
    to: '',
    tests,
    why: 'a name that changes its address after the check leads anywhere (rebinding)',
  },
  {
    name: 'egress-name',
    file: 'src/lib/egress/resolve-host.ts',
    from: 'refusals[at] === null',
    to: 'true',
    tests,
    why: 'a name for an address that may not be called is called',
  },
  {
    name: 'egress-never',
    file: 'src/lib/egress/refuse-address.ts',
    from: "if (found !== 'loopback' && found !== 'private')",
    to: "if (false && found !== 'loopback')",
    tests: ['src/lib/egress/check-url.test.ts', 'src/lib/egress/classify-address.test.ts', ...tests],
    why: 'the metadata service of the cloud is called',
  },
  {
    name: 'egress-own-service',
    file: 'src/lib/egress/refuse-address.ts',
    from: 'if (forbid.some((one) => one.port === port && sameAddress(one.address, ip)))',
    to: 'if (false)',
    tests,
    why: 'our own database is called',
  },
  {
    name: 'egress-wire-cap',
    file: 'src/lib/egress/read-body.ts',
    from: 'limits.wireBytes',
    to: 'Number.POSITIVE_INFINITY',
    tests: ['src/lib/egress/egress-bounds.test.ts'],
    why: 'an endless answer fills the memory',
  },
  {
    name: 'egress-decoded-cap',
    file: 'src/lib/egress/read-body.ts',
    from: 'limits.decodedBytes',
    to: 'Number.POSITIVE_INFINITY',
    tests: ['src/lib/egress/egress-bounds.test.ts'],
    why: '200 KB of gzip become 200 MB',
  },
];
