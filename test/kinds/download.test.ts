import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lstatSync } from 'node:fs';
import { expect, test } from 'vitest';
import { download, parameter } from '../../src/dsl/index.ts';
import { stepSchema } from '../../src/model/step.ts';
import { expectGoldenStep, stepOn, temporaryHost } from '../support/kinds.ts';

const CONTENT = 'the key\n';
const sha256 = createHash('sha256').update(CONTENT).digest('hex');
const url = parameter.url('from', { default: 'https://example.org/key', help: 'where it is' });
const path = parameter.path('target', { default: '/etc/x', help: 'a file' });
const about = { id: 'key-there', why: 'apt checks signatures with it', url, path };
const HOSTILE = `-o/x http://x/ $(touch x) it's "q" *`;

/** A curl that writes $host/answer to what follows --output. */
const CURL = `
while (($# > 1)); do
  [[ $1 == --output ]] && cat -- "$host/answer" >"$2"
  shift
done`;

const known = download.file({ ...about, sha256, mode: '0600' });
const unknown = download.file(about);

test('a file with a digest', async () => {
  await expectGoldenStep(known);
  const host = temporaryHost();
  host.stub('curl', CURL);
  host.write('answer', CONTENT);
  const target = host.path('etc/new/key');
  const on = stepOn(host, known, { from: HOSTILE, target });
  const untouched = host.snapshot();
  expect(on.check().status).toBe(1);
  expect(on.plan()).toContain(`its SHA-256 must be ${sha256}`);
  expect(host.snapshot()).toEqual(untouched);
  expect(host.calls()).toEqual([]);
  expect(on.apply().status).toBe(0);
  expect(host.calls()[0]?.args.slice(-2)).toEqual(['--url', HOSTILE]);
  expect(host.read('etc/new/key')).toBe(CONTENT);
  expect(lstatSync(target).mode & 0o777).toBe(0o600);
  expect(on.check().status).toBe(0);
  host.write('etc/new/key', 'changed', 0o600);
  expect(on.check().status).toBe(1);
});

test('another digest than was expected leaves the file as it is', () => {
  const host = temporaryHost();
  host.stub('curl', CURL);
  host.write('answer', 'something else\n');
  const target = host.write('etc/key', 'old');
  const on = stepOn(host, known, { from: 'https://example.org/key', target });
  expect(on.apply().status).toBe(1);
  expect(on.failure()[2]).toMatch(
    /^https:\/\/example.org\/key is not what is expected: its SHA-256/,
  );
  expect(host.read('etc/key')).toBe('old');
});

test.each(['exit 22', 'cat "$host/answer" >"$host/state/downloaded"; exit 18', ':'])(
  'a curl that fails leaves the file as it is: %s',
  (body) => {
    const host = temporaryHost();
    host.stub('curl', body);
    host.write('answer', 'half');
    const target = host.write('etc/key', 'old');
    const on = stepOn(host, unknown, { from: 'https://example.org/key', target });
    expect(on.apply().status).not.toBe(0);
    expect(host.read('etc/key')).toBe('old');
    expect(on.check().status).toBe(1);
  },
);

test('a file without a digest is known by what came, and from where', async () => {
  await expectGoldenStep(unknown, 'download.file.unknown');
  const host = temporaryHost();
  host.stub('curl', CURL);
  host.write('answer', CONTENT);
  const target = host.write("etc/it's a key", 'somebody else’s');
  const variables = { from: 'https://example.org/key', target };
  const on = stepOn(host, unknown, variables);
  expect(on.check().status).toBe(1);
  expect(on.apply().status).toBe(0);
  expect(host.read(`state/originals${target}`)).toBe('somebody else’s');
  expect(on.check().status).toBe(0);
  expect(
    stepOn(host, unknown, { ...variables, from: 'https://example.org/other' }).check().status,
  ).toBe(1);
  host.write("etc/it's a key", CONTENT.slice(1));
  expect(on.check().status).toBe(1);
});

test('what is asked for over https does not come over http', () => {
  const host = temporaryHost();
  host.stub('curl', CURL);
  host.write('answer', CONTENT);
  for (const from of ['https://example.org/', 'http://example.org/']) {
    expect(stepOn(host, unknown, { from, target: host.path('x') }).apply().status).toBe(0);
  }
  const protocols = host.calls('curl').map(({ args }) => args[args.indexOf('--proto') + 1]);
  expect(protocols).toEqual(['=https', '=http,https']);
});

test('a digest has its form', () => {
  const wrong = download.file({ ...about, sha256: sha256.toUpperCase() });
  expect(stepSchema.safeParse(wrong).error?.issues).toMatchObject([{ path: ['sha256'] }]);
});

/** A server in a process of its own, since bash keeps this one waiting. */
const SERVER = `
require('node:http').createServer(({ url }, response) => {
  if (url === '/moved') response.writeHead(302, { location: '/key' }).end();
  else if (url === '/key') response.end(${JSON.stringify(CONTENT)});
  else response.writeHead(404).end('not here');
}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;

test('the real curl takes all of its options', async () => {
  const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [port] = (await once(server.stdout, 'data')) as [Buffer];
    const base = `http://127.0.0.1:${port.toString().trim()}`;
    const host = temporaryHost();
    host.allow('curl');
    const target = host.path('etc/key');
    const missing = stepOn(host, unknown, { from: `${base}/none`, target });
    expect(missing.apply().status).toBe(22);
    expect(missing.failure()[1]).toContain('curl -fsSL');
    const moved = stepOn(host, known, { from: `${base}/moved`, target });
    expect(moved.apply().status).toBe(0);
    expect(moved.check().status).toBe(0);
  } finally {
    server.kill();
  }
});
