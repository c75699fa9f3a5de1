import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { all, expectAnswers } from '../../support/modules.ts';

/** A dpkg-query that prints $lines and ends with $ends; a dpkg that compares by sort. */
const DPKG = `lines='' ends=0 audit='' audits=0 checks=0
dpkg-query() { printf '%b' "$lines"; return "$ends"; }
dpkg() {
  case $1 in
    --audit) printf '%b' "$audit"; return "$audits" ;;
    --compare-versions) [[ $(printf '%s\\n' "$2" "$4" | sort -V | tail -n 1) == "$2" ]] ;;
  esac
}
apt-get() { return "$checks"; }
sw_dpkg_updates=\${sw_state%/*}/updates sw_dpkg_status=\${sw_state%/*}/status
cd "\${sw_state%/*}"
`;

const plainly = (...names: string[]): string =>
  `dpkg() { [[ $1 == --print-architecture ]] && echo amd64; }; names=(${names.join(' ')}); sw_name_plainly names; echo "\${names[*]}"`;

test('names are as apt prints them', () => {
  expectAnswers(temporaryHost(), [
    [plainly(), 0, '\n'],
    [plainly('a', 'libb:amd64', 'c:i386', 'd:all', 'amd64'), 0, 'a libb c:i386 d amd64\n'],
    ['dpkg() { exit 9; }; names=(a b-1); sw_name_plainly names; echo "${names[*]}"', 0, 'a b-1\n'],
  ]);
});

test('what dpkg says of a package decides, and what it does not say is not made up', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['packages_are_installed --', 0, ''],
      ["lines='ii |x|amd64|1\\n'; packages_are_installed -- x", 0, ''],
      ["lines='hi |x|amd64|1\\n'; packages_are_installed -- x", 0, ''],
      ["lines='ii |x|amd64|1'; packages_are_installed -- x", 0, ''],
      ["lines='iU |x|amd64|1\\n'; packages_are_installed -- x", 1, ''],
      ["lines='iF |x|amd64|1\\n'; packages_are_installed -- x", 1, ''],
      ["lines='iiR|x|amd64|1\\n'; packages_are_installed -- x", 1, ''],
      ["lines='rc |x|amd64|1\\n'; packages_are_installed -- x", 1, ''],
      ["lines='un |x||\\n' ends=1; packages_are_installed -- x", 1, ''],
      ["lines='ii |xy|amd64|1\\n'; packages_are_installed -- x", 1, ''],
      ["lines='ii |x|amd64|1\\n'; packages_are_installed -- x y", 1, ''],
      ["lines='ii |x|amd64|1\\n'; packages_are_installed -- '*'", 1, ''],
      ['lines=; packages_are_installed -- x', 1, ''],
      ['ends=1; packages_are_installed -- x', 1, ''],
      ['ends=2; packages_are_installed -- x', 2, ''],
      ["lines='ii |x|amd64|1\\n' ends=2; packages_are_installed -- x", 2, ''],
      ['dpkg-query() { return 127; }; packages_are_installed -- x', 2, ''],
      ["lines='ii |x|amd64|2\\n'; packages_are_installed minimum=10 -- x", 1, ''],
      ["lines='ii |x|amd64|10\\n'; packages_are_installed minimum=2 -- x", 0, ''],
      ["lines='ii |x|amd64|1\\nii |x|i386|3\\n'; packages_are_installed minimum=2 -- x", 0, ''],
      ["lines='ii |x|amd64|1\\nii |x|i386|3\\n'; packages_are_installed minimum=2 -- x:amd64", 1],
    ],
    { before: DPKG },
  );
});

/** Asks of a package that is in each of these states. */
function states(words: readonly string[]): string[] {
  return words.map((word) => `lines='${word}|x|amd64|1\\n'; packages_are_absent x`);
}

test('a package is there, whole or in part, until it is removed', () => {
  const found = 'sw_find_present x:i386 y; printf "[%s]" "${sw_present[@]}"';
  expectAnswers(
    temporaryHost(),
    [
      ['packages_are_absent', 0, ''],
      ...all(0, states(['un ', 'rc ', 'pn ', 'pc '])),
      ...all(1, states(['ii ', 'iU ', 'iF ', 'iH ', 'iW ', 'it ', 'iHR', 'ri ', 'hi '])),
      ['ends=1; packages_are_absent x', 0, ''],
      ['ends=2; packages_are_absent x', 2, ''],
      // apt takes a name without an architecture for one of the machine's own.
      ["lines='ii |x|i386|1\\nii |y|all|1\\n'; " + found, 0, '[x:i386][y]'],
      ["lines='ii |y|amd64|1\\nii |y|i386|1\\n'; " + found, 0, '[y:amd64][y:i386]'],
      ["lines='rc |x|i386|1\\niF |y|amd64|1\\n'; " + found, 0, '[y]'],
    ],
    { before: DPKG },
  );
});

test('dpkg was not interrupted, and nothing lacks what it depends on', () => {
  const host = temporaryHost();
  host.write('interrupted/0001', '');
  host.write('odd/tmp.i', '');
  const SETTLED = 'printf x >"$sw_dpkg_status"; checks=0; packages_are_settled';
  expectAnswers(
    host,
    [
      ['packages_are_configured', 0, ''],
      ["audit='x is half\\n'; packages_are_configured", 1, 'x is half\n'],
      ['audits=2; packages_are_configured', 2, ''],
      ["audit='x is half' audits=1; packages_are_configured", 1, 'x is half\n'],
      ['sw_dpkg_updates=${sw_state%/*}/interrupted; packages_are_configured', 1, ''],
      ['sw_dpkg_updates=${sw_state%/*}/odd; packages_are_configured', 0, ''],
      ['packages_are_settled', 0, ''],
      ['checks=100; packages_are_settled', 1, ''],
      ['audits=2; packages_are_settled', 2, ''],
      ['checks=100 audits=2; packages_are_settled', 2, ''],
      // A release that is preferred could not be found without lists, which the check does without.
      [
        'apt-get() { printf "<%s>" "$@"; }; packages_are_settled',
        0,
        '<-qq><-o><Debug::NoLocking=true><-o><APT::Default-Release=><-o><Dir::State::Lists=/nonexistent><-o><Dir::Cache::pkgcache=><-o><Dir::Cache::srcpkgcache=><check>',
      ],
      // apt has told, and dpkg has written nothing since.
      [`${SETTLED}; checks=100; packages_are_settled`, 0, ''],
      [`${SETTLED}; checks=100 audits=2; packages_are_settled`, 2, ''],
      [`${SETTLED}; checks=100; printf y >>"$sw_dpkg_status"; packages_are_settled`, 1, ''],
      [`${SETTLED}; checks=100; rm "$sw_dpkg_status"; packages_are_settled`, 1, ''],
      ['sw_dpkg_status=/none; packages_are_settled && checks=100; packages_are_settled', 1, ''],
      [`checks=100; packages_are_settled; ${SETTLED}`, 0, ''],
    ],
    { before: DPKG },
  );
});

test('names go to dpkg as they are, behind what ends its options', () => {
  const host = temporaryHost();
  host.stub('dpkg-query');
  const names = ['-x', 'a b', '$(touch x)', '*', "it's", 'ü\nü'];
  expectAnswers(host, [['packages_are_absent "${names[@]}"', 0, '']], { variables: { names } });
  expect(host.calls('dpkg-query').map(({ args }) => args.slice(3))).toEqual([['--', ...names]]);
});
