import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { all, expectAnswers, expectApplied, stops } from '../../support/modules.ts';

/** Clusters 13/main, as it was left when a copy of it was begun, and 15/main; what is done to them is told. */
const CLUSTERS = `cd "\${sw_state%/*}"; sw_postgres_settings=$PWD/etc
sw_old=13 sw_new=15 sw_cluster=main sw_place="$sw_state/clusters/13-15-main" sw_port=5432
sw_new_data="$PWD/new data"
mkdir -p "$sw_place" 'new data'
there=yes state_is=down port_13=5432 port_15=5433 held='' data_13="$PWD/old data" data_15=$sw_new_data
sw_look_at_cluster() { state=$state_is port=5433 owner=postgres data=''; }
sw_has_cluster() { [[ $there == yes ]]; }
sw_setting_of() { local of=\${3%_directory}_$1; echo "\${!of}"; }
sw_list_contents() { echo "listed $1/$2"; printf '%s' "$held" >"$3"; }
sw_start_closed() { echo "start closed $1/$2"; }
sw_stop_cluster() { echo "stop $1/$2"; }
sw_stop_answering() { echo "stop $1/$2 at once"; }
identify() {
  mkdir -p 'new data/global'
  printf "\\\\$1\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0" >'new data/global/pg_control'
}
started() { printf 'postgres %s\\n' "$1" >'new data/postmaster.opts'; }
for name in pg_conftool pg_dropcluster; do eval "$name() { printf '<%s>' $name \\"\\$@\\"; echo; }"; done
`;

const AT = { before: CLUSTERS };

test('a copy is whole once it has the port of the old cluster, or is used', () => {
  expectAnswers(
    temporaryHost(),
    [
      ...all(1, [
        'port_15=5432; sw_is_copied',
        'started x; sw_is_copied',
        'started x; port_15=5432 there=no; sw_is_copied',
        'started x; port_15=5432 data_15=/else; sw_is_copied',
        'started "-c hba_file=/tmp/pg_hba.x.conf"; port_15=5432; sw_is_copied',
      ]),
      ...all(0, [
        'started x; port_15=5432; sw_is_copied',
        'started "-c hba_file=/tmp/pg_hba.x.conf"; port_15=5432 port_13=5433; sw_is_copied',
      ]),
    ],
    AT,
  );
});

/** So many rows the new cluster has. */
const rows = (count: number): string =>
  `held='in "a": table "public"."t" with rows ${count}'$'\\n'; `;

test('what was made by hand since the copy was cut off is not taken for it', () => {
  const host = temporaryHost();
  host.write(
    'state/clusters/13-15-main/old',
    'database "a" in UTF8\nin "a": table "public"."t" with rows 5\nrole "me"\n',
  );
  const looks = 'stop 13/main\nstart closed 15/main\nlisted 15/main\nstop 15/main at once\n';
  const used = `${rows(6)}started x; `;
  expectApplied(
    host,
    [
      ['sw_demand_unused', 0, ''],
      [`${used}sw_demand_unused`, 0, ''],
      [`identify 7; ${used}there=no; sw_demand_unused`, 0, ''],
      [`${used}data_15=/old; sw_demand_unused`, 0, ''],
      [`${rows(6)}started "-c hba_file=/tmp/pg_hba.x.conf"; sw_demand_unused`, 0, ''],
      stops(
        `${used}sw_demand_unused`,
        `${looks}in "a": table "public"."t" with rows 6\nthere are clusters 13/main and 15/main, and both hold something: nothing was dropped\n`,
      ),
      stops(
        `${rows(6)}started "-c hba_file=$sw_cluster_hba"; state_is=online; sw_demand_unused`,
        'listed 15/main\nin "a": table',
      ),
      stops("sw_start_closed() { fail 'does not start'; }; sw_demand_unused", 'does not start'),
      [`started x; ${rows(5)}sw_demand_unused`, 0, looks],
      // What was looked at once is not asked again, also when its removal was cut off.
      [`${used}sw_demand_unused`, 0, ''],
      ['identify 8; state_is=online; sw_demand_unused', 0, 'listed 15/main\n'],
      // A start of it changes that file.
      stops(`identify 9; ${used}sw_demand_unused`, 'both hold something'),
    ],
    AT,
  );
});

test('the data of the old cluster are never where the copy is', () => {
  expectApplied(
    temporaryHost(),
    [
      ['sw_demand_own_copy', 0, ''],
      stops('data_13=$sw_new_data; sw_demand_own_copy', 'where the copy is to be'),
      stops('data_13=$sw_new_data/x; sw_demand_own_copy', 'where the copy is to be'),
      stops('data_13=; sw_demand_own_copy', 'where the copy is to be'),
      stops('data_15=/elsewhere; sw_demand_own_copy', 'both hold something'),
      ['data_15=/elsewhere there=no; sw_demand_own_copy', 0, ''],
    ],
    AT,
  );
});

test('a copy is stale once the old cluster was put back, and is made anew where nobody can have used it', () => {
  const host = temporaryHost();
  const given = 'sw_new_data=; sw_is_given_up && echo "$sw_new_data"';
  const judge =
    'sw_remove_copy() { echo "removed $sw_new_data"; }; sw_default_data() { echo /default; }; sw_judge_other_cluster() { fail other; }; sw_judge_given_up; echo "$sw_new_data"';
  const kept =
    'both hold something: nothing was dropped\nif the old one counts, drop the new one and run this script again: pg_dropcluster --stop 15 main\nthe new one was begun as a copy of the old one, and nothing has found it whole since: do not drop the old one for it; save what was written to the new one before you drop it\n';
  expectAnswers(
    host,
    [
      [given, 1, ''],
      ['printf "5432\n%s\n" "$PWD/new data" >"$sw_place/begun"', 0],
      [given, 0, 'HOST/new data\n'],
      [`there=no; ${given}`, 1, ''],
      [`data_15=; ${given}`, 0, 'HOST/new data\n'],
      [`ln -s "new data" link; data_15=$PWD/link; ${given}`, 0, 'HOST/new data\n'],
      // At first its settings are those of the old cluster.
      [`mkdir "old data"; data_15=$data_13; ${given}`, 0, 'HOST/new data\n'],
      [`data_15=/elsewhere; ${given}`, 1, ''],
      ['sw_was_begun_as_copy', 0, ''],
      ['data_15=$PWD/link; sw_was_begun_as_copy', 0, ''],
      ['data_15=; sw_was_begun_as_copy', 1, ''],
      ['data_15=$data_13; sw_was_begun_as_copy', 1, ''],
      [
        'mv "$sw_place/begun" .; sw_was_begun_as_copy; status=$?; mv begun "$sw_place"; exit "$status"',
        1,
        '',
      ],
    ],
    AT,
  );
  expectApplied(
    host,
    [
      [judge, 0, 'removed HOST/new data\n/default\n'],
      [
        `started "-c hba_file=/tmp/pg_hba.x.conf"; ${judge}`,
        0,
        'removed HOST/new data\n/default\n',
      ],
      ...['$sw_cluster_hba', '/etc/postgresql/15/main/pg_hba.conf'].map((hba) =>
        stops(`started "-c hba_file=${hba}"; ${judge}`, kept),
      ),
      stops(`data_15=; ${judge}`, 'other'),
      stops(`data_15=$data_13; ${judge}`, 'other'),
      stops(`data_13=$sw_new_data; ${judge}`, 'where the copy is to be'),
    ],
    AT,
  );
});

test('an unfinished copy is taken away, and never the old data', () => {
  const host = temporaryHost();
  host.write('elsewhere/kept', '');
  const made = 'mkdir -p "new data/base" etc/15/main; : >"new data/x"';
  expectApplied(
    host,
    [
      ['there=no; rmdir "new data"; sw_remove_copy', 0, ''],
      [
        `${made}; there=no; ln -s ../elsewhere "new data/link"; sw_remove_copy | sed "/^+/d"; ls -A "new data"; ls etc/15`,
        0,
        '',
      ],
      ['ls elsewhere', 0, 'kept\n'],
      // Nor what is mounted in there.
      [
        `${made}; there=no; sw_remove_copy`,
        0,
        "+ find -H 'HOST/new data' -mindepth 1 -xdev -delete\n+ rm -rf --one-file-system -- 'HOST/etc/15/main'\n",
      ],
      [
        `${made}; : >"new data/postmaster.opts"; sw_remove_copy | grep -v "^+"`,
        0,
        '<pg_conftool><15><main><set><data_directory><HOST/new data>\n<pg_conftool><15><main><set><external_pid_file></var/run/postgresql/15-main.pid>\n<pg_dropcluster><15><main>\n',
      ],
      stops(
        `${made}; : >"new data/postmaster.opts"; data_15=/old; sw_remove_copy`,
        'where the data of cluster 15/main are cannot be set',
      ),
      ['ls "new data"', 0, 'base\npostmaster.opts\nx\n'],
    ],
    AT,
  );
});

test('a cluster that is shut when a run ends early is told, with how to have it serve', () => {
  const begun = 'mkdir -p etc/13/main; echo manual >etc/13/main/start.conf';
  const back =
    "cp 'HOST/state/clusters/13-15-main'/start.conf 'HOST/etc/13/main'/ && pg_conftool 13 'main' set port 5432 && { pg_ctlcluster 13 'main' stop; pg_ctlcluster 13 'main' start; }\n";
  const told = `  until this has gone on, PostgreSQL cluster 13/main lets in its owner alone, and is not started at boot\n  to have it serve before: ${back}`;
  const both =
    '  until this has gone on, PostgreSQL clusters 13/main and 15/main let in their owner alone, and are not started at boot\n';
  expectAnswers(
    temporaryHost(),
    [
      ['sw_call_hooks early', 0, ''],
      [`${begun}; sw_tell_closed`, 0, ''],
      ['printf "5432\\n/new\\n" >"$sw_place/begun"; sw_tell_closed 2>&1', 0, told],
      ['sw_call_hooks early 2>&1', 0, told],
      // What pg_upgradecluster, or the proof, may have opened.
      [
        'printf "a\\0b c\\0" >"$sw_place/closed"; sw_tell_closed 2>&1; : >"$sw_place/closed"',
        0,
        `${told}  then these databases of it may be open, which let nobody in; shut them, with alter database … allow_connections false: 'a' 'b c'\n`,
      ],
      // Up to postgresql-common 202, pg_hba.conf is another one meanwhile.
      [
        ': >etc/13/main/pg_hba.conf.pg_upgradecluster; sw_tell_closed 2>&1; rm etc/13/main/pg_hba*',
        0,
        told.replace(
          'before: ',
          "before: mv -T 'HOST/etc/13/main/pg_hba.conf'.pg_upgradecluster 'HOST/etc/13/main/pg_hba.conf' && ",
        ),
      ],
      // The copy is on the port of the old one, and where it is to be; elsewhere nobody is to drop it.
      [
        'port_15=5432 data_15=/new; sw_tell_closed 2>&1',
        0,
        `${both}  to go on: run this script again\n  to have 13/main serve instead, without the copy: pg_dropcluster --stop 15 'main' && ${back}`,
      ],
      ['port_15=5432; sw_tell_closed 2>&1', 0, `${both}  to go on: run this script again\n`],
      [
        ': >"new data/postmaster.pid"; started "-c hba_file=$sw_cluster_hba"; port_15=5432; sw_tell_closed 2>&1 | sed -n 1p',
        0,
        both,
      ],
      // It serves, as somebody has started it.
      ['started "-c x"; port_15=5432; sw_tell_closed', 0, ''],
      ['rm "new data"/*', 0],
      ['echo auto >etc/13/main/start.conf; sw_tell_closed', 0, ''],
      ['echo manual >etc/13/main/start.conf; : >"$sw_place/proved"; sw_tell_closed', 0, ''],
      ['rm "$sw_place/proved"; rm -r etc/13; sw_tell_closed', 0, ''],
      // One that was upgraded by hand, and is being proved, served before that.
      [
        'mv "$sw_place/begun" .; mkdir -p etc/13/main; echo manual >etc/13/main/start.conf; sw_tell_closed; : >"$sw_place/proving"; sw_tell_closed 2>&1',
        0,
        "  until this has gone on, PostgreSQL cluster 15/main lets in its owner alone\n  to have it serve before: pg_ctlcluster 15 'main' stop; pg_ctlcluster 15 'main' start\n",
      ],
      [
        'echo -n a >"$sw_place/closed"; sw_tell_closed 2>&1 | sed 1,2d; : >"$sw_place/closed"',
        0,
        "  then these databases of it may be open, which let nobody in; shut them, with alter database … allow_connections false: 'a'\n",
      ],
      [': >"new data/postmaster.pid"; started "-c x"; sw_tell_closed', 0, ''],
      ['rm "new data"/*; there=no; sw_tell_closed', 0, ''],
      [': >"$sw_place/proved"; sw_tell_closed', 0, ''],
      ['rm "$sw_place/proved" "$sw_place/proving"; rm -r etc/13; mv begun "$sw_place"', 0],
      [
        'mkdir -p etc/9.6/a-b "$sw_state/clusters/9.6-13-a-b"; echo manual >etc/9.6/a-b/start.conf; echo 5 >"$sw_state/clusters/9.6-13-a-b/begun"; sw_tell_closed 2>&1 | sed -n 1p',
        0,
        expect.stringContaining('PostgreSQL cluster 9.6/a-b lets in'),
      ],
    ],
    AT,
  );
});

test('a server is stopped by its data alone', () => {
  expectApplied(
    temporaryHost(),
    [
      ['sw_stop_by_data "$PWD/none"', 0, ''],
      ['mkdir "d e"; echo 1 >"d e/postmaster.pid"; sw_stop_by_data "$PWD/d e"', 0, ''],
      ['echo "x $(touch y)" >"d e/postmaster.pid"; sw_stop_by_data "$PWD/d e"', 0, ''],
      [': >"d e/postmaster.pid"; sw_stop_by_data "$PWD/d e"', 0, ''],
      // What a shell starts in the background ignores SIGINT; a server does not.
      [
        '(cd "d e" && exec env --default-signal=INT bash -c "trap \'exit 0\' INT; printf \'%s\' \\$\\$ >postmaster.pid; while sleep 0.1; do :; done") & while [[ ! -s "d e/postmaster.pid" ]]; do sleep 0.1; done; sw_stop_by_data "$PWD/d e"; wait $!',
        0,
        expect.stringMatching(/^\+ kill -INT (\d+)\n(waiting: process \1 serves HOST\/d e\n)?$/),
      ],
    ],
    AT,
  );
});
