import { test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectApplied } from '../../support/modules.ts';

/** An apt that knows "a", "b" and "lib-x", whose orders are shown; and a dpkg that has $there. */
const APT = `there=() kept=''
settle_packages() { echo settled; }
run_apt() { printf '<%s>' "$@"; echo; }
would() { printf '<%s>' "$@"; echo; }
apt-cache() { [[ $* == 'pkgnames -- '* ]] && printf '%s\\n' a b lib-x; }
sw_find_present() { sw_present=("\${there[@]}"); }
apt-get() { printf '%s\\n' "$kept"; }
`;

test('just these packages are installed, and only when apt knows each by this name', () => {
  const none = 'settled\nthere is no package';
  expectApplied(
    temporaryHost(),
    [
      ['install_packages --', 0, ''],
      ['install_packages -- a b', 0, 'settled\n<install><--><a><b>\n'],
      ['install_packages -- a:i386', 0, 'settled\n<install><--><a:i386>\n'],
      [
        "install_packages suite=s-backports recommends=no -- 'a'",
        0,
        'settled\n<install><--target-release=s-backports><--no-install-recommends><--><a>\n',
      ],
      [
        'install_packages recommends=yes -- lib-x',
        0,
        'settled\n<install><--install-recommends><--><lib-x>\n',
      ],
      ...['c', 'a-', 'a+', 'lib', 'lib.x', '*', '-a', '$(echo a)', 'a b', '.'].map(
        (name) =>
          [
            `install_packages -- a '${name}'; echo went on`,
            1,
            `${none} ${name} in any source; nothing was changed\nsee: apt-cache policy ${name}\n`,
          ] as const,
      ),
      ['apt-cache() { return 100; }; install_packages -- a; echo went on', 100, 'settled\n'],
      ['settle_packages() { return 1; }; install_packages -- a; echo went on', 1, ''],
      ['run_apt() { return 100; }; install_packages -- a; echo went on', 100, 'settled\n'],
    ],
    { before: APT },
  );
});

test('what is there is removed, unless something that has to stay would go with it', () => {
  expectApplied(
    temporaryHost(),
    [
      ['remove_packages -- a', 0, 'settled\n'],
      ['there=(a b:i386); remove_packages -- a b:i386 c', 0, 'settled\n<remove><--><a><b:i386>\n'],
      ["there=(a) kept='Remv b [1]'; remove_packages -- a", 0, 'settled\n<remove><--><a>\n'],
      [
        "there=(a) kept='Remv b-2 [1]'; remove_packages --keep b -- a",
        0,
        'settled\n<remove><--><a>\n',
      ],
      [
        "there=(a) kept=$'Remv c [1]\\nRemv b [1]'; remove_packages --keep c b -- a; echo went on",
        1,
        'settled\napt would remove c\napt would remove b\napt would remove packages that have to stay, or cannot tell; nothing was changed\nsee: apt-get -s remove a\n',
      ],
      ['sw_find_present() { return 2; }; remove_packages -- a; echo went on', 2, 'settled\n'],
      ['there=(a); would_remove_packages a b', 0, '<apt-get><--yes><remove><--><a>\n'],
    ],
    { before: APT },
  );
});
