import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parameter } from '../../src/dsl/index.ts';
import {
  canMount,
  scriptsOf,
  serverOf,
  STATE,
  touches,
  UNATTENDED,
  type Way,
} from '../support/runtime.ts';

// Whoever runs the tests: what is compared below is root's own.
process.env['HOME'] = '/root';

const units = parameter.identifiers('units', { default: 'a b', help: 'which ones' });

/** A command that says what of the caller's settings has come as far as to it. */
const WITNESS = `{
  echo "args $# $*"
  echo "umask $(umask)"
  printf 'pwd %s\\n' "$PWD"
  shopt -qo nounset && echo nounset
  shopt -q nullglob && echo nullglob
  declare -F
  env | grep -E '^(BASH_ENV|SHELLOPTS|BASHOPTS|CDPATH|GREP_OPTIONS|POSIXLY_CORRECT|LC_ALL|HOME|BASH_FUNC)'
} >>/run/witness`;

describe.runIf(canMount)('whatever a script is started from', async () => {
  const scripts = await scriptsOf({
    parameters: [units],
    steps: [
      touches('one', {
        values: { units },
        apply: 'run witness "${units[@]}" /etc/pass*d; run touch /run/one',
      }),
      touches('two', { check: 'compgen -G "/run/tw?" >/dev/null', apply: 'run touch /run/two' }),
    ],
  });
  const expected = [
    'args 3 a b /etc/passwd',
    'umask 0022',
    'pwd /',
    'HOME=/root',
    'LC_ALL=C.UTF-8',
  ];

  const ways: readonly [string, Way][] = [
    ['nothing', { by: 'env -i bash' }],
    ['no home', { by: 'env -u HOME bash' }],
    [
      'SHELLOPTS',
      { env: { SHELLOPTS: 'noglob:nounset:errexit:noclobber:allexport:posix:monitor' } },
    ],
    [
      'BASHOPTS',
      { env: { BASHOPTS: 'nullglob:failglob:nocasematch:expand_aliases:lastpipe:extdebug' } },
    ],
    [
      'BASH_ENV',
      {
        before: 'echo "alias run=false touch=false; set -f; touch() { false; }; cd /usr" >/run/env',
        env: { BASH_ENV: '/run/env' },
      },
    ],
    [
      'functions',
      {
        by: `env ${['systemctl', 'touch', 'flock', 'printf', 'read', 'cd', 'trap', 'local', 'sw_look', 'main', 'ls', 'test', '['].map((name) => `'BASH_FUNC_${name}%%=() { echo hijacked; exit 9; }'`).join(' ')} bash`,
      },
    ],
    [
      'CDPATH, IFS, PS4 and others',
      {
        env: {
          CDPATH: '/usr:/',
          IFS: 'ab/',
          PS4: '$(touch /run/pwned)',
          GREP_OPTIONS: '-v',
          POSIXLY_CORRECT: '1',
          GLOBIGNORE: '*',
          ENV: '/run/env',
          TAR_OPTIONS: '--no-such',
        },
      },
    ],
    ['an odd TMPDIR', { env: { TMPDIR: '/no/such/folder' } }],
    ['an odd language', { env: { LANG: 'xx_YY.ISO-8859-1', LC_ALL: 'tr_TR', LANGUAGE: 'zz' } }],
    ['umask 000', { before: 'umask 000' }],
    ['umask 777', { before: 'umask 777' }],
    ['no PATH', { by: '/usr/bin/env -u PATH /bin/bash' }],
    ['a folder that is gone', { before: 'mkdir /run/x && cd /run/x && rmdir /run/x' }],
    ['closed standard input', { before: 'exec <&-' }],
    ['closed standard output', { before: 'exec >&-' }],
    ['closed standard error', { before: 'exec 2>&-' }],
    ['everything closed', { before: 'exec <&- >&- 2>&-' }],
    ['a full standard output', { before: 'exec >/dev/full' }],
    ['a full standard error', { before: 'exec 2>/dev/full' }],
    ['signals that are ignored', { before: "trap '' PIPE TERM INT HUP CHLD" }],
    ['descriptors that are in use', { before: 'exec 7</dev/null 8</dev/null 9</dev/null' }],
    ['bash -x', { by: 'bash -x' }],
    ['bash -p', { by: 'bash -p' }],
    ['bash --posix', { by: 'bash --posix' }],
    ['bash -eu -o pipefail', { by: 'bash -eu -o pipefail' }],
    ['sh that is bash', { before: 'ln -sf /bin/bash /run/sh', by: '/run/sh' }],
    ['sudo', { env: { SUDO_USER: 'x', SUDO_COMMAND: 'x' } }],
  ];

  test.each(ways)('%s', (_, way) => {
    const server = serverOf(scripts);
    server.stub('witness', WITNESS);
    const { status, stderr } = server.run([...UNATTENDED], way);
    expect(stderr).not.toMatch(/hijacked|unbound|command not found|syntax/);
    expect(status).toBe(0);
    expect(server.read('run/witness').split('\n').slice(0, -1)).toEqual(expected);
    expect(server.events().slice(-1)).toEqual(['finished']);
    expect(server.has('run/pwned')).toBe(false);
    // Nothing is written when nothing is left to do.
    expect(server.run([...UNATTENDED], way).status).toBe(0);
  });

  test('by another shell', () => {
    const server = serverOf(scripts);
    const { status, stderr } = server.run([...UNATTENDED], { by: 'dash' });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'Run this script with bash 4.4 or later.\n',
    });
  });

  test.each(['bash -s <', 'cat'])('through standard input: %s', (by) => {
    const server = serverOf(scripts);
    const piped = by === 'cat' ? `sh -c 'cat "$1" | bash' sh` : `sh -c 'bash <"$1"' sh`;
    const { status, stderr } = server.run([...UNATTENDED], { by: piped });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'Save this script as a file, and run that: bash FILE\n',
    });
    expect(server.has(STATE)).toBe(false);
  });

  test('found in PATH, through a link, with a name that begins with a dash', () => {
    const server = serverOf(scripts);
    server.stub('witness', WITNESS);
    const { directory } = server;
    const found = server.run([], {
      by: `sh -c 'cd / && PATH=$PATH:${directory} exec bash upgrade.sh --yes --allow-ssh'`,
    });
    expect(found).toMatchObject({ status: 0 });
    expect(
      server.run([], { before: `ln -s ${directory}/upgrade.sh /run/l`, by: 'bash /run/l --list #' })
        .stdout,
    ).toMatch(/^1 {2}one/);
    expect(
      server.run([], { by: `sh -c 'cd /run && cp "$1" ./-x.sh && exec bash -- -x.sh --list' sh` })
        .stdout,
    ).toMatch(/^1 {2}one/);
  });

  test('sourced, it only defines functions', () => {
    const server = serverOf(scripts);
    const { status, stdout, stderr } = server.run([], {
      by: `bash -c '. "$1"; type -t perform main; trap' bash`,
    });
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: 'function\nfunction\n',
      stderr: '',
    });
    expect(server.has(STATE)).toBe(false);
  });

  test('a pipe that is closed early loses nothing', () => {
    const server = serverOf(scripts);
    server.stub('witness', WITNESS);
    const { status } = server.run([...UNATTENDED], {
      by: `bash -o pipefail -c 'bash "$@" | true' bash`,
    });
    expect(status).toBe(0);
    expect(server.events().slice(-1)).toEqual(['finished']);
  });
});

describe.runIf(canMount)('a copy that was cut short', async () => {
  const [script] = await scriptsOf({ steps: [touches('one')] });
  const { name, text } = script ?? { name: '', text: '' };

  /** Where the beginning of a function's name is another function: cut there, it would be called. */
  function callable(): number[] {
    const definitions = [...text.matchAll(/^(\w+)\(\) \{/gm)];
    const names = new Set(definitions.map(([, called]) => called));
    return definitions.flatMap(({ 1: called = '', index }) =>
      Array.from(called, (_, n) => n)
        .filter((length) => names.has(called.slice(0, length)))
        .map((length) => Buffer.byteLength(text.slice(0, index + length))),
    );
  }

  /** Every byte of the end and of the top, and some two hundred in between. */
  function cuts(): number[] {
    const top = text.indexOf('parameters() {');
    const bytes = Buffer.byteLength(text);
    const between = Array.from({ length: 200 }, (_, n) => Math.round((n * bytes) / 200));
    const tops = Array.from({ length: 60 }, (_, n) => Math.round((n * top) / 60));
    const ends = Array.from({ length: 200 }, (_, n) => bytes - n - 2);
    return [...new Set([...between, ...tops, ...ends])].filter((at) => at > 0);
  }

  test('does nothing, wherever it was cut, and says so', () => {
    const server = serverOf([{ name, text }]);
    const whole = Buffer.from(text);
    const before = server.snapshot();
    server.write('cuts', cuts().join('\n'));
    // One shell for all of them: mounts take longer than the script.
    const loop = `cd "$(dirname "$1")" && while read -r at; do
      head -c "$at" ${name} >cut.sh
      out=$(bash -p cut.sh --yes --allow-ssh 2>&1 </dev/null)
      echo "$at $? \${out##*$'\\n'}"
    done <cuts; rm -f cut.sh cuts`;
    const { stdout } = server.run([], { by: `bash -c '${loop.replaceAll("'", `'\\''`)}' bash` });
    const lines = stdout.split('\n').slice(0, -1);
    expect(lines.length).toBeGreaterThan(400);
    // What is less than the guard at the top is a comment, or does not parse.
    const guard = whole.indexOf('\nfi\n', whole.indexOf('cut short: copy it again')) + 4;
    for (const line of lines) {
      const [at, status] = line.split(' ');
      if (Number(at) >= guard) expect(status, line).toBe('2');
      if (Number(at) >= guard) expect(line).toContain('cut.sh is cut short: copy it again.');
    }
    expect(server.snapshot()).toEqual(before);
  });

  test('calls nothing, where it was cut to the name of something', () => {
    const server = serverOf([{ name, text }]);
    const places = callable();
    expect(places.length).toBeGreaterThan(20);
    server.write('cuts', places.join('\n') + '\n');
    const loop = `cd "$(dirname "$1")" && while read -r at; do
      head -c "$at" ${name} >cut.sh
      word=$(tail -n 1 cut.sh)
      bash -px cut.sh --yes --allow-ssh 2>&1 </dev/null | grep -x -e "+* $word" -e ".*cut short: copy it again."
    done <cuts; rm -f cut.sh cuts`;
    const { stdout } = server.run([], { by: `bash -c '${loop.replaceAll("'", `'\\''`)}' bash` });
    const told = stdout.split('\n').filter((line) => !line.includes('echo'));
    expect(told.slice(0, -1)).toEqual(places.map(() => 'cut.sh is cut short: copy it again.'));
  });

  test('the whole of it runs', () => {
    const server = serverOf([{ name, text: text.trimEnd() }]);
    expect(server.run()).toMatchObject({ status: 0 });
  });
});

test('tests of whole scripts run here', () => {
  if (canMount) return;
  const { stderr } = spawnSync('unshare', ['--mount', 'true'], { encoding: 'utf8' });
  console.warn(`left out, since this needs root and mounts of its own: ${stderr}`);
});
