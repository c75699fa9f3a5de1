import { expect, test } from 'vitest';
import { quote } from '../../../src/bash/quote.ts';
import { temporaryHost } from '../../support/kinds.ts';
import { canMount } from '../../support/machine.ts';
import { expectAnswers, type Row } from '../../support/modules.ts';

/** A requirement that is met, or is refused with a text that holds `told`. */
const asks = (bash: string, told?: unknown): Row => [
  `${bash}; printf '%s|' "\${sw_refusals[@]}"`,
  0,
  told === undefined ? '|' : expect.stringContaining(told as string),
];

const release = (name: string) => `sw_codename() { sw_text='${name}'; }; `;

test('bash, root and the release', () => {
  expectAnswers(temporaryHost(), [
    asks('require_bash 4.4'),
    asks('require_bash "${BASH_VERSINFO[0]}.${BASH_VERSINFO[1]}"'),
    asks('require_bash "${BASH_VERSINFO[0]}.99"', '.99 or later is needed, this is '),
    asks('require_bash 99.0', 'bash 99.0 or later is needed'),
    asks(`${release('b')}require_release a A b B`),
    asks(
      `${release('c')}require_release a A b 'B 1'`,
      'this machine runs c, and this script is for A (a) or B 1 (b)|use the procedure that was made for c|',
    ),
    asks(`${release('')}require_release a A`, 'this machine runs an unknown release'),
    asks(`${release('*')}require_release a A`, 'this machine runs *'),
    asks('dpkg() { echo amd64; }; require_architecture amd64'),
    asks(
      'dpkg() { echo i386; }; require_architecture amd64',
      "this machine's architecture is i386, and this script is for amd64",
    ),
    asks('dpkg() { return 127; }; require_architecture amd64', 'architecture is unknown'),
  ]);
});

test('a command is a program in PATH, whatever its name', () => {
  const host = temporaryHost();
  host.stub('-odd name');
  expectAnswers(host, [
    asks("require_commands bash '-odd name' cat"),
    asks(
      'here() { :; }; require_commands here',
      'the command here is missing|install the package that has it; it is looked for in: ',
    ),
    asks("require_commands bash '' 'a b' '*'", 'the command  is missing'),
    asks("require_commands 'a b' '*'", 'the command * is missing'),
    asks('require_command bash x'),
    asks(
      'require_command nosuch its-package',
      'the command nosuch is missing|install it: apt-get install its-package|',
    ),
  ]);
});

test('apt can read what begins with https', () => {
  const host = temporaryHost();
  host.write('methods/https', '');
  const at = 'sw_apt_methods=${sw_state%/*}/methods; ';
  expectAnswers(host, [
    asks(`${at}require_apt_https http://h/d https://h/d`),
    asks('sw_apt_methods=/nowhere; require_apt_https http://h/d ""'),
    asks(
      'sw_apt_methods=/nowhere; require_apt_https http://h/d https://h/e https://h/f',
      'apt cannot read https://h/e: it has no /nowhere/https|install it: apt-get install apt-transport-https ca-certificates|',
    ),
  ]);
});

test('space is asked for where the path is or will be', () => {
  const df =
    'df() { [[ $free == none ]] && return 1; printf "Avail\\n %s\\n" "$free"; }; sw_find_existing() { sw_text=/m; }; ';
  expectAnswers(temporaryHost(), [
    asks(`${df}free=100; require_space /m/x 100 'the packages'`),
    asks(
      `${df}free=99; require_space /m/x 100 'the packages'`,
      '/m has 99 MiB free, and the packages need 100 MiB|make room there',
    ),
    asks(
      `${df}free=none; require_space /m/x 100 x`,
      'the free space on /m could not be found out|see: df /m|',
    ),
    asks(`${df}free=-; require_space /m/x 100 x`, 'could not be found out'),
    asks(`${df}free=1; sw_begun=yes; require_space /m/x 100 x`),
    ['sw_find_existing "$sw_state/a b/c"; echo "$sw_text"', 0, 'HOST/state\n'],
    ['sw_find_existing "$sw_state"; echo "$sw_text"', 0, 'HOST/state\n'],
    [
      'ln -s gone "$sw_state/link"; sw_find_existing "$sw_state/link/x"; echo "$sw_text"',
      0,
      'HOST/state\n',
    ],
    ['sw_find_existing /no*such/x; echo "$sw_text"', 0, '/\n'],
  ]);
});

const unit = (state: string, ends = 0) => `systemctl() { echo '${state}'; return ${ends}; }; `;

const kernel = (name: string) => `uname() { echo '${name}'; }; `;

const own = (ends: number) => `own() { echo noise; cat; x=1; exit ${ends}; }; `;

test('units, addresses, kernels and what the procedure itself asks', () => {
  const host = temporaryHost();
  host.stub('curl', '[[ ${!#} == http://here/* ]]');
  expectAnswers(host, [
    asks(`${unit('loaded')}require_unit x.service`),
    asks(
      `${unit('not-found')}require_unit x.service`,
      'there is no unit x.service here (systemd says: not-found)',
    ),
    asks(`${unit('masked')}require_unit x.service`, 'systemd says: masked'),
    asks(`${unit('', 1)}require_unit x.service`, 'systemd says: unknown'),
    asks(`${unit('')}require_unit x.service`, 'systemd says: nothing'),
    asks(`${unit('not-found')}sw_begun=yes; require_unit x.service`),
    asks('require_reachable http://here/a'),
    asks(
      'require_reachable http://there/a',
      'http://there/a does not answer|see: curl -fL http://there/a',
    ),
    asks('sw_begun=yes; require_reachable http://there/a'),
    asks(`${kernel('6.1.0-13-amd64')}require_kernel 6.1.0`),
    asks(`${kernel('5.10.0-9-amd64')}require_kernel 5.9`),
    asks(
      `${kernel('5.9.0-9-amd64')}require_kernel 5.10`,
      'the running kernel is 5.9.0-9-amd64, and 5.10 or later is needed',
    ),
    asks(`${own(0)}require_true own No. Do.`),
    asks(`${own(1)}require_true own No. Do.; [[ -z \${x:-} ]]`, 'No.|Do.|'),
    asks(`${own(7)}require_true own No. Do.`, 'No.|Do.|'),
    asks(`${own(1)}sw_begun=yes; require_true own No. Do.`),
    asks(`${own(1)}sw_begun=yes; require_true own No. Do. always`, 'No.|Do.|'),
    asks(
      `${own(1)}sw_begun=yes; require_true own 'No W.' 'Do W, W.' always found=W`,
      'No noise.|Do noise, noise.|',
    ),
    asks(`${own(0)}require_true own N N found=N`),
    asks('own() { false; }; require_true own N N found=N', 'N|N|'),
    // What a further way requires counts until its first step has begun, whatever was begun before.
    asks(`${own(1)}sw_begun=yes; asks_until_begun x; require_true own No. Do.`, 'No.|Do.|'),
    asks(
      `${own(1)}sw_was_begun() { [[ $1 == x ]]; }; asks_until_begun x; require_true own No. Do.`,
    ),
    ['sw_begun=yes; sw_started; asks_until_begun x; sw_started', 1],
    ['sw_fill_in "a W" W "W & \\0"; echo "$sw_text"', 0, 'a W & \\0\n'],
  ]);
});

test('what os-release says is read, and not executed', () => {
  const host = temporaryHost();
  expectAnswers(host, [
    ['sw_os_release ID; echo "$sw_text"', 0, expect.stringMatching(/^[a-z]+\n$/)],
    ['sw_os_release NOTHING; echo "[$sw_text]"', 0, '[]\n'],
    ['sw_os_release "I*"; echo "[$sw_text]"', 0, '[]\n'],
    ['sw_codename; echo "$sw_text"', 0, expect.stringMatching(/^[a-z]+\n$/)],
    [
      "sw_os_release() { sw_text=''; [[ $1 == VERSION_CODENAME ]] || sw_text='9 (stretch)'; }; sw_codename; echo \"$sw_text\"",
      0,
      'stretch\n',
    ],
    ['sw_os_release() { sw_text=\'\'; }; sw_codename; echo "[$sw_text]"', 0, '[]\n'],
  ]);
});

test.runIf(canMount)('os-release in each form that it can have', () => {
  const host = temporaryHost();
  host.allow('unshare', 'mount');
  const files: [string, string, string][] = [
    ['VERSION_CODENAME=bookworm\n', 'sw_codename', 'bookworm'],
    ['VERSION_CODENAME="bookworm"\n', 'sw_codename', 'bookworm'],
    ["NAME=x\nVERSION_CODENAME='bookworm'", 'sw_codename', 'bookworm'],
    ['VERSION="9 (stretch)"', 'sw_codename', 'stretch'],
    ['XVERSION_CODENAME=x\n#VERSION_CODENAME=y\n', 'sw_codename', ''],
    ['NAME="$(touch x) `y`"\n', 'sw_os_release NAME', '$(touch x) `y`'],
    ['NAME="a=b\\"\n', 'sw_os_release NAME', 'a=b\\'],
    ['', 'sw_codename', ''],
  ];
  expectAnswers(
    host,
    files.map(([content, ask, told], index) => {
      const file = quote(host.write(`${index}`, content));
      return [
        `file=${file} unshare --mount bash -c 'mount --bind "$file" /etc/os-release; ${ask}; echo "[$sw_text]"'`,
        0,
        `[${told}]\n`,
      ];
    }),
    { before: 'export -f sw_os_release sw_codename' },
  );
});

test('the part before, what it learnt, and what was cut off', () => {
  const parts = `sw_scripts=(one.sh two.sh) sw_part=2; carried name identifier 1; carried other identifier
    sw_part_events=([1]=' begin  finished ') sw_part_boots=([1]=earlier); echo x >"$sw_state/carried/name"; `;
  const once =
    'step a A once; step b B once; sw_journal=(x y); sw_know_events() { sw_events=([a]=start [b]=done); }; ';
  expectAnswers(temporaryHost(), [
    asks('sw_require_parts'),
    asks(`${parts}sw_require_parts`),
    asks(
      `${parts}sw_part_events=([1]=' begin '); sw_require_parts`,
      'one.sh has not finished on this machine|run it first: bash one.sh|',
    ),
    asks(
      `${parts}sw_part_boots=([1]=boot); sw_require_parts`,
      'the machine was not rebooted since one.sh finished',
    ),
    asks(
      `${parts}rm "$sw_state/carried/name"; sw_require_parts`,
      'what one.sh has learnt of name is not in ',
    ),
    asks(
      `${once}sw_require_settled`,
      'step a can be done only once, and a run was cut off while it did it',
    ),
    asks(`${once}sw_skip=(b a); sw_require_settled`),
    asks(`${once}sw_from=a; sw_require_settled`),
    asks(`${once}sw_only=a; sw_require_settled`),
    asks(`${once}sw_from=b; sw_require_settled`, 'step a can be done only once'),
    asks('sw_require_notes'),
  ]);
});

test('every refusal is told, and nothing is when there is none', () => {
  expectAnswers(temporaryHost(), [
    ['sw_refused', 0, ''],
    [
      'sw_refuse a b; sw_refuse "c  d" "*"; sw_refused',
      3,
      'upgrade.sh cannot start; nothing was changed.\n  - a\n    b\n  - c  d\n    *\n',
    ],
    // Where nobody is there to see it, the log has it.
    [
      'sw_refuse a b; STEPWRIGHT_UNIT=u sw_refused 2>/dev/null; cut -d " " -f 4- -- "$sw_log"',
      0,
      'upgrade.sh cannot start; nothing was changed.\n  - a\n    b\n',
    ],
    ['rm -f -- "$sw_log"; sw_refuse a b; sw_refused 2>/dev/null; [[ ! -e $sw_log ]]', 0],
    ['sw_started', 1],
    ['sw_begun=yes; sw_started', 0],
    ['require_root; printf "%s" "${#sw_refusals[@]}"', 0, process.getuid?.() === 0 ? '0' : '2'],
  ]);
});
