import { expect, test } from 'vitest';
import { type AddressClass, classifyAddress } from './classify-address.ts';

const CLASSES: Record<AddressClass, string[]> = {
  public: ['1.1.1.1', '100.63.255.255', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '2002:808:808::1'],
  private: ['10.0.0.1', '172.16.0.1', '192.168.1.20', '100.64.0.1', 'fd12::1', '::ffff:192.168.1.20', '64:ff9b::a00:1'],
  loopback: [
    '127.0.0.1',
    '127.255.255.254',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::127.0.0.1',
    '2002:7f00:1::',
  ],
  link_local: [
    '169.254.0.1',
    '169.254.169.254',
    'fe80::1',
    'fe80::1%eth0',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
  ],
  metadata: ['100.100.100.200', '168.63.129.16', 'fd00:ec2::254', 'fd20:ce::254', '::ffff:100.100.100.200'],
  unspecified: ['0.0.0.0', '0.1.2.3', '::', '::ffff:0.0.0.0'],
  multicast: ['224.0.0.1', '239.255.255.250', 'ff02::1'],
  broadcast: ['255.255.255.255'],
  reserved: [
    '192.0.2.1',
    '198.18.0.1',
    '203.0.113.9',
    '240.0.0.1',
    '2001:db8::1',
    '2001::1',
    '64:ff9b:1::a9fe:a9fe',
    'fec0::1',
    '4000::1',
    'localhost',
    '',
  ],
};

test.each(Object.entries(CLASSES))('addresses that are %s', (expected, addresses) => {
  expect(addresses.map((ip) => `${ip} ${classifyAddress(ip)}`)).toEqual(addresses.map((ip) => `${ip} ${expected}`));
});
