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
  const ask = 'images_are_inventoried list label=x=y';
  expectAnswers(
    host,
    [
      [ask, 0, ''],
      [`set_file images 'b:2\\na:1\\n'; ${ask}`, 0, ''],
      [`set_file images 'a:1\\nb:2\\n<none>:<none>\\n'; ${ask}`, 0, ''],
      // One that was removed.
      [`set_file images 'b:2\\n'; ${ask}`, 1, ''],
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
        "set_file images 'b:2\\na:1\\nb:2\\n'; inventory_images list label=x",
        0,
        '2 container images:\n  a:1\n  b:2\n',
      ],
      [
        "set_file images ''; inventory_images list label=x",
        0,
        '2 container images:\n  a:1\n  b:2\n',
      ],
      [
        'set_file images \'c\\n\'; inventory_images list label=x >/dev/null; cat "$sw_state/carried/list"',
        0,
        'c\n',
      ],
      stops('set_file ends 1; inventory_images list label=x', 'docker does not answer'),
      ['cat "$sw_state/carried/list"; rm "$sw_state/carried/list"', 0, 'c\n'],
      [
        'set_file ends 0; set_file images \'\'; inventory_images list label=x; cat "$sw_state/carried/list"',
        0,
        '0 container images:\n',
      ],
    ],
    { before: LIST + SET },
  );
  expectApplied(
    temporaryHost(),
    [stops('inventory_images list label=x', 'docker is not installed: nothing tells which')],
    { before: LIST },
  );
});

test('those that the database names have to be there, with their tags', () => {
  const host = hostWithDocker();
  const ask = "inventory_images list label=x prefix=p/ database='my db' query='select 1'";
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

/** A list that was learnt, and one of those that the database names. */
const TWO = `carried list lines; carried rows lines\n${SET}`;
const both = "list label=x database=db query='select 1' named=rows";

test('what is in neither docker nor the database any more leaves the list', () => {
  const host = hostWithDocker();
  const lists = 'cat "$sw_state/carried/list"; echo; cat "$sw_state/carried/rows"';
  expectApplied(
    host,
    [
      [
        `set_file images 'w/a:1\\nmine:1\\nw/b:1\\n'; set_file rows 'w/a:1\\nw/b:1\\n'; inventory_images ${both}; ${lists}`,
        0,
        "3 container images:\n  mine:1\n  w/a:1\n  w/b:1\nnot named by database 'db': mine:1\nmine:1\nw/a:1\nw/b:1\n\nw/a:1\nw/b:1\n",
      ],
      [`images_are_inventoried ${both}`, 0, ''],
      [
        'sw_tell_strays',
        0,
        expect.stringContaining(
          'docker has images that the database does not name, which nothing brings into podman: mine:1 (docker save, then podman load)\n',
        ),
      ],
      // A row that is gone with its image in docker: kept, and not waited for.
      [`set_file rows 'w/a:1\\n'; images_are_inventoried ${both} || echo "no $?"`, 0, 'no 1\n'],
      [`inventory_images ${both} >/dev/null; ${lists}`, 0, 'mine:1\nw/a:1\nw/b:1\n\nw/a:1\n'],
      [
        `set_file images 'w/a:1\\nmine:1\\n'; images_are_inventoried ${both} || echo "no $?"`,
        0,
        'no 1\n',
      ],
      [
        `inventory_images ${both} | sed -n 1p; ${lists}`,
        0,
        'removed meanwhile, and off the list: w/b:1\nmine:1\nw/a:1\n\nw/a:1\n',
      ],
      [
        `set_file images 'w/a:1\\n'; inventory_images ${both} >/dev/null; sw_tell_strays; ${lists}`,
        0,
        'w/a:1\n\nw/a:1\n',
      ],
      [`images_are_inventoried ${both}`, 0, ''],
    ],
    { before: TWO },
  );
});

test('a list that cannot be made anew stays as it is', () => {
  const host = hostWithDocker();
  host.write('state/carried/list', 'w/a:1\nw/b:1\n');
  host.write('state/carried/rows', 'w/a:1\nw/b:1\n');
  host.write('rows', 'w/a:1\n');
  host.write('images', 'w/a:1\n');
  const ask = `images_are_inventoried ${both}`;
  expectAnswers(
    host,
    [
      [ask, 1, ''],
      [`set_file ends 1; ${ask}`, 0, ''],
      [`set_file ends 0; set_file asked 2; ${ask}`, 0, ''],
      // A new image is one, whatever the database says.
      [`set_file images 'w/a:1\\nw/c:1\\n'; ${ask}`, 1, ''],
      // docker has lost its storage driver.
      [`set_file asked 0; set_file images ''; ${ask}`, 0, ''],
    ],
    { before: TWO },
  );
  // The migration has begun.
  host.write('images', 'w/a:1\n');
  host.stub('podman', '[[ $4 == w/b:1 ]]');
  expectAnswers(host, [[ask, 0, '']], { before: TWO });
  host.stub('podman', 'exit 1');
  expectAnswers(host, [[ask, 1, '']], { before: TWO });
  host.stub('podman', 'exit 125');
  expectAnswers(host, [[ask, 0]], { before: TWO });
});

test('room for the images is asked for where docker has them', () => {
  const host = hostWithDocker();
  host.write('images', 'a:1\n');
  const before = `carried list lines\n${SET}demand_room_for_images() { printf '<%s>' "$@"; echo; }\n`;
  const ask = 'inventory_images list saved=/s prefix=p/';
  expectApplied(
    host,
    [
      [`${ask} save=yes | tail -n 1`, 0, '</s><p/><a:1>\n'],
      [`${ask} save=no | tail -n 1`, 0, '<><p/><a:1>\n'],
    ],
    { before },
  );
});
