import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectApplied, stops } from '../../support/modules.ts';

test('docker is started where it does not answer, and may fail to', () => {
  const host = temporaryHost();
  host.stub('docker', 'exit "$(<"$host/ends")"');
  host.write('ends', '1');
  host.stub('systemctl', 'echo "Job failed"; exit 5');
  expectApplied(host, [
    [
      'wake_docker docker',
      0,
      '+ systemctl start -- docker\nJob failed\ndocker does not start; see: journalctl -u docker\n',
    ],
    ['echo 0 >"${sw_state%/*}/ends"; wake_docker docker', 0, ''],
  ]);
  expectApplied(temporaryHost(), [['wake_docker docker', 0, '']]);
});

test('the ways out are told, as they are typed', () => {
  const host = temporaryHost();
  host.stub('docker', 'echo overlay2');
  host.write('state/carried/list', 'a:1\nb:2\n');
  const before = 'sw_lacking=(a:1)';
  const rest = 'take its line out of HOST/state/carried/list.\nThen run this script again.\n';
  expectApplied(
    host,
    [
      stops(
        'sw_images_are_lost podman /d aufs 2',
        `podman lacks 1 of 2 container images that were there before the upgrade:\n  a:1\nNone of these has a whole saved file in /d.\n- Load them from copies that were made with docker save: podman load --input FILE.\n- An image that is not wanted any more: ${rest}`,
      ),
      stops(
        "sw_images_are_lost docker-or-podman '' aufs 2",
        'Install docker-ce 20.10 and what aufs needs, and name the driver:\n  apt-get install --allow-downgrades \'docker-ce=5:20.10*\' \'docker-ce-cli=5:20.10*\' aufs-dkms linux-headers-amd64\n  write {"storage-driver": "aufs"} into /etc/docker/daemon.json; systemctl restart docker\n',
      ),
      stops(
        "sw_images_are_lost docker '' devicemapper 2",
        'The storage driver of docker was devicemapper, and is overlay2 now.\nWhat docker had is still where it kept it (/var/lib/docker): do not delete that. Ways out:\n- Have docker use devicemapper again: {"storage-driver": "devicemapper"} in /etc/docker/daemon.json; systemctl restart docker\n',
      ),
      [
        'words=(); sw_add_docker_ways unknown; printf \'%s\\n\' "${words[@]}"',
        0,
        expect.stringContaining('do not delete that'),
      ],
    ],
    { before },
  );
});
