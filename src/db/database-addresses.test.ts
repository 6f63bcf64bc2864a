import { expect, test } from 'vitest';
import { databaseAddresses } from './database-addresses.ts';

test.each([
  ['postgres://user:pass@db.example/whoosh', [{ address: 'db.example', port: 5432 }]],
  ['postgres://[::1]:5433/whoosh', [{ address: '::1', port: 5433 }]],
  [
    'postgres://user@db1:1,db2/whoosh',
    [
      { address: 'db1', port: 1 },
      { address: 'db2', port: 5432 },
    ],
  ],
  ['postgres:///whoosh', [{ address: '127.0.0.1', port: 5432 }]],
  ['postgres://user@/whoosh?host=10.0.0.7&port=6432', [{ address: '10.0.0.7', port: 6432 }]],
  ['postgres://whoosh@localhost/whoosh?host=%2Ftmp%2Fsocket', []],
])('%s is a database at %j', (url, addresses) => {
  expect(databaseAddresses(url)).toEqual(addresses);
});
