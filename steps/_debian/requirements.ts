import { requires, type RequirementInput } from 'stepwright';
import { backups, clusters, kernels, service } from './parameters.ts';
import type { Upgrade } from './upgrade.ts';

/**
 * A kernel of another flavour would take over at the reboot: one for clouds has not the drivers of others,
 * and the other way round. The metapackage is one of those that do not begin with a version; that none is
 * named is an answer, too.
 */
const kernelsNamed = requires.holds({
  values: { kernels },
  check: `local state name metas=()
while read -r state name; do
  [[ $state == installed && ! $name =~ ^linux-image-[0-9]+\\.|-dbg$ ]] || continue
  [[ " \${kernels[*]} " != *" $name "* ]] || return 0
  metas+=("$name")
done < <(dpkg-query --show --showformat='\${db:Status-Status} \${Package}\\n' 'linux-image-*' 2>/dev/null)
((\${#kernels[@]} == 0 || \${#metas[@]} == 0)) || {
  printf '%q\\n' "\${metas[*]}"
  return 1
}`,
  found: 'PACKAGES',
  refusal: 'the kernel of this machine is that of PACKAGES, and kernel-packages names others',
  remedy: 'name what is installed: --set kernel-packages=PACKAGES',
});

/** What has to hold before a Debian server is upgraded. */
export function requirementsOf({
  from,
  to,
  bootSpace,
  requires: own = [],
}: Upgrade): RequirementInput[] {
  return [
    requires.packagesInOrder(),
    requires.noPins(),
    requires.unit({ unit: service }),
    // Somebody may have upgraded some of them by hand.
    requires.clusters({ clusters, versions: [from.postgres, to.postgres] }),
    requires.holds({
      check: "grep -qs '^Origin: Debian$' -- /var/lib/apt/lists/*Release",
      refusal:
        'apt has never fetched what its sources have: which are those of Debian cannot be told',
      remedy: 'run: apt-get update',
    }),
    requires.holds({
      values: { kernels },
      check: `local name known
for name in "\${kernels[@]}"; do
  known=$(apt-cache pkgnames -- "$name")
  [[ $'\\n'$known$'\\n' == *$'\\n'"$name"$'\\n'* ]] || return 1
done`,
      refusal: 'apt does not know each of the kernel packages',
      remedy:
        'name what this machine has: --set kernel-packages=linux-image-ARCHITECTURE; in a container: --set kernel-packages=; see: dpkg --print-architecture; ls /boot',
    }),
    kernelsNamed,
    ...own,
    requires.lasting({ path: backups }),
    // Somebody may have begun the upgrade by hand, or one that goes further.
    requires.knownSuites({ from: from.codename, to: to.codename }),
    requires.space({ path: '/boot', mebibytes: bootSpace, purpose: 'another kernel' }),
    requires.space({ path: '/usr', mebibytes: 1500, purpose: 'the new packages' }),
    requires.space({ path: '/var', mebibytes: 1000, purpose: 'the fetched packages' }),
  ];
}

/** Debian 13 has no kernel for i386, and no support for it but beside amd64. */
export const notOnI386 = requires.holds({
  check: 'found=$(dpkg --print-architecture)\n[[ $found != i386 ]]',
  refusal: 'this machine is of architecture i386, which Debian 13 cannot run on',
  remedy: 'stay with Debian 12 as long as it is supported; amd64 needs a new installation',
});

/** What the times of a procedure from one release to the next rest on. */
export const estimate =
  'a server of some 800 packages and a database of a few gigabytes, with a mirror nearby; a ' +
  'larger database makes it longer';
