// Addresses that must hear nothing from us, and the ways to write them down in a URL.

/** Every block of IANA's registries of special addresses, and what clouds put on public ones: first and last address of each. */
const V4_BLOCKS = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16', '192.175.48.0/24'],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
];
/** Loopback, router, metadata of AWS, GCP, Azure, OpenStack; of Alibaba, Oracle, Tencent; Azure's host. */
const V4_KNOWN = [
  ...['127.0.0.1', '127.0.1.1', '127.127.127.127', '10.0.0.1', '172.17.0.1', '192.168.0.1', '192.168.1.254'],
  ...['169.254.169.254', '169.254.170.2', '100.100.100.200', '192.0.0.192', '169.254.0.23', '168.63.129.16'],
  ...['0.0.0.0', '0.0.0.1', '255.255.255.255', '224.0.0.251'],
];
const V6_PREFIXES = [
  ...[
    '::',
    '::1',
    '::2',
    '100::',
    '100:0:0:1::',
    '1::',
    '5f00::',
    '4000::',
    'c000::',
    'fec0::',
    'feff:ffff::1',
    'fc00::',
  ],
  ...[
    'fd00::1',
    'fd00:ec2::254',
    'fd20:ce::254',
    'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    'fe80::',
    'fe80::1',
    'febf::1',
  ],
  ...[
    'ff00::',
    'ff01::1',
    'ff02::1',
    'ff02::fb',
    'ff05::2',
    'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001::',
    '2001::1',
  ],
  ...[
    '2001:2::1',
    '2001:3::1',
    '2001:4:112::1',
    '2001:10::1',
    '2001:20::1',
    '2001:30::1',
    '2001:1ff:ffff::1',
    '2001:db8::',
  ],
  ...['2001:db8::1', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', '2002::1', '2620:4f:8000::1', '3fff::1', '3fff:fff::1'],
];

const numberOf = (address: string): number =>
  address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0);
const dotted = (number: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');

function edges(block: string): string[] {
  const [first = '', bits] = block.split('/');
  const size = 2 ** (32 - Number(bits));
  return [0, 1, Math.floor(size / 2), size - 1].map((offset) => dotted(numberOf(first) + offset));
}

export const PRIVATE_V4: readonly string[] = [...new Set([...V4_KNOWN, ...V4_BLOCKS.flatMap(edges)])];
export const PRIVATE_V6: readonly string[] = [...V6_PREFIXES, ...V4_KNOWN.flatMap(embedded)];

/** The ways in which an IPv6 address carries an IPv4 one: mapped, compatible, translated, NAT64, 6to4, Teredo. */
function embedded(address: string): string[] {
  const number = numberOf(address);
  const hex = (from: number): string => `${Math.floor(from / 65_536).toString(16)}:${(from % 65_536).toString(16)}`;
  const inverted = hex(2 ** 32 - 1 - number);
  return [
    ...['::ffff:', '::', '::ffff:0:', '64:ff9b::', '64:ff9b:1::', '0:0:0:0:0:ffff:', '0:0:0:0:0:0:'].flatMap(
      (prefix) => [prefix + address, prefix + hex(number)],
    ),
    `2002:${hex(number)}::1`,
    `2001:0:${hex(number)}::1`,
    `2001:0:808:808:0:ffff:${inverted}`,
  ];
}

/** What Unicode has for 0 to 9: full width, mathematical, circled, superscript. All of them are read as digits. */
const OTHER_DIGITS = ['０１２３４５６７８９', '𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗', '𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡', '𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿', '⓪①②③④⑤⑥⑦⑧⑨', '⁰¹²³⁴⁵⁶⁷⁸⁹'].map(
  (digits) => Array.from(digits),
);

/** How else a URL can spell an IPv4 address: every one of them is read as the address. */
function spellings(address: string): string[] {
  const number = numberOf(address);
  const octets = address.split('.').map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = octets;
  const inDigits = (digits: readonly string[]): string => address.replace(/\d/g, (digit) => digits[Number(digit)]!);
  return [
    `${address}.`,
    String(number),
    `${number}.`,
    `0x${number.toString(16)}`,
    `0X${number.toString(16).toUpperCase()}`,
    `0x000000${number.toString(16)}`,
    `0${number.toString(8)}`,
    `0000${number.toString(8)}`,
    octets.map((octet) => `0x${octet.toString(16)}`).join('.'),
    octets.map((octet) => `0${octet.toString(8)}`).join('.'),
    octets.map((octet) => octet.toString(8).padStart(7, '0')).join('.'),
    `0x${a.toString(16)}.${b}.0${c.toString(8)}.${d}`,
    `${a}.${b}.${c * 256 + d}`,
    `${a}.${b * 65_536 + c * 256 + d}`,
    `0x${a.toString(16)}.0${(b * 65_536 + c * 256 + d).toString(8)}`,
    ...['。', '．', '｡', '%2e', '%E3%80%82'].map((dot) => address.replaceAll('.', dot)),
    address.replace(/./g, (one) => `%${one.charCodeAt(0).toString(16)}`),
    ...OTHER_DIGITS.map(inDigits),
    // What IDNA drops: soft hyphen, word joiner, zero width space, variation selector.
    ...['\u00ad', '\u2060', '\u200b', '\ufe0f'].map((nothing) => address.replace('.', `${nothing}.`)),
    address.replace('.', '\t.'),
    address.replace('.', '\n.'),
  ];
}

const V6_SPELLINGS = [
  ...[
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[0000:0000:0000:0000:0000:0000:0000:0001]',
    '[::0:1]',
    '[0::1]',
    '[0:0::1]',
    '[::0001]',
  ],
  ...[
    '[::FFFF:127.0.0.1]',
    '[::fFfF:7F00:1]',
    '[0::0:ffff:127.0.0.1]',
    '[::ffff:127.0.0.001]',
    '[::1%25lo]',
    '[::1%lo]',
  ],
];

/** Names of this machine and of private networks. */
const NAMES = [
  ...[
    'localhost',
    'LOCALHOST',
    'lOcAlHoSt',
    'localhost.',
    'ｌｏｃａｌｈｏｓｔ',
    'loc%61lhost',
    'local\u00adhost',
    '𝓁ocalhost',
  ],
  ...[
    'a.localhost',
    'a.b.localhost.',
    'localhost.localdomain',
    'localhost6',
    'ip6-localhost',
    'ip6-loopback',
    'broadcasthost',
  ],
  ...[
    'metadata',
    'metadata.google.internal',
    'METADATA.GOOGLE.INTERNAL.',
    'instance-data',
    'instance-data.ec2.internal',
  ],
  ...[
    'kubernetes',
    'kubernetes.default.svc.cluster.local',
    'host.docker.internal',
    'gateway.docker.internal',
    'router.lan',
  ],
  ...[
    'printer.local',
    'nas.home.arpa',
    'wiki.intranet',
    'redis',
    'postgres',
    'db',
    'ⓡedis',
    'db。local',
    'x.ｉnternal',
  ],
];

/** What confuses readers about where the host begins and ends. HOST stands for 127.0.0.1 with the port. */
const CONFUSING = [
  ...[
    'https:HOST/',
    'https:/HOST/',
    'https:///HOST/',
    'https:////HOST',
    'https:\\\\HOST\\',
    'https:/\\HOST',
    'HTTPS://HOST/',
  ],
  ...[
    'https://HOST\\@example.com/',
    'https://HOST#@example.com/',
    'https://HOST?@example.com/',
    'https://HOST/@example.com',
  ],
  ...['https://HOST\\.example.com/', 'https://example.com@HOST/', 'https://example.com:443@HOST/', 'https://:@HOST/'],
  ...[
    'https://example.com%40HOST/',
    'https://user:password@HOST/',
    'https://@HOST/',
    'https://%00@HOST/',
    ' https://HOST/',
  ],
  ...['https://HOST/\t', '\nhttps://HOST/', 'ht\ntps://HOST/', 'https://\tHOST/', 'https://HOST:/', 'https://HOST%23/'],
  ...[
    'https://HOST/..//',
    'https://HOST;example.com/',
    'https://HOST,example.com/',
    'https://[HOST]/',
    'https://0:HOST/',
  ],
];

const SCHEMES = [
  ...[
    'http:',
    'ftp:',
    'file:',
    'gopher:',
    'dict:',
    'ldap:',
    'ldaps:',
    'tftp:',
    'sftp:',
    'ssh:',
    'telnet:',
    'smtp:',
    'imap:',
    'pop3:',
  ],
  ...[
    'redis:',
    'postgres:',
    'mysql:',
    'mongodb:',
    'ws:',
    'wss:',
    'data:',
    'javascript:',
    'blob:',
    'about:',
    'jar:',
    'netdoc:',
    'php:',
  ],
  ...[
    'phar:',
    'expect:',
    'unix:',
    'http+unix:',
    'socks5:',
    'view-source:',
    'chrome:',
    'git:',
    'svn:',
    'rsync:',
    's3:',
    'mailto:',
  ],
];

/** Ports of a public server at which no webhooks are taken. */
const PORTS = [
  ...[
    1, 7, 9, 20, 21, 22, 23, 25, 53, 79, 80, 110, 111, 119, 123, 135, 139, 143, 161, 389, 445, 465, 514, 587, 636, 873,
    993, 1023,
  ],
  ...[
    1433, 1521, 2049, 2375, 2376, 2379, 3128, 3306, 3389, 4045, 5060, 5432, 5672, 5900, 5984, 6000, 6379, 6443, 6667,
    8500, 9042,
  ],
  ...[9092, 9200, 9300, 10250, 11211, 26379, 27017, 61616],
];

/** URLs that are refused by what they say, without asking anybody where their name leads. */
export function refusedUrls(sentinelPort: number): string[] {
  const hosts = [
    ...PRIVATE_V4,
    ...PRIVATE_V4.map((address) => String(numberOf(address))),
    ...V4_KNOWN.flatMap(spellings),
    ...PRIVATE_V6.map((address) => `[${address}]`),
    ...V6_SPELLINGS,
    ...NAMES,
  ];
  return [
    ...new Set([
      ...hosts.map((host) => `https://${host}:${sentinelPort}/`),
      ...V4_KNOWN.map((host) => `https://${host}/`),
      ...CONFUSING.map((url) => url.replace('HOST', `127.0.0.1:${sentinelPort}`)),
      ...SCHEMES.map((scheme) => `${scheme}//hooks.example.com/`),
      ...SCHEMES.map((scheme) => `${scheme}//127.0.0.1:${sentinelPort}/`),
      ...PORTS.map((port) => `https://hooks.example.com:${port}/`),
    ]),
  ];
}

const PUBLIC = ['181.49.0.1', '2800:e0::1'];

/** What a name of the internet may resolve to, one private address among others at any place. */
export const PRIVATE_ANSWERS: readonly (readonly string[])[] = [...PRIVATE_V4, ...PRIVATE_V6, 'fe80::1%eth0'].flatMap(
  (address) => [[address], [address, ...PUBLIC], [...PUBLIC, address]],
);
