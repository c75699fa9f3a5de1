import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { ECHO, expectAnswers, expectApplied } from '../../support/modules.ts';

const LINE = 'deb [signed-by=/k.asc] http://h/d s main';
const [A, B] = ['A'.repeat(40), 'B'.repeat(40)];

test('a list says one line, whatever its comments', () => {
  const host = temporaryHost();
  const lists = {
    plain: `${LINE}\n`,
    cut: LINE,
    commented: `# x\n\n${LINE}\n#${LINE}\n`,
    twice: `${LINE}\n${LINE}\n`,
    more: `${LINE}\ndeb-src http://h/d s\n`,
    blank: `${LINE} \n`,
    empty: '',
    comments: '# x\n',
  };
  for (const [name, content] of Object.entries(lists)) host.write(name, content);
  const status: Record<string, number> = { plain: 0, cut: 0, commented: 0 };
  expectAnswers(
    host,
    [...Object.keys(lists), 'gone', 'state'].map((name) => [
      `cd "\${sw_state%/*}"; sw_has_line ${name} '${LINE}' 2>/dev/null`,
      status[name] ?? 1,
      '',
    ]),
  );
});

test('the same source in another file is found, and disabled there', () => {
  const host = temporaryHost();
  host.write('apt/sources.list', 'deb http://h/d t main\ndeb http://h/d/e s main\n');
  host.write('apt/sources.list.d/x.list', `${LINE}\n`);
  host.write('apt/sources.list.d/its.list', 'deb http://h/d/ s contrib\n');
  const around = { variables: { sw_apt_etc: host.path('apt') } };
  const double = 'HOST/apt/sources.list.d/its.list:1 has the same source as x.list\n';
  expectApplied(
    host,
    [
      [`sw_find_doubles x '${LINE}' || echo "no $?"`, 0, `${double}no 1\n`],
      ["sw_find_doubles x 'deb http://h/d u main'", 0, ''],
      ['sw_find_doubles x \'no line\' || echo "no $?"', 0, 'no 2\n'],
      [
        `would_write_repository x http://h/k '${LINE}'`,
        0,
        expect.stringContaining('> # now in x.list: deb http://h/d/ s contrib'),
      ],
      [`repository_is_there x '${LINE}'`, 1],
      [`write_repository x '${LINE}' >/dev/null`, 0, ''],
      [
        `echo mine >"$sw_apt_etc/sources.list.d/own.list"; write_repository own 'deb http://h/o s main' >/dev/null; cat "$sw_state/originals$sw_apt_etc/sources.list.d/own.list"`,
        0,
        'mine\n',
      ],
      [
        `rm "$sw_state/indexes-due" "$sw_apt_etc/sources.list.d/own.list"; write_repository own 'deb http://h/o s main' >/dev/null; [[ -e $sw_state/indexes-due ]]; rm "$sw_apt_etc/sources.list.d/own.list"`,
        0,
        '',
      ],
      [`sw_find_doubles x '${LINE}'`, 0, ''],
    ],
    around,
  );
  expect(host.read('apt/sources.list.d/its.list')).toBe(
    '# now in x.list: deb http://h/d/ s contrib\n',
  );
  expect(host.read('apt/sources.list.d/x.list')).toBe(`${LINE}\n`);
});

/** Keys whose file names their fingerprints. */
const KEYS = 'sw_fingerprints() { [[ $(<"$1") != bad ]] && cat -- "$1"; }\n';

/** Whether `file` has these keys. */
function ask(file: string, ...keys: readonly string[]): string {
  return `sw_has_keys "\${sw_state%/*}/${file}" ${keys.join(' ')}`;
}

test('a file has these keys, all of them and no other', () => {
  const host = temporaryHost();
  host.write('one', `${A}\n`);
  host.write('two', `${A}\n${B}\n`);
  host.write('bad', 'bad');
  host.write('empty', '');
  expectAnswers(
    host,
    [
      [ask('one'), 0],
      [ask('one', A), 0],
      [ask('two', B, A), 0],
      [ask('two', A), 1],
      [ask('one', B), 1],
      [ask('one', A, B), 1],
      [ask('one', A, A), 1],
      [ask('one', A.slice(1)), 1],
      [ask('one', "'*'"), 1],
      // An address may answer with a page that is no key.
      [ask('bad'), 1],
      [ask('bad', A), 1],
      [ask('empty'), 1],
      [ask('gone', A), 1],
    ],
    { before: KEYS },
  );
});

test('fingerprints are those of the keys, not of their subkeys, and gpg that fails tells none', () => {
  const host = temporaryHost();
  host.stub(
    'gpg',
    `[[ \${!#} != *bad* ]] || exit 2
    printf '%s\\n' pub:x fpr:::::::::${A}: sub:x fpr:::::::::C: uid:x pub:y fpr:::::::::${B}:`,
  );
  expectAnswers(host, [
    ['sw_fingerprints /k/a', 0, `${A}\n${B}\n`],
    ['sw_fingerprints /k/bad', 2, ''],
  ]);
  expect(host.calls('gpg')[0]?.args.slice(-3)).toEqual(['--import', '--', '/k/a']);
});

test('a key is fetched, looked at, and only then put where apt trusts it', () => {
  const host = temporaryHost();
  host.allow('base64');
  const armour = '-----BEGIN PGP PUBLIC KEY BLOCK-----';
  const before = `${KEYS}sw_keyrings=\${sw_state%/*}/keys
  curl() {
    local word file=''
    for word; do [[ $file != next ]] || file=$word; [[ $word != --output ]] || file=next; done
    printf '<%s>' "$@"; echo
    printf '%b' "$sent" >"$sw_state/key"; return "$ends"
  }
  sent='${A}\\n' ends=0`;
  expectApplied(
    host,
    [
      ['ends=22; fetch_key x http://h/k; echo went on', 22],
      [
        `fetch_key x https://h/k ${B}; echo went on`,
        1,
        expect.stringContaining(
          `the key at https://h/k is not the one that was expected; nothing was changed\nexpected: ${B}\nfound: ${A}\n`,
        ),
      ],
      ['[[ ! -e $sw_keyrings/x.asc && ! -e $sw_state/key ]]', 0],
      [
        `fetch_key x https://h/k ${A}`,
        0,
        expect.stringContaining(
          '<-fsSL><--proto><=https><--retry><3><--connect-timeout><30><--max-time><300><--output><HOST/state/key><--><https://h/k>\n',
        ),
      ],
      [
        'cat "$sw_keyrings/x.asc"',
        0,
        expect.stringMatching(
          /^-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nQUFB[A-Za-z0-9+/=\n]+-----END PGP PUBLIC KEY BLOCK-----\n$/,
        ),
      ],
      [
        `sent='${armour}\\n\\nx\\n'; fetch_key 'y z' http://h/k`,
        0,
        expect.stringContaining('<--proto><=http,https>'),
      ],
      ['cat "$sw_keyrings/y z.asc"', 0, `${armour}\n\nx\n`],
      ["fetch_key 'y z' http://h/k", 0, ''],
      // Set anew.
      ['key_is_from "y z" http://h/other || echo "no $?"', 0, 'no 1\n'],
      ["fetch_key 'y z' http://h/other", 0, expect.stringContaining('<http://h/other>')],
      ['key_is_from "y z" http://h/other; key_is_from never-fetched http://h/k', 0, ''],
      // From who knows where.
      [
        'rm "$sw_state/key-y z"; fetch_key "y z" http://h/k',
        0,
        expect.stringContaining('<http://h/k>'),
      ],
      [
        'sent=bad; fetch_key v http://h/k; echo went on',
        1,
        expect.stringContaining(
          "what http://h/k answers is no key; nothing was changed\nLook at it: curl -fL 'http://h/k'; if the key has moved, set its parameter anew",
        ),
      ],
      ['[[ ! -e $sw_keyrings/v.asc && ! -e $sw_state/key ]]', 0],
      [
        'curl() { :; }; : >"$sw_state/key"; sw_armored() { return 1; }; fetch_key w http://h/k; echo went on',
        1,
      ],
    ],
    { before },
  );
});

test('a plan shows the address and the line as they are', () => {
  const host = temporaryHost();
  host.stub('curl', ECHO);
  expectAnswers(
    host,
    [
      [
        `would_write_repository x 'http://h/a b' '${LINE}'`,
        0,
        "           curl -fsSL --output /k/x.asc 'http://h/a b'\n           write /nowhere/sources.list.d/x.list:\n             | " +
          `${LINE}\n`,
      ],
    ],
    { variables: { sw_apt_etc: '/nowhere', sw_keyrings: '/k' } },
  );
  expect(host.calls()).toEqual([]);
});
