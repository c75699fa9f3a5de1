import { test } from 'vitest';
import { CLUSTERS } from '../../support/copying.ts';
import { temporaryHost } from '../../support/kinds.ts';
import { expectApplied, stops, type Row } from '../../support/modules.ts';

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

const SETTINGS_AT = 'mkdir -p etc/13/main/conf.d "old data"; printf "%s\\n"';

const toldOf = (place: string): string =>
  `settings of cluster 13/main name files in its data directory, which its successor would look for when that is gone\nthey are: ${place}\nmove these files elsewhere`;
const ofOld = (setting: string, file: string): string =>
  `${SETTINGS_AT} "#" "${setting.replace('DATA', '$PWD/old data')}" >"${file}"; sw_demand_lasting_settings`;

test('settings that name files in the old data directory are told, for these go with it', () => {
  expectApplied(
    temporaryHost(),
    [
      [ofOld("data_directory = 'DATA/'", 'etc/13/main/postgresql.conf'), 0, ''],
      [ofOld("# ssl_cert_file = 'DATA/x.pem'", 'etc/13/main/postgresql.conf'), 0, ''],
      [ofOld("ssl_cert_file = 'DATA too/x.pem'", 'etc/13/main/postgresql.conf'), 0, ''],
      stops(
        ofOld("ssl_cert_file = 'DATA/x.pem'", 'etc/13/main/conf.d/ssl.conf'),
        toldOf('HOST/etc/13/main/conf.d/ssl.conf:2'),
      ),
      stops(
        ofOld("  log_directory='DATA/log'", 'old data/postgresql.auto.conf'),
        toldOf('HOST/etc/13/main/conf.d/ssl.conf:2, HOST/old data/postgresql.auto.conf:2'),
      ),
      ['sw_setting_of() { :; }; sw_demand_lasting_settings', 0, ''],
    ],
    AT,
  );
});

test('what would go on while nobody is let in, or be lost without a word, is told', () => {
  const asked = 'sw_demand_undisturbed; echo went on';
  expectApplied(
    temporaryHost(),
    [
      [asked, 0, 'went on\n'],
      stops(
        `disturbances=(prepared '"x" in "app"' prepared '"y" in "b"'); ${asked}`,
        'cluster 13/main has prepared transactions, which pg_upgradecluster would lose: "x" in "app", "y" in "b"\nend each',
      ),
      // Before the beginning, the application may well be within one.
      [`sw_asking=yes; disturbances=(prepared '"x" in "app"'); ${asked}`, 0, 'went on\n'],
      stops(
        `disturbances=(subscription '"s" in "app"'); ${asked}`,
        'cluster 13/main has subscriptions that are enabled: what they take over while it is copied would be lost: "s" in "app"\n',
      ),
      stops(
        `disturbances=(slot '"s"'); ${asked}`,
        'cluster 13/main has slots of logical replication, which its successor will not have: "s"\n',
      ),
      stops(
        `disturbances=(standbys 'FIRST 1 (a)'); ${asked}`,
        'which its successor does not have yet: synchronous_standby_names is FIRST 1 (a)\n',
      ),
      // All of them together.
      ...['subscriptions that are enabled: ', 'slots of logical replication, '].map((told) =>
        stops(
          `sw_asking=yes; disturbances=(slot '"a"' subscription '"s" in "app"'); ${asked}`,
          told,
        ),
      ),
    ],
    AT,
  );
  const server = `${CLUSTERS.replace(/^sw_list_disturbances.*$/m, '')}sw_psql() { cat >/dev/null; printf '%s\\0' "\${told[@]}"; }\n`;
  expectApplied(
    temporaryHost(),
    [
      ['told=(slot a end); sw_list_disturbances; echo "${found[*]}"', 0, 'slot a end\n'],
      stops('told=(slot a); sw_list_disturbances', 'cannot be told'),
      stops('sw_psql() { return 2; }; sw_list_disturbances', 'cannot be told'),
    ],
    { before: server },
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
        'sw_psql() { cat >&2; }; sw_fail_to_list() { exit 0; }; sw_list_sizes 2>&1 | grep -c "least(greatest(pg_size_bytes(current_setting(.max_wal_size.)), 1073741824,"',
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
