// As much of curl as the pages use, for machines without it.
import { readFileSync } from 'node:fs';

const FLAGS_WITH_VALUE = {
  '-X': 'method',
  '-H': 'header',
  '-d': 'data',
  '--data-binary': 'file',
  '-w': 'after',
  '-u': 'user',
};
const options = { headers: {} };
const args = process.argv.slice(2);
while (args.length > 0) {
  const arg = args.shift();
  if (/^-[sS]+$/.test(arg)) continue;
  if (arg === '-sSw') take('after', args.shift());
  else if (!arg.startsWith('-')) options.url = arg;
  else if (!(arg in FLAGS_WITH_VALUE)) fail(`does not know ${arg}`);
  else take(FLAGS_WITH_VALUE[arg], args.shift());
}

function take(name, value) {
  if (name === 'header') {
    const [, key, rest] = /^([^:]+):\s*(.*)$/.exec(value);
    options.headers[key.toLowerCase()] = rest;
  } else if (name === 'data' || name === 'file')
    options.body = value.startsWith('@') ? readFileSync(value === '@-' ? 0 : value.slice(1)) : value;
  else if (name === 'user') options.headers['authorization'] = `Basic ${btoa(value)}`;
  else options[name] = value;
}

function fail(why) {
  process.stderr.write(`curl: ${why}\n`);
  process.exit(2);
}

const { url, body, headers, after = '' } = options;
if (!url) fail('no URL');
if (body !== undefined) headers['content-type'] ??= 'application/x-www-form-urlencoded';
const method = options.method ?? (body === undefined ? 'GET' : 'POST');
const answer = await fetch(url, { method, headers, body, redirect: 'manual' });
const end = after.replaceAll('\\n', '\n').replaceAll('%{http_code}', String(answer.status));
process.stdout.write((await answer.text()) + end);
