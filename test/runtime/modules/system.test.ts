import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers, expectApplied } from '../../support/modules.ts';

/** A machine that runs release $codename and kernel $booted, and has $kernels in /boot. */
const MACHINE = `codename=now booted=6.1.0-9-amd64 kernels='vmlinuz-6.1.0-9-amd64' settled=0
sw_codename() { sw_text=$codename; }
uname() { echo "$booted"; }
find() { [[ -z $kernels ]] || printf '%s\\n' $kernels; }
packages_are_settled() { return "$settled"; }
wait_for_apt_locks() { :; }
cd "\${sw_state%/*}"
`;

test('the newest kernel runs, or it is told which one does not', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['sw_runs_newest_kernel', 0, ''],
      ["kernels=''; sw_runs_newest_kernel", 0, ''],
      // A provider's kernel, or a container: nothing in /boot is what runs.
      ["kernels='vmlinuz-6.1.0-10-amd64 vmlinuz-6.2'; sw_runs_newest_kernel", 0, ''],
      ['find() { return 1; }; sw_runs_newest_kernel', 0, ''],
      // No boot menu has these.
      [
        'for kept in .old .bak .dpkg-bak .dpkg-tmp "~"; do kernels+=" vmlinuz-6.2$kept $booted$kept"; done; sw_runs_newest_kernel',
        0,
        '',
      ],
      ["kernels='vmlinuz-6.1.0-9-amd64 vmlinuz-5.10.0-30-amd64'; sw_runs_newest_kernel", 0, ''],
      [
        "kernels='vmlinuz-6.1.0-10-amd64 vmlinuz-6.1.0-9-amd64'; sw_runs_newest_kernel",
        1,
        'the running kernel is 6.1.0-9-amd64, and the newest installed one is 6.1.0-10-amd64\n',
      ],
      [
        "kernels+=' vmlinuz-6.2'; require_newest_kernel; printf '%s|' \"${sw_refusals[@]}\"",
        0,
        expect.stringMatching(
          /^the running kernel is 6.1.0-9-amd64, and the newest installed one is 6.2\|boot that one/,
        ),
      ],
      ['require_newest_kernel; echo "${#sw_refusals[@]}"', 0, '0\n'],
      [
        'kernels+=\' vmlinuz-6.2\'; sw_events_known=yes; sw_take_event other start; require_newest_kernel_before on; echo "${#sw_refusals[@]}"',
        0,
        '2\n',
      ],
      [
        'kernels+=\' vmlinuz-6.2\'; sw_events_known=yes; sw_take_event on start; require_newest_kernel_before on; echo "${#sw_refusals[@]}"',
        0,
        '0\n',
      ],
    ],
    { before: MACHINE },
  );
});

test('all that is wrong with the machine is told at once', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['system_is_verified now kernel', 0, ''],
      ["kernels+=' vmlinuz-7'; system_is_verified now", 0, ''],
      [
        "codename='' settled=1 kernels+=' vmlinuz-7'; system_is_verified now kernel",
        1,
        'the release is unknown, not now\n' +
          'there are packages that are half-installed, unconfigured or lack a dependency: see dpkg --audit\n' +
          'the running kernel is 6.1.0-9-amd64, and the newest installed one is 7\n',
      ],
      ['codename=nowhere; system_is_verified now', 1, 'the release is nowhere, not now\n'],
      ['settled=2; system_is_verified now', 1],
    ],
    { before: MACHINE },
  );
  expectApplied(
    temporaryHost(),
    [
      ['verify_system now kernel', 0, ''],
      [
        'codename=old; verify_system now; echo went on',
        1,
        'the system is not as it should be:\nthe release is old, not now\nMend that, or boot that kernel, then run this script again.\n',
      ],
    ],
    { before: MACHINE },
  );
});

test('an archive counts when it can be read to its end, and is of the last day', () => {
  const host = temporaryHost();
  const before = `cd "\${sw_state%/*}"; mkdir -p 'a b'; echo x >'a b/x'
    tar -czf whole "a b"; head -c 40 whole >cut; : >empty; echo text >none; tar -czf alone "a b"
    for file in whole cut empty none; do echo x >"$file.selections"; done; : >alone.selections`;
  expectAnswers(
    host,
    [
      ['system_is_saved "$PWD/whole"', 0, ''],
      ['touch -d "23 hours ago" whole whole.selections; system_is_saved "$PWD/whole"', 0, ''],
      ['touch -d "25 hours ago" whole; system_is_saved "$PWD/whole"', 1, ''],
      ['touch whole; sw_is_young "$PWD/whole"', 0, ''],
      ['touch -d "25 hours ago" whole.selections; system_is_saved "$PWD/whole"', 1, ''],
      ['touch whole.selections; sw_is_young "$PWD/empty"', 1, ''],
      ...['cut', 'none'].map(
        (file) => [`system_is_saved "$PWD/${file}" 2>/dev/null`, 1, ''] as const,
      ),
      ...['empty', 'alone', 'gone', '', 'a b'].map(
        (file) => [`system_is_saved "$PWD/${file}"`, 1, ''] as const,
      ),
    ],
    { before },
  );
});

test('an archive that is there is never written over, one that was cut off is made anew, and an old one is kept', () => {
  const host = temporaryHost();
  const before = `cd "\${sw_state%/*}"
dpkg() { echo 'x install'; }
sync() { :; }
tar() {
  case $1 in
    --create)
      local word; for word; do [[ $word != --file=* ]] || printf whole >"\${word#*=}"; done
      printf '<%s>' "\${@: -4}"; return "$packs" ;;
    *) local file=\${!#}; [[ $(<"\${file#*=}") == whole ]] ;;
  esac
}
packs=0
`;
  expectApplied(
    host,
    [
      [
        'packs=2; save_system "$PWD/a b/x.tar"; echo went on',
        1,
        expect.stringContaining('x.tar could not be written: tar ended with status 2\n'),
      ],
      ['ls "a b"', 0, 'x.tar.part\nx.tar.selections\n'],
      // One of the files was changed while it was read.
      [
        'packs=1; save_system "$PWD/a b/x.tar" /nowhere/at/all',
        0,
        expect.stringContaining('<./etc>'),
      ],
      [
        'ls "a b"; cat "a b/x.tar.selections"; stat -c %a "a b" "a b/"x.tar*',
        0,
        'x.tar\nx.tar.selections\nx install\n700\n600\n600\n',
      ],
      ['save_system "$PWD/a b/x.tar"', 0, ''],
      ['system_is_saved "$PWD/a b/x.tar"', 0, ''],
      [
        'echo cut >"a b/x.tar"; save_system "$PWD/a b/x.tar"; echo went on',
        1,
        expect.stringMatching(
          /^HOST\/a b\/x.tar is there, and it is not whole\nlook at what it is/,
        ),
      ],
      ['cat "a b/x.tar"', 0, 'cut\n'],
      [
        'echo whole >"a b/x.tar"; touch -d "2 days ago" "a b/"x.tar*; packs=2; save_system "$PWD/a b/x.tar"; echo went on',
        1,
        expect.not.stringContaining('went on'),
      ],
      ['cat "a b/x.tar"; rm "a b/x.tar.selections.~1~"', 0, 'whole\n'],
      [
        'touch -d "2 days ago" "a b/x.tar.selections"; save_system "$PWD/a b/x.tar" >/dev/null; cd "a b"; grep . *',
        0,
        'x.tar:whole\nx.tar.selections:x install\nx.tar.selections.~1~:x install\nx.tar.~1~:whole\n',
      ],
      ['system_is_saved "$PWD/a b/x.tar"', 0, ''],
      // What is left of an earlier attempt need not be whole.
      [
        'echo cut >"a b/x.tar"; touch -d "2 days ago" "a b/x.tar"; save_system "$PWD/a b/x.tar" >/dev/null; cat "a b/x.tar" "a b/x.tar.~2~"; ls "a b"',
        0,
        'wholecut\nx.tar\nx.tar.selections\nx.tar.selections.~1~\nx.tar.~1~\nx.tar.~2~\n',
      ],
      ['dpkg() { return 2; }; save_system "$PWD/new.tar"; echo went on', 2, ''],
      ['[[ ! -e new.tar && ! -e new.tar.selections ]]', 0],
    ],
    { before },
  );
});
