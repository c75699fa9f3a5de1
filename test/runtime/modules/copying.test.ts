import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { CLUSTERS } from '../../support/copying.ts';
import { expectAnswers, expectApplied, stops, type Row } from '../../support/modules.ts';

const AT = { before: CLUSTERS };

test('what was begun is noted, and read again', () => {
  expectApplied(
    temporaryHost(),
    [
      ['sw_has_begun || echo no', 0, 'no\n'],
      stops('sw_read_begun 2>&1', 'begun does not tell what was begun'),
      [
        'sw_note_begun; cat "$sw_place/begun" "$sw_place/start.conf"',
        0,
        '5432\nHOST/new data\nauto\n',
      ],
      ['sw_has_begun || echo no', 0, 'no\n'],
      ['setting=manual; sw_has_begun', 0, ''],
      [
        'sw_port= sw_new_data=; sw_read_begun; echo "$sw_port $sw_new_data"',
        0,
        '5432 HOST/new data\n',
      ],
      [
        ': kept; echo disabled >etc/13/main/start.conf; sw_note_begun; cat "$sw_place/start.conf"',
        0,
        'disabled\n',
      ],
      stops('echo 5432 >"$sw_place/begun"; sw_read_begun', 'begun does not tell what was begun'),
      stops(': >"$sw_place/begun"; sw_read_begun', 'begun does not tell what was begun'),
    ],
    AT,
  );
});

test('the old cluster is closed, listed and stopped before anything is copied', () => {
  const host = temporaryHost();
  const calls = 'sw_demand_room_for_copy() { :; }\n';
  expectApplied(
    host,
    [
      stops("sw_demand_extensions() { fail 'no x'; }; sw_begin_copy 2>&1", 'no x'),
      ['sw_begin_copy | grep -v "^+"', 0, 'listed 13/main\n<pg_ctlcluster><13><main><stop>\n'],
      ['cat etc/13/main/start.conf; cat "$sw_place/start.conf"', 0, 'manual\nauto\n'],
      [
        'setting=manual port_is=5433; sw_begin_copy | grep -v "^+"',
        0,
        '<pg_ctlcluster><13><main><stop>\n<pg_conftool><13><main><set><port><5432>\nlisted 13/main\n<pg_ctlcluster><13><main><stop>\n',
      ],
      [
        'setting=manual; : >etc/13/main/pg_hba.conf.pg_upgradecluster; sw_take_back_port | grep -v "^+"; ls etc/13/main',
        0,
        '<pg_ctlcluster><13><main><stop>\npg_hba.conf\npostgresql.conf\nstart.conf\n',
      ],
      // Of an attempt that was given up.
      [
        ': >etc/13/main/pg_hba.conf.pg_upgradecluster; sw_begin_copy | grep -v "^+"; ls etc/13/main',
        0,
        '<pg_ctlcluster><13><main><stop>\nlisted 13/main\n<pg_ctlcluster><13><main><stop>\npg_hba.conf\npostgresql.conf\nstart.conf\n',
      ],
      ['state=down; sw_list_old', 0, 'start closed 13/main\nlisted 13/main\n'],
      stops(
        `disturbances=(prepared '"x" in "app"'); sw_list_old`,
        'cluster 13/main has prepared transactions, which pg_upgradecluster would lose: "x" in "app"',
      ),
      ...['a=b', 'a|b', 'postgres://x', 'postgresql://x'].map((name) =>
        stops(`names=('${name}'); sw_list_old`, 'pg_upgradecluster cannot copy database'),
      ),
    ],
    { before: CLUSTERS + calls },
  );
});

test('databases that let nobody in stay noted as such', () => {
  expectApplied(
    temporaryHost(),
    [
      [
        'databases=(app) closed=(); sw_note_databases; tr "\\0" . <"$sw_place/databases"; wc -c <"$sw_place/closed"',
        0,
        'app.0\n',
      ],
      [
        'databases=(a) closed=("b c" a); sw_note_databases; tr "\\0" . <"$sw_place/closed"',
        0,
        'a.b c.',
      ],
      [
        'databases=(a) closed=(d); sw_note_databases; tr "\\0" . <"$sw_place/closed"',
        0,
        'a.b c.d.',
      ],
      [
        'sw_allow_connections 15 true',
        0,
        ['a', 'b c', 'd']
          .map(
            (name) =>
              `+ alter database ${name.replace(' ', '\\ ')} allow_connections true, in cluster 15/main\n<psql><postgres><15/main><template1><--set=name=${name}><--set=allow=true>\n`,
          )
          .join(''),
      ],
      ['sw_psql() { return 3; }; sw_allow_connections 15 true; echo went on', 3],
    ],
    AT,
  );
});

const hooks = (...names: string[]): string =>
  `rm -rf etc-common; mkdir -p etc-common/pg_upgradecluster.d; ${names.map((name) => `: >etc-common/pg_upgradecluster.d/${name}; `).join('')}`;

test('where a new cluster has its data', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['sw_default_data', 0, '/var/lib/postgresql/15/main'],
      [
        'pg_conftool() { printf "%s\\n" "$*" >&2; echo "/srv/%v/it\'s %c/%c"; }; sw_default_data',
        0,
        "-s HOST/etc-common/createcluster.conf show data_directory\n/srv/15/it's main/main",
      ],
      ['pg_conftool() { echo /srv/%v//; }; sw_default_data', 0, '/srv/15'],
      ['pg_conftool() { echo /; }; sw_default_data', 0, '/'],
    ],
    AT,
  );
});

test('the copy is made, or all is as it was before', () => {
  const failing = 'there=no; pg_upgradecluster() { return 7; }; sw_is_copied() { return 1; }';
  const told: Row = stops(
    `${failing}; echo auto >"$sw_place/start.conf"; : >"$sw_place/closed"; : >"$sw_place/begun"; sw_copy`,
    'pg_upgradecluster failed with status 7; cluster 13/main serves as before',
  );
  expectApplied(
    temporaryHost(),
    [
      stops(
        'echo auto >"$sw_place/start.conf"; : >"$sw_place/closed"; : >"$sw_place/begun"; sw_copy',
        'cluster 15/main was made while 13/main was listed, which serves as before: nothing was copied',
      ),
      ['[[ ! -e $sw_place/begun ]]; cat etc/13/main/start.conf', 0, 'auto\n'],
      [
        'there=no; sw_copy | tail -n 1',
        0,
        '<pg_upgradecluster><-v><15><13><main><HOST/new data>\n',
      ],
      [
        `there=no; ${hooks('analyze')}sw_new_data=$(sw_default_data); sw_copy | tail -n 1`,
        0,
        '<pg_upgradecluster><--no-start><-v><15><13><main>\n',
      ],
      stops(
        `${failing}; sw_is_copied() { :; }; sw_copy`,
        'pg_upgradecluster copied everything, and then ended with status 7',
      ),
      [
        `${failing}; sw_allow_connections() { echo "allow $*"; }; echo auto >"$sw_place/start.conf"; : >"$sw_place/begun"; sw_copy | grep ^allow`,
        1,
        expect.stringContaining('allow 13 false\n'),
      ],
      told,
      ['cat etc/13/main/start.conf; [[ ! -e $sw_place/begun ]]', 0, 'auto\n'],
    ],
    AT,
  );
});
