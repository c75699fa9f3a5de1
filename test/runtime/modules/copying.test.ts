import { test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers, expectApplied, stops, type Row } from '../../support/modules.ts';

/** Clusters 13/main and 15/main; what is done to them is told. */
const CLUSTERS = `cd "\${sw_state%/*}"; sw_postgres_settings=$PWD/etc
sw_old=13 sw_new=15 sw_cluster=main sw_place="$sw_state/clusters/13-15-main" sw_port=5432
sw_new_data="$PWD/new data"
mkdir -p etc/13/main "$sw_place"
state_is=online port_is=5432 setting=auto names=(app) there=yes listed=''
sw_look_at_cluster() { state=$state_is port=$port_is owner=postgres data=''; }
sw_has_cluster() { [[ $there == yes ]]; }
sw_start_setting() { echo "$setting"; }
sw_setting_of() { case $1$3 in *port) echo "$port_is" ;; 13*) echo "$PWD/old data" ;; *) echo "$sw_new_data" ;; esac; }
printf 'port = 5432\\n' >etc/13/main/postgresql.conf
sw_list_databases() { databases=("\${names[@]}"); }
sw_await_answer() { databases=("\${names[@]}"); records=(told); }
state=online port=5432 owner=postgres
sw_list_contents() { [[ $4$5\${records[*]} == -toldtold ]]; echo "listed $1/$2"; printf '%s' "$listed" >"$3"; }
sw_start_closed() { echo "start closed $1/$2"; }
sw_psql() { cat >/dev/null; printf '<%s>' psql "$@"; echo; }
pg_conftool() { [[ $* != *' show '* ]] || return 1; printf '<%s>' pg_conftool "$@"; echo; }
for name in pg_upgradecluster pg_ctlcluster pg_dropcluster systemctl; do
  eval "$name() { printf '<%s>' $name \\"\\$@\\"; echo; }"
done
sync() { :; }
`;

const AT = { before: CLUSTERS };

test('where the copy may go, and from what', () => {
  expectApplied(
    temporaryHost(),
    [
      ['sw_demand_copyable', 0, ''],
      ['mkdir "new data"; sw_demand_copyable', 0, ''],
      stops('state_is=online,recovery; sw_demand_copyable', 'cluster 13/main is a standby'),
      stops(
        'setting=disabled; sw_demand_copyable',
        'cluster 13/main is disabled\nwrite auto or manual into',
      ),
      stops(
        ': >"new data/.hidden"; sw_demand_copyable',
        'HOST/new data is to hold the PostgreSQL cluster 15/main, and is not empty',
      ),
      ['rm -r "new data"; ln -s gone "new data"; sw_demand_empty_data; echo "$?"', 0, '0\n'],
    ],
    AT,
  );
});

test('nothing that the old data directory holds is copied into it, or left there', () => {
  const inside =
    'within those of 13/main\nset data_directory in HOST/etc-common/createcluster.conf';
  const space = 'mkdir -p "old data/pg_tblspc" "old data/s" spaces/s; ln -s ';
  expectApplied(
    temporaryHost(),
    [
      ['mkdir -p "old data x"; sw_new_data="$PWD/old data x"; sw_demand_copyable', 0, ''],
      stops('sw_new_data="$PWD/old data/new"; sw_demand_copyable', inside),
      stops(
        'mkdir "old data"; ln -s "old data" link; sw_new_data=$PWD/link/new; sw_demand_copyable',
        inside,
      ),
      [`${space}"$PWD/spaces/s" "old data/pg_tblspc/1"; sw_demand_copyable`, 0, ''],
      stops(
        `${space}"$PWD/link/s" "old data/pg_tblspc/2"; sw_demand_copyable`,
        'a tablespace of cluster 13/main is in HOST/old data/s, within its data directory',
      ),
      // A tablespace in its place is a directory, and goes with the cluster that it is of.
      ['rm "old data/pg_tblspc/2"; mkdir "old data/pg_tblspc/3"; sw_demand_copyable', 0, ''],
      ['sw_setting_of() { :; }; sw_demand_outside', 0, ''],
    ],
    AT,
  );
});

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
        `listed='prepared transaction "x"'; sw_list_old`,
        'cluster 13/main has prepared transactions, which pg_upgradecluster would lose: "x"',
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

test('room is asked for where the data and the tablespaces are to be', () => {
  const before = `${CLUSTERS}sw_psql() { cat >/dev/null; printf '%s\\0' "\${told[@]}"; }
df() {
  [[ -z \${tell:-} ]] || echo "\${!#}" >&2
  echo Avail; [[ \${!#} != */slow/* ]] && echo '100 /dev/a /' || echo '50 /dev/b /slow mount'
}
told=(100 '' 0 '' end)
`;
  expectApplied(
    temporaryHost(),
    [
      [
        'tell=yes sw_new_data="$PWD/a b/c/d"; mkdir "a b"; sw_demand_room_for_copy',
        0,
        'HOST/a b/\nHOST/a b/\n',
      ],
      ['tell=yes sw_new_data=/nowhere/x; sw_demand_room_for_copy', 0, '/\n/\n'],
      // What the new cluster writes ahead of its data, where these are.
      stops(
        'told[2]=1048576000; sw_demand_room_for_copy',
        '/ has 0 MiB free, and the copy of cluster 13/main can take 1000 MiB there',
      ),
      [
        'sw_psql() { cat >&2; }; sw_fail_to_list() { exit 0; }; sw_list_sizes 2>&1 | grep -c "least(greatest(pg_size_bytes(current_setting(.max_wal_size.)), 1073741824),"',
        0,
        '1\n',
      ],
      stops(
        'told[0]=1048576000; sw_demand_room_for_copy',
        '/ has 0 MiB free, and the copy of cluster 13/main can take 1000 MiB there',
      ),
      [
        'mkdir -p "slow/a b"; told=(60 "" 50 "$PWD/slow/a b" 30 /nowhere 10 "" end); sw_demand_room_for_copy',
        0,
        '',
      ],
      stops(
        'told=(60 "" 0 "$PWD/slow/a b" 31 /nowhere 10 "" end); sw_demand_room_for_copy',
        '/ has 0 MiB free',
      ),
      stops(
        'told=(60 "" 51 "$PWD/slow/a b" 0 "" end); sw_demand_room_for_copy',
        '/slow mount has 0 MiB free',
      ),
      ['told=(60 "" 30 pg_tblspc/1 10 "" end); sw_demand_room_for_copy', 0, ''],
      ...['end', "''", '1 "" end', '1 "" 2 ""'].map((sizes) =>
        stops(`told=(${sizes}); sw_demand_room_for_copy`, 'cannot be told'),
      ),
      stops('sw_psql() { return 2; }; sw_demand_room_for_copy', 'cannot be told'),
    ],
    { before },
  );
});

test('the port of the old cluster is set where pg_upgradecluster changes it', () => {
  const settings = 'mkdir -p etc/13/main/conf.d "old data"; printf "%s\\n"';
  const main = 'etc/13/main/postgresql.conf';
  const refused = (file: string, line: string, told: string): Row =>
    stops(
      `${settings} '${line}' >>"${file}"; sw_demand_copyable`,
      `${told} the port of cluster 13/main, and one line of HOST/${main} has to\n`,
    );
  const ask = 'sw_demand_settable_port';
  expectApplied(
    temporaryHost(),
    [
      [
        `${settings} '#port = 1' "portal = 'x'" 'work_mem = 1' >etc/13/main/conf.d/a.conf; ${ask}`,
        0,
        '',
      ],
      [`${settings} 'port = 1' >etc/13/main/conf.d/a.conf.off; ${ask}`, 0, ''],
      [`: >${main}; ${ask}`, 0, ''],
      [`echo "  PORT='5432' # x" >${main}; ${ask}`, 0, ''],
      [`echo "port 5432" >${main}; ${ask}`, 0, ''],
      [`printf 'port = 5432 # \\374\\n' >${main}; ${ask}`, 0, ''],
      stops(`: >${main}; port=5433; ${ask}`, 'a file that is included sets the port of'),
      stops(
        `echo port=1 >${main}; ${ask}`,
        'several lines, or a file that it includes, set the port',
      ),
      refused(main, 'port=5432', 'several lines, or a file that it includes, set'),
      [`echo port=5432 >${main}; ${ask}`, 0, ''],
      refused(
        'etc/13/main/conf.d/b c.conf',
        ' port = 5433',
        'HOST/etc/13/main/conf.d/b c.conf sets',
      ),
      ['rm etc/13/main/conf.d/b*', 0],
      refused(
        'old data/postgresql.auto.conf',
        'PORT 5433',
        'HOST/old data/postgresql.auto.conf sets',
      ),
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
      told,
      ['cat etc/13/main/start.conf; [[ ! -e $sw_place/begun ]]', 0, 'auto\n'],
    ],
    AT,
  );
});
