import type { StartState } from 'stepwright/simulate';
import type { Release, Upgrade } from '../upgrade.ts';
import type { ServerOptions } from './servers.ts';
import { variant, type States } from './variant.ts';
import { CLOUD_KERNEL } from './world.ts';

/** A server that a procedure refuses: it `says` why, and changes nothing. */
function refuses(
  from: Release,
  title: string,
  says: RegExp,
  options: ServerOptions,
  args: readonly string[] = [],
): StartState {
  return variant(from, title, options, { args, stops: { status: 3, says } });
}

/** Servers on which something stands in the way of any upgrade. */
function inTheWay(from: Release): States {
  return {
    held: refuses(from, 'a package that is held', /held back from any upgrade: curl/, {
      commands: 'apt-mark hold curl',
    }),
    pinned: refuses(from, 'a pin', /preferences\.d\/old pins packages/, {
      files: {
        '/etc/apt/preferences.d/old': `Package: *\nPin: release n=${from.codename}\nPin-Priority: 900\n`,
      },
    }),
    'other-suites': refuses(
      from,
      'sources that name suites of a release which it does not lead to',
      /name suites of neither \w+ nor \w+: sid \(\/etc\/apt\/sources\.list:1\), .*sid-security /,
      { commands: `sed -i -e 's/${from.codename}/sid/g' /etc/apt/sources.list` },
    ),
    'no-cluster': refuses(
      from,
      'clusters of which one is not there',
      /no PostgreSQL cluster of version \d+ or \d+ with the name: reports, other$/m,
      {},
      ['--set', 'clusters=reports main other'],
    ),
    'unnamed-cluster': refuses(
      from,
      'no cluster that is named',
      /no PostgreSQL cluster is named/,
      {},
      ['--set', 'clusters='],
    ),
    'no-service': refuses(from, 'no service of the name that is given', /other\.service/, {}, [
      '--set',
      'service=other.service',
    ]),
  };
}

/** Servers that would not be what they were after the reboot, whatever the release. */
function otherwiseAfterwards(from: Release): States {
  const kernel = CLOUD_KERNEL[from.codename === 'bullseye' ? 'bullseye' : 'bookworm'];
  return {
    'backups-in-tmp': refuses(
      from,
      'backups where the reboot leaves nothing',
      /\/tmp\/saved is emptied by the reboot.*\n.*--set backup-dir=\/var\/backups\/debian-/,
      {},
      ['--set', 'backup-dir=/tmp/saved'],
    ),
    'cloud-kernel': refuses(
      from,
      'another kernel than the one that is named',
      /kernel of this machine is that of linux-image-cloud-amd64.*\n.*--set kernel-packages=linux-image-cloud-amd64$/m,
      { without: ['linux-image-amd64'], older: [kernel] },
    ),
  };
}

/** The same, where `codename` is what it is upgraded to, at once or later. */
function afterUpgradeTo(codename: string, from: Release): States {
  if (codename === 'bookworm')
    return {
      resolved: refuses(
        from,
        'names that systemd-resolved looks up',
        /resolv\.conf \(\/run\/systemd\/resolve\/stub-resolv\.conf\).*\n.*: cp --remove-destination /,
        { commands: 'ln -s /run/systemd/resolve/stub-resolv.conf /etc/resolv.conf' },
      ),
    };
  return {
    crypttab: refuses(
      from,
      'encrypted volumes, and nothing that is only recommended',
      /\/etc\/crypttab names encrypted volumes/,
      {
        files: {
          '/etc/crypttab': '# name device key options\ndata /dev/sdb none luks\n',
          '/etc/apt/apt.conf.d/80lean': 'APT::Install-Recommends "0";\n',
        },
      },
    ),
    'plain-volume': refuses(
      from,
      'an encrypted volume that does not say how',
      /others in Debian 13, .*: old other$/m,
      {
        files: {
          '/etc/crypttab':
            'old /dev/sdb /root/key plain\nother /dev/sdc none plain,hash=sha256\n' +
            'data /dev/sdd none luks\nswap /dev/sde /dev/urandom swap,plain\n',
        },
      },
    ),
  };
}

/** Servers that the way along `upgrades` is refused to: it says why, and changes nothing. */
export function refused(upgrades: readonly [Upgrade, ...Upgrade[]]): States {
  const [{ from }] = upgrades;
  return Object.assign(
    {},
    inTheWay(from),
    otherwiseAfterwards(from),
    ...upgrades.map(({ to }) => afterUpgradeTo(to.codename, from)),
  ) as States;
}
