import { expect, test } from 'vitest';
import { temporaryHost, type Host } from '../../support/kinds.ts';
import { all, expectAnswers, expectApplied, stops } from '../../support/modules.ts';

const LIST = 'carried list lines\n';

function hostWithDocker(): Host {
  const host = temporaryHost();
  host.stub(
    'docker',
    'case $1 in info) cat "$host/driver" ;; *) cat "$host/images" ;; esac; exit "$(<"$host/ends")"',
  );
  host.stub('psql', 'cat "$host/rows" && exit "$(<"$host/asked")"');
  for (const name of ['images', 'rows', 'driver']) host.write(name, '');
  for (const name of ['ends', 'asked']) host.write(name, '0');
  return host;
}

/** Sets what a file of the host holds, for the row that it stands in and those below. */
const SET = 'set_file() { printf "%b" "$2" >"${sw_state%/*}/$1"; }\n';

test('the list is learnt, and docker has nothing that is not in it', () => {
  const host = hostWithDocker();
  host.write('state/carried/list', 'a:1\nb:2\n');
  const ask = 'images_are_inventoried list x=y';
  expectAnswers(
    host,
    [
      [ask, 0, ''],
      [`set_file images 'b:2\\n'; ${ask}`, 0, ''],
      [`set_file images 'a:1\\nb:2\\n<none>:<none>\\n'; ${ask}`, 0, ''],
      ...all(1, [`set_file images 'a:1\\nc:3\\n'; ${ask}`, `set_file images 'a:*\\n'; ${ask}`]),
      [`set_file ends 1; ${ask}`, 0, ''],
      [`rm "$sw_state/carried/list"; ${ask}`, 1, ''],
    ],
    { before: LIST + SET },
  );
  expectAnswers(temporaryHost(), [[ask, 1]], { before: LIST });
});

test("docker's images are learnt, and what was learnt before stays", () => {
  const host = hostWithDocker();
  expectApplied(
    host,
    [
      [
        "set_file images 'b:2\\na:1\\nb:2\\n'; inventory_images list x ''",
        0,
        '2 container images:\n  a:1\n  b:2\n',
      ],
      ["set_file images ''; inventory_images list x ''", 0, '2 container images:\n  a:1\n  b:2\n'],
      [
        "set_file images 'c\\n'; inventory_images list x '' >/dev/null; cat \"$sw_state/carried/list\"",
        0,
        'a:1\nb:2\nc\n',
      ],
      stops("set_file ends 1; inventory_images list x ''", 'docker does not answer'),
      ['cat "$sw_state/carried/list"; rm "$sw_state/carried/list"', 0, 'a:1\nb:2\nc\n'],
      [
        "set_file ends 0; set_file images ''; inventory_images list x ''; cat \"$sw_state/carried/list\"",
        0,
        '0 container images:\n',
      ],
    ],
    { before: LIST + SET },
  );
  expectApplied(
    temporaryHost(),
    [stops("inventory_images list x ''", 'docker is not installed: nothing tells which')],
    { before: LIST },
  );
});

test('those that the database names have to be there, with their tags', () => {
  const host = hostWithDocker();
  const ask = "inventory_images list x p/ 'my db' 'select 1'";
  expectApplied(
    host,
    [
      [
        `set_file rows 'a\\n\\nh:5/b\\nc@sha256:1\\nd:7\\n'; set_file images 'a:latest\\nh:5/b:latest\\nc@sha256:1\\nd:7\\n'; ${ask} | tail -n 4`,
        0,
        '  a:latest\n  c@sha256:1\n  d:7\n  h:5/b:latest\n',
      ],
      stops(
        `set_file images 'a:latest\\n'; ${ask}`,
        'database my db names 3 container images that neither docker nor podman has:\n  h:5/b:latest\n  c@sha256:1\n  d:7\n',
      ),
      stops(
        `set_file asked 2; ${ask}`,
        "database my db could not be asked for its container images\nTry it: psql 'my db' -c 'select 1'\n",
      ),
    ],
    { before: LIST + SET },
  );
  expect(host.calls('psql')[0]?.args.slice(-4)).toEqual([
    '--dbname',
    'my db',
    '--command',
    'select 1',
  ]);
  const without = temporaryHost();
  without.stub('psql', 'echo a');
  expectApplied(
    without,
    [
      [
        ask,
        0,
        'docker is not installed, and podman does not have:\n  a:latest\n1 container images:\n  a:latest\n',
      ],
    ],
    { before: LIST },
  );
});

test('the storage driver is learnt, or docker does not answer', () => {
  const before = `carried driver identifier\n${SET}`;
  expectApplied(
    hostWithDocker(),
    [
      stops('record_driver driver', 'docker does not answer'),
      [
        'set_file driver \'overlay2\\n\'; record_driver driver; cat "$sw_state/carried/driver"',
        0,
        'storage driver of docker: overlay2\noverlay2\n',
      ],
      stops(
        "set_file driver 'a b\\n'; record_driver driver",
        'carried value driver: must be a name',
      ),
      ['set_file ends 1; record_driver driver; echo went on', 1, ''],
      ['cat "$sw_state/carried/driver"', 0, 'overlay2\n'],
    ],
    { before },
  );
  expectApplied(
    temporaryHost(),
    [['record_driver driver', 0, 'storage driver of docker: unknown\n']],
    { before },
  );
});
