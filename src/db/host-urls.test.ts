import { expect, test } from 'vitest';
import { hostUrls } from './host-urls.ts';

test.each([
  ['postgres://u:p@one/db', ['postgres://u:p@one/db']],
  ['not a url', ['not a url']],
  ['postgres://one:1,two:2', ['postgres://one:1', 'postgres://two:2']],
  [
    'postgres://u:a,b@one:1,[::1]:2/db?target_session_attrs=read-write',
    [
      'postgres://u:a,b@one:1/db?target_session_attrs=read-write',
      'postgres://u:a,b@[::1]:2/db?target_session_attrs=read-write',
    ],
  ],
  ['postgres://u@/db?host=one,two&port=1,2', ['postgres://u@/db?host=one&port=1', 'postgres://u@/db?host=two&port=2']],
  ['postgres:///db?port=7&host=%2Fa,%2Fb', ['postgres:///db?port=7&host=%2Fa', 'postgres:///db?port=7&host=%2Fb']],
])('%s names the servers %j', (url, urls) => {
  expect(hostUrls(url)).toEqual(urls);
});
