import { expect, test } from 'vitest';
import { aptHost, aptPlaces } from '../../support/apt.ts';
import { runtimeOn, type Host } from '../../support/kinds.ts';
import { temporaryHost } from '../../support/kinds.ts';
import { all, expectAnswers, expectApplied } from '../../support/modules.ts';

function run(host: Host, body: string, more = {}) {
  return runtimeOn(host, `exec 7>/dev/null; set -eE; shopt -s inherit_errexit; ${body}`, {
    ...aptPlaces(host),
    ...more,
  });
}

test('settings that wait beside those in use are told once, after an upgrade', () => {
  const host = aptHost();
  host.stub('find', 'printf "%s\\n" "/etc/a b.dpkg-dist" /etc/c.ucf-old');
  expect(run(host, 'upgrade_packages() { :; }; sw_call_hooks summary').output).toBe('');
  host.write('state/upgraded-packages', '');
  const { output } = run(host, 'sw_call_hooks summary; : upgrade_packages');
  expect(output).toContain("compare '/etc/a b.dpkg-dist' with /etc/a b");
  expect(output).toContain("compare '/etc/c.ucf-old' with /etc/c");
  expect(run(host, 'sw_call_hooks summary; : upgrade_packages').output).toBe('');
});

const APT = `sim='0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.' ends=0 codename=s
apt-get() { printf '%b\\n' "$sim"; return "$ends"; }
packages_are_configured() { return "\${configured:-0}"; }
release_comes_from() { [[ " s \${later:-} " == *" $1 "* ]]; }
sw_codename() { sw_text=$codename; }
sw_was_begun() { [[ $1 == "\${begun:-}" ]]; }
`;

const STATUS = 'sw_dpkg_status=${sw_state%/*}/status; echo >"$sw_dpkg_status"';

/** Some packages were kept back, and apt-get tells that it is asked. */
const KEPT =
  `${STATUS}; ` +
  "sim='0 to remove and 2 not upgraded.' begun=m; minimal_upgrade_is_done m s upgrade >/dev/null; " +
  'apt-get() { echo asked >&2; }';

test('an upgrade is done when apt finds nothing to do, and knows the suite', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['packages_are_upgraded s dist-upgrade', 0, ''],
      ...all(
        1,
        ['Inst a [1] (2 s)', 'Remv a [1]', 'Purg a [1]', 'Conf a (2 s)', 'x\\nConf a'].map(
          (line) => `sim='${line}'; packages_are_upgraded s upgrade`,
        ),
      ),
      ...all(
        0,
        ['Instant x', ' Inst x', 'Inst'].map(
          (line) => `sim='${line}'; packages_are_upgraded s upgrade`,
        ),
      ),
      ['ends=100 sim="E: x"; packages_are_upgraded s upgrade', 1, 'E: x\n'],
      ['configured=1; packages_are_upgraded s upgrade', 1],
      ['configured=2; packages_are_upgraded s upgrade', 2],
      ['packages_are_upgraded other upgrade', 1],
      ['copies_are_left() { echo copies; }; packages_are_upgraded s upgrade', 1, 'copies\n'],
      ['copies_are_left() { echo copies; }; distribution_is_upgraded a s', 1, 'copies\n'],
      [
        "sim='0 to remove and 12 not upgraded.'; packages_are_upgraded s upgrade",
        0,
        'apt keeps back 12 packages: see apt list --upgradable\n',
      ],
      // apt plans nothing while a package lacks what it depends on.
      [`${STATUS}; packages_are_upgraded s x; apt-get() { return 100; }; packages_are_settled`, 0],
      [`${STATUS}; ends=100; packages_are_upgraded s x; packages_are_settled`, 1],
      ['lies_ahead a s', 1],
      ['codename=r; lies_ahead a s', 0],
      ['codename=r begun=a; lies_ahead a s', 1],
      ['codename=r begun=b; lies_ahead a s', 0],
      ['minimal_upgrade_is_done a s upgrade', 0, ''],
      ['sim="Inst a [1] (2 s)"; minimal_upgrade_is_done a s upgrade', 1, ''],
      ['ends=100 sim=asked codename=r; minimal_upgrade_is_done a s upgrade', 1, ''],
      ['codename=r begun=a; minimal_upgrade_is_done a s upgrade', 0, ''],
      ['distribution_is_upgraded a s', 0],
      ['codename=r; distribution_is_upgraded a s', 1],
      ['codename=r; distribution_is_upgraded a s t', 1],
      ['codename=r later=t; distribution_is_upgraded a s t', 0],
      // What the look before has told is not asked again, as long as the step was never begun.
      [`${KEPT}; distribution_is_upgraded a s`, 1, ''],
      [`${KEPT}; begun=a; distribution_is_upgraded a s`, 0, 'asked\n'],
      [`${KEPT}; echo more >"$sw_dpkg_status"; distribution_is_upgraded a s`, 0, 'asked\n'],
      [`${KEPT}; rm "$sw_dpkg_status"; distribution_is_upgraded a s`, 0, 'asked\n'],
      // Nothing was left by the procedure where somebody has upgraded by hand, nor by the rest itself.
      [`${KEPT.replace('begun=m', 'begun=')}; distribution_is_upgraded a s`, 0, 'asked\n'],
      [
        `${KEPT.replace('minimal_upgrade_is_done m', 'distribution_is_upgraded m')}; begun=; distribution_is_upgraded a s`,
        0,
        'asked\n',
      ],
      [`${KEPT.replace('2 not', '0 not')}; distribution_is_upgraded a s`, 0, 'asked\n'],
    ],
    { before: APT },
  );
});

test('packages are upgraded once what was left is settled and the indexes are fresh', () => {
  const before = `settle_packages() { echo settled; }; refresh_indexes() { echo "fresh $1"; [[ $1 == s ]]; }
run_apt() { printf '<%s>' "$@"; echo; }
keep_libraries() { echo kept; }; drop_libraries() { echo dropped; }`;
  expectApplied(
    temporaryHost(),
    [
      ['update_packages s dist-upgrade', 0, 'settled\nfresh s\n<dist-upgrade>\ndropped\n'],
      ['upgrade_packages other upgrade; echo went on', 1, 'settled\nfresh other\n'],
      [
        'sw_tell_leftovers; upgrade_packages s --without-new-pkgs upgrade; [[ -e $sw_state/upgraded-packages ]]',
        0,
        'settled\nfresh s\nkept\n<--without-new-pkgs><upgrade>\ndropped\n',
      ],
      [
        'find() { printf "%s\\n" /etc/x.dpkg-old "/etc/a b.dpkg-new"; }; sw_tell_leftovers; ls "$sw_state"',
        0,
        "note: a package brought settings that were not taken over: compare '/etc/a b.dpkg-new' with /etc/a b\nnote: these settings were replaced by a package's: compare '/etc/x.dpkg-old' with /etc/x\ncarried\n",
      ],
    ],
    { before },
  );
});
