import { test } from 'vitest';
import { temporaryHost, type Host } from '../../support/kinds.ts';
import { expectApplied, stops } from '../../support/modules.ts';

/** A docker with two images of 100 MiB. */
function hostWithDocker(): Host {
  const host = temporaryHost();
  host.stub(
    'docker',
    `case "$1 $2" in
      'image ls') printf 'sha256:1 a:1\\nsha256:2 b:2\\n' ;;
      'image inspect') shift 5; for name; do echo 104857600; done ;;
    esac`,
  );
  return host;
}

/** Two file systems, /one with what is in $one free. */
const FREE = `one=0 two=0
df() { if [[ \${!#} == /one* ]]; then set -- one "$one"; else set -- two "$two"; fi; printf 'x\\n%s /dev/%s /%s\\n' "$2" "$1" "$1"; }
sw_find_existing() { sw_text=$1; }
sw_podman_storage=/two/containers
`;
const MIB = 1024 * 1024;

test('what is saved and what is copied have to fit, together where they share a file system', () => {
  const host = hostWithDocker();
  expectApplied(
    host,
    [
      [`one=${220 * MIB} two=${200 * MIB}; demand_room_for_images /one/s p/ a:1 b:2 gone`, 0, ''],
      stops(
        `one=${220 * MIB - 1} two=${200 * MIB}; demand_room_for_images /one/s p/ a:1 b:2`,
        '/one has 219 MiB free, and the container images need 220 MiB there\n(220 MiB to be saved in /one/s, 200 MiB to be copied into /two/containers)\n',
      ),
      stops(
        `one=${220 * MIB} two=${200 * MIB - 1}; demand_room_for_images /one/s p/ a:1 b:2`,
        '/two has 199 MiB free, and the container images need 200 MiB there\n',
      ),
      stops(
        `two=${420 * MIB - 1}; demand_room_for_images /two/s p/ a:1 b:2`,
        '/two has 419 MiB free, and the container images need 420 MiB there\n',
      ),
      [`two=${420 * MIB}; demand_room_for_images /two/s p/ a:1 b:2`, 0, ''],
      [`two=${200 * MIB}; demand_room_for_images '' p/ a:1 b:2`, 0, ''],
      ["demand_room_for_images '' p/", 0, ''],
      [
        'declare -A docker_ids=([a:1]=x); sw_sum_sizes a:1 b:2; echo "$sw_text"',
        0,
        `${100 * MIB}\n`,
      ],
    ],
    { before: FREE },
  );
});

test('what lies saved already, or is in podman, needs no more', () => {
  const host = hostWithDocker();
  host.stub('podman', '[[ $4 == p/a:1 ]]');
  host.write('s/a%3A1.tar', '12345');
  host.write('s/a%3A1.tar.sha256', '# 5 bytes: a:1\n# image sha256:1\n');
  const free = `${FREE}df() { printf 'x\\n%s /dev/two /two\\n' "$two"; }\n`;
  expectApplied(
    host,
    [
      [`two=${210 * MIB}; demand_room_for_images "\${sw_state%/*}/s" p/ a:1 b:2`, 0, ''],
      stops(
        `two=${210 * MIB - 1}; demand_room_for_images "\${sw_state%/*}/s" p/ a:1 b:2`,
        '(110 MiB to be saved in HOST/s, 100 MiB to be copied into /two/containers)\n',
      ),
    ],
    { before: free },
  );
});

const capped = (all: string, bytes: number) =>
  [
    `docker() { [[ $* == 'system df --format {{.Type}} {{.Size}}' ]] && printf '%s\\n' ${all}; }; sw_cap_by_layers 5000000000; echo "$sw_text"`,
    0,
    `${bytes}\n`,
  ] as const;

test('images share layers, which podman has once', () => {
  expectApplied(temporaryHost(), [
    capped("'Images 1.234GB' 'Containers 1B' 'Local Volumes 0B'", 1_246_340_000),
    capped("'Images 999.9MB'", 1_009_899_000),
    capped("'Images 12kB'", 12_120),
    capped("'Images 0B'", 0),
    capped("'Images 4.99TB'", 5_000_000_000),
    capped("'Images 4.99GB'", 5_000_000_000),
    // What cannot be read, and what old versions do not tell.
    capped("'Images N/A' 'Images 1.2.3GB' 'Images 99999GB' ''", 5_000_000_000),
    ['docker() { return 1; }; sw_cap_by_layers 7; echo "$sw_text"', 0, '7\n'],
  ]);
});
