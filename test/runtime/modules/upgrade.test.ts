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

const STATUS =
  'sw_dpkg_status=${sw_state%/*}/status sw_apt_inputs=("${sw_state%/*}/status"); echo >"$sw_dpkg_status"';

/** Some packages were kept back, and apt-get tells that it is asked. */
const KEPT =
  `${STATUS}; ` +
  "sim='0 upgraded, 0 newly installed, 0 to remove and 2 not upgraded.' begun=m; minimal_upgrade_is_done m s upgrade >/dev/null; " +
  'apt-get() { echo asked >&2; echo 0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.; }';

const LEFT = 'apt keeps back 2 packages: see apt list --upgradable\n';

test('an upgrade is done when apt finds nothing to do, and knows the suite', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['packages_are_upgraded s dist-upgrade', 0, ''],
      ...all(
        1,
        [
          'Inst a [1] (2 s)',
          'Remv a [1]',
          'Purg a [1]',
          'Conf a (2 s)',
          'x\\nConf a',
          '1 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.',
          '10 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.',
          '0 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.',
          '0 upgraded, 0 newly installed, 3 to remove and 0 not upgraded.',
          '0 upgraded, 0 newly installed, 1 reinstalled, 0 to remove and 0 not upgraded.',
          '0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\\n1 not fully installed or removed.',
        ].map((line) => `sim='${line}'; packages_are_upgraded s upgrade`),
      ),
      ...all(
        0,
        [
          'Instant x',
          ' Inst x',
          'Inst',
          'x\\n0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.',
        ].map((line) => `sim='${line}'; packages_are_upgraded s upgrade`),
      ),
      // Told to say little, it counts nothing: then it tells what it would do.
      ...(['Inst a [1] (2 s)', ''] as const).map(
        (line) =>
          [
            `apt-get() { [[ $1 != -s ]] || echo '${line}'; }; packages_are_upgraded s upgrade`,
            line === '' ? 0 : 1,
            '',
          ] as const,
      ),
      ['ends=100 sim="E: x"; packages_are_upgraded s upgrade', 1, 'E: x\n'],
      ['configured=1; packages_are_upgraded s upgrade', 1],
      ['configured=2; packages_are_upgraded s upgrade', 2],
      ['packages_are_upgraded other upgrade', 1],
      ['copies_are_left() { echo copies; }; packages_are_upgraded s upgrade', 1, 'copies\n'],
      ['copies_are_left() { echo copies; }; distribution_is_upgraded a s', 1, 'copies\n'],
      [
        "sim='0 upgraded, 0 newly installed, 0 to remove and 12 not upgraded.'; packages_are_upgraded s upgrade",
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
      // Nor is the same asked twice.
      [`${KEPT}; begun=a; for k in 1 2; do distribution_is_upgraded a s; done`, 0, 'asked\n'],
      [`${KEPT}; echo more >"$sw_dpkg_status"; distribution_is_upgraded a s`, 0, 'asked\n'],
      [`${KEPT}; rm "$sw_dpkg_status"; distribution_is_upgraded a s`, 0, 'asked\n'],
      // Nothing was left by the procedure where somebody has upgraded by hand, nor by the rest itself.
      [`${KEPT.replace('begun=m', 'begun=')}; distribution_is_upgraded a s`, 0, 'asked\n'],
      [
        `${KEPT.replace('minimal_upgrade_is_done m', 'distribution_is_upgraded m')}; begun=; distribution_is_upgraded a s`,
        0,
        LEFT,
      ],
      [`${KEPT.replace('2 not', '0 not')}; distribution_is_upgraded a s`, 0, 'asked\n'],
    ],
    { before: APT },
  );
});

/** An upgrade of this run, which says this in the log. */
function upgraded(...words: string[]): string {
  const lines = words.map((line) => `echo '${line}' >>"$sw_log"`).join('; ');
  return `${STATUS}; rm -f "$sw_log"; echo '0 upgraded, 0 newly installed, 0 to remove and 9 not upgraded.' >"$sw_log"; run_apt() { echo it >>"$sw_dpkg_status"; ${lines}; }; sw_run_upgrade x; apt-get() { echo asked; }; release_comes_from() { echo from; }`;
}

test('what an upgrade of this run has told is not asked again', () => {
  const none = '3 upgraded, 1 newly installed, 1 to remove and 0 not upgraded.';
  const some = '3 upgraded, 1 newly installed, 1 to remove and 2 not upgraded.';
  expectAnswers(
    temporaryHost(),
    [
      [`${upgraded(none)}; packages_are_upgraded s dist-upgrade`, 0, ''],
      [`${upgraded(none)}; packages_are_upgraded s upgrade --without-new-pkgs`, 0, ''],
      [`${upgraded(none)}; configured=1; packages_are_upgraded s dist-upgrade`, 1, ''],
      [`${upgraded(none)}; copies_are_left() { :; }; packages_are_upgraded s dist-upgrade`, 1, ''],
      // What a minimal one leaves is the next one's; of another, apt tells whether something is to do.
      [`${upgraded(some)}; packages_are_upgraded s upgrade --without-new-pkgs`, 0, LEFT],
      [
        `${upgraded(some)}; packages_are_upgraded s dist-upgrade; echo "$sw_text$sw_left_back"`,
        0,
        'from\n00\n',
      ],
      [
        `${upgraded('0 upgraded, 0 newly installed, 1 downgraded, 0 to remove and 0 not upgraded.', some)}; packages_are_upgraded s dist-upgrade`,
        0,
        '',
      ],
      ...[
        upgraded('Done.'),
        // What says so and does nothing is not believed.
        `${upgraded(none)}; run_apt() { echo '${none}' >>"$sw_log"; }; sw_run_upgrade x`,
        upgraded(` ${none}`),
        upgraded(none.replace('.', '')),
        `${upgraded(none)}; echo more >>"$sw_dpkg_status"`,
        `${upgraded(none)}; echo "1 0 $(sw_stamp_plan)" >"$sw_state/upgraded-packages"`,
        `${upgraded(none)}; : >"$sw_state/upgraded-packages"`,
        `${upgraded(none)}; rm "$sw_state/upgraded-packages"`,
        `${upgraded(none)}; rm "$sw_log"; mkfifo "$sw_log"; run_apt() { :; }; sw_log_size() { :; }; sw_run_upgrade x`,
      ].map(
        (before) =>
          [`${before}; packages_are_upgraded s dist-upgrade | grep -x from`, 0, 'from\n'] as const,
      ),
      [
        `${upgraded(some)}; codename=s begun=m; minimal_upgrade_is_done m s upgrade; distribution_is_upgraded d s`,
        1,
        LEFT,
      ],
    ],
    { before: `${APT}sw_log=\${sw_state%/*}/log sw_apt_inputs=("\${sw_state%/*}/status")\n` },
  );
});

test('packages are upgraded once what was left is settled, the indexes are fresh, and there is room', () => {
  const before = `settle_packages() { echo settled; }; refresh_indexes() { echo "fresh $1"; [[ $1 == s ]]; }
packages_were_fetched() { [[ -v fetched ]]; }; demand_release() { echo "from $1"; }
demand_room_to_upgrade() { echo "room \${lacks:-}"; [[ ! -v lacks ]]; }
run_apt() { printf '<%s>' "$@"; echo; }
note_links() { echo named; }; keep_libraries() { echo kept; }; drop_libraries() { echo dropped; }`;
  expectApplied(
    temporaryHost(),
    [
      [
        'run_apt() { return 100; }; : >"$sw_state/upgraded-packages"; update_packages upgrade; echo went on',
        100,
        '',
      ],
      ['[[ -e $sw_state/upgraded-packages && ! -s $sw_state/upgraded-packages ]]', 0, ''],
      ['update_packages dist-upgrade', 0, '<dist-upgrade>\ndropped\n'],
      ['prepare_upgrade other; echo went on', 1, 'settled\nfresh other\n'],
      ['lacks=x; prepare_upgrade s; echo went on', 1, 'settled\nfresh s\nroom x\n'],
      // What was fetched is installed by the lists that it was fetched by.
      ['fetched=yes; prepare_upgrade s', 0, 'settled\nfrom s\nroom \n'],
      [
        'sw_dpkg_status=$sw_state/carried; sw_stamp_packages; sw_told[left]=$sw_text; echo "$$ 3 x" >"$sw_state/upgraded-packages"; prepare_upgrade s',
        0,
        'settled\nfresh s\n',
      ],
      // Of an earlier run: who knows what has come onto the disk since.
      [
        'sw_dpkg_status=$sw_state/carried; sw_stamp_packages; sw_told[left]=$sw_text; echo "1 3 x" >"$sw_state/upgraded-packages"; prepare_upgrade s',
        0,
        'settled\nfresh s\nroom \n',
      ],
      [
        'sw_tell_leftovers; prepare_upgrade s; upgrade_packages --without-new-pkgs upgrade; [[ -e $sw_state/upgraded-packages ]]',
        0,
        'settled\nfresh s\nroom \nnamed\nkept\n<--without-new-pkgs><upgrade>\ndropped\n',
      ],
      [
        'find() { printf "%s\\n" /etc/x.dpkg-old "/etc/a b.dpkg-new"; }; sw_tell_leftovers; ls "$sw_state"',
        0,
        "note: a package brought settings that were not taken over: compare '/etc/a b.dpkg-new' with /etc/a b\nnote: these settings were replaced by a package's: compare '/etc/x.dpkg-old' with /etc/x\ncarried\n",
      ],
      [
        'sw_left_back=3; sw_tell_leftovers',
        0,
        'note: apt keeps back 3 packages, which are of the old release still: see apt list --upgradable\n',
      ],
    ],
    { before },
  );
});
