import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { all, expectAnswers, expectApplied, stops, type Row } from '../../support/modules.ts';

/** Clusters 13/main and 15/main, whose states are in files; what is done to them is told. */
const CLUSTERS = `cd "\${sw_state%/*}"; sw_postgres_settings=$PWD/etc
sw_old=13 sw_new=15 sw_cluster=main sw_place="$sw_state/clusters/13-15-main" sw_port=5432
mkdir -p etc/13/main etc/15/main "$sw_place" 'data/13 x/global' data/15/global
: >etc/13/main/postgresql.conf; : >etc/15/main/postgresql.conf
printf '\\1\\0\\0\\0\\0\\0\\0\\0' >data/15/global/pg_control; echo old >'data/13 x/global/pg_control'
port_13=5432 port_15=5433 state_13=down state_15=down setting=auto closed=() hba=/etc/hba
sw_look_at_cluster() { local p=port_$1 s=state_$1; port=\${!p} state=\${!s} owner=postgres data=''; }
sw_setting_of() { case $1 in 13) echo "$PWD/data/13 x" ;; *) echo "$PWD/data/15" ;; esac; }
sw_start_setting() { echo "$setting"; }
sw_await_answer() { echo "answers $1\${3:+ $3}"; }
sw_stop_answering() { echo "stop $1"; }
sw_psql() { cat >/dev/null; echo "$hba"; }
sw_note_databases() { echo noted; }
sw_list_contents() { echo "list $1 $3 \${*:4}"; }
sw_finish_copy() { echo "finish $1"; }
sw_start_both_closed() { echo "closed $2 $3"; }
sw_allow_connections() { echo "allow $1 $2"; }
sw_reload_systemd() { :; }
sw_free_port() { echo 5499; }
for name in pg_ctlcluster pg_conftool pg_dropcluster runuser sync; do
  eval "$name() { printf '<%s>' $name \\"\\$@\\"; echo; }"
done
did() { "$@" | sed '/^+/d'; }
`;

const shut = (version: string): string => `allow ${version} false\nstop ${version}\n`;

test('both are compared with nobody let in, and in this order', () => {
  expectApplied(
    temporaryHost(),
    [
      ['did sw_part_ports', 0, ''],
      [
        'port_15=5432 state_13=online; did sw_part_ports',
        0,
        '<pg_ctlcluster><13><main><stop>\n<pg_conftool><13><main><set><port><5499>\n',
      ],
      ...[
        ['', ' told'],
        // What they hold was not told while they let nobody in.
        ['x', ''],
      ].map(([closed, told]): Row => [
        `printf '${closed}' >"$sw_place/closed"; did sw_look_into_both`,
        0,
        `closed 13 15\nanswers 13 sw_ask_contents\nnoted\nallow 13 true\nallow 15 true\nlist 13 HOST/state/clusters/13-15-main/old all${told}\nfinish 15\nlist 15 HOST/state/clusters/13-15-main/new all\n${shut('15')}${shut('13')}`,
      ]),
    ],
    { before: CLUSTERS },
  );
});

test('the note of a proof is of just these two, and only where nothing is lacking', () => {
  const prove = 'sw_look_into_both() { :; }; sw_prove >/dev/null';
  const host = temporaryHost();
  host.allow('comm');
  expectApplied(
    host,
    [
      [
        'sw_note_proved >/dev/null; cat "$sw_place/proved"',
        0,
        expect.stringMatching(/^1\n[0-9a-f]{64} HOST\/data\/13 x\/global\/pg_control\n$/),
      ],
      ['rm "$sw_place/proved"; echo a >"$sw_place/old"; echo a >"$sw_place/new"; ' + prove, 0, ''],
      ['[[ -e $sw_place/proved && -e $sw_place/proving ]]; rm "$sw_place/prov"*', 0],
      // Where nothing can be noted, nobody is shut out.
      ['mkdir "$sw_place/proving"; sw_part_ports() { echo went on; }; ' + prove + ' 2>&1', 1],
      ['rmdir "$sw_place/proving"', 0],
      [
        'printf "a\\nb\\n" >"$sw_place/old"; ' + prove + '; echo went on',
        1,
        expect.stringContaining(
          'cluster 15/main lacks 1 things that 13/main holds: both are stopped, nothing was dropped',
        ),
      ],
      ['[[ -e $sw_place/proved ]]', 1],
      [
        ': >"$sw_place/new"; ' + prove + '; echo went on',
        1,
        expect.not.stringContaining('went on'),
      ],
      [
        ': >"$sw_place/proved"; sw_look_into_both() { return 1; }; sw_prove; echo went on',
        1,
        expect.not.stringContaining('went on'),
      ],
      // Both are shut now, which that would hide.
      ['[[ ! -e $sw_place/proved && -e $sw_place/proving ]]', 0],
      stops(
        ': >"$sw_place/begun"; lost=x; sw_fail_to_prove',
        `to go back to the old one:\n  pg_dropcluster 15 main\n  pg_conftool 13 main set port 5432\n  cp 'HOST/state/clusters/13-15-main'/start.conf HOST/etc/13/main/\n`,
      ),
    ],
    { before: CLUSTERS },
  );
});

const PROVED = 'sw_is_proved() { [[ $1 == drop ]]; }; ';

test('the old cluster is not dropped with anything of the new one in its data', () => {
  const kept = (bash: string): Row =>
    stops(
      `${PROVED}${bash}; sw_drop_old 2>&1 | sed '/<pg_dropcluster>/s/.*/DROPPED/'`,
      'data of cluster 15/main are in HOST/data/13 x, and would go with cluster 13/main: nothing was dropped\nthey are in: HOST/data/13 x/in\n',
    );
  const before = `${CLUSTERS}mkdir -p 'data/13 x/in' data/15/pg_tblspc 'data/13 xy'
data_new=$PWD/data/15
sw_setting_of() { case $1 in 13) echo "$PWD/data/13 x" ;; *) echo "$data_new" ;; esac; }
fresh() { rm -rf data/15/pg_wal data/15/pg_tblspc/*; }
`;
  expectApplied(
    temporaryHost(),
    [
      kept('data_new="$PWD/data/13 x/in"'),
      kept('ln -s "data/13 x" link; data_new=$PWD/link/in'),
      kept('ln -s "$PWD/data/13 x/in" data/15/pg_wal'),
      kept('fresh; ln -s ../../13\\ x/in data/15/pg_tblspc/1'),
      stops(
        `${PROVED}data_new=; sw_drop_old`,
        'where the data of clusters 13/main and 15/main are cannot be told: nothing was dropped',
      ),
      [
        `${PROVED}fresh; ln -s "$PWD/data/13 xy" data/15/pg_tblspc/1; mkdir data/15/pg_tblspc/2; sw_demand_apart`,
        0,
        '',
      ],
      ['fresh; sw_demand_apart', 0, ''],
      // A file that the new cluster is told to read there.
      stops(
        `${PROVED}fresh; mkdir -p etc/15/main; printf '%s\\n' '#' "ssl_cert_file = '$PWD/data/13 x/x.pem'" >etc/15/main/postgresql.conf; sw_demand_apart`,
        'settings of cluster 15/main name files in HOST/data/13 x, which would go with cluster 13/main: nothing was dropped\nthey are: HOST/etc/15/main/postgresql.conf:2\n',
      ),
    ],
    { before },
  );
});

test('the settings of a cluster whose data directory is a mount point are dropped, too', () => {
  expectApplied(
    temporaryHost(),
    [
      stops(
        `${PROVED}sw_drop_old`,
        'pg_dropcluster did not drop cluster 13/main, whose data are in HOST/data/13 x',
      ),
      [
        `${PROVED}pg_dropcluster() { rm -r 'data/13 x/global'; }; did sw_drop_old; ls -A etc/13 'data/13 x'`,
        0,
        'data/13 x:\n\netc/13:\n',
      ],
    ],
    { before: CLUSTERS },
  );
});

test('the new cluster is opened, analysed, and the old one dropped only when it was proved', () => {
  expectApplied(
    temporaryHost(),
    [
      ['did sw_open_new', 0, '<pg_ctlcluster><15><main><start>\nanswers 15\n'],
      ['state_15=online; did sw_open_new', 0, 'answers 15\n'],
      [
        'state_15=online hba=/tmp/pg_hba.x; did sw_open_new',
        0,
        '<pg_ctlcluster><15><main><stop>\n<pg_ctlcluster><15><main><start>\nanswers 15\n',
      ],
      [
        'echo manual >etc/15/main/start.conf; echo auto >"$sw_place/start.conf"; setting=manual; did sw_open_new >/dev/null; cat etc/15/main/start.conf',
        0,
        'auto\n',
      ],
      [
        'echo disabled >etc/15/main/start.conf; setting=disabled; did sw_open_new >/dev/null; cat etc/15/main/start.conf',
        0,
        'disabled\n',
      ],
      [
        'did sw_analyze',
        0,
        '<runuser><-u><postgres><--><vacuumdb><--cluster><15/main><--no-password><--all><--analyze-in-stages>\n',
      ],
      [
        `sw_has_cluster() { :; }; sw_setting_of() { echo "$PWD/empty"; }; mkdir empty; run() { printf '<%s>' "$@"; }; sw_drop_settings 13`,
        0,
        '<rm><-rf><--one-file-system><--><HOST/etc/13/main>',
      ],
      [
        `sw_has_cluster() { :; }; sw_setting_of() { echo "$PWD/empty"; }; : >empty/x; sw_drop_settings 13 2>/dev/null; echo went on`,
        1,
        '',
      ],
      [
        `${PROVED}sw_keep_settings() { echo kept; }; sw_drop_settings() { :; }; sync() { :; }; did sw_drop_old`,
        0,
        expect.stringMatching(/^kept\n<pg_dropcluster>/),
      ],
      stops(
        'sw_is_proved() { return 1; }; sw_drop_old',
        'cluster 13/main has changed since it was compared: it was not dropped',
      ),
      [
        `${PROVED}eval "dropping_$(declare -f pg_dropcluster)"; pg_dropcluster() { dropping_pg_dropcluster "$@"; rm -r etc/13/main; }; sync() { :; }; did sw_drop_old; ls etc/13`,
        0,
        '<pg_dropcluster><13><main>\n',
      ],
      ['sw_drop_old', 0, ''],
      // Where the data are is asked anew before anything is dropped.
      stops(
        'mkdir -p etc/13/main; : >etc/13/main/postgresql.conf; sw_cluster_data[13/main]=/old; sw_is_proved() { echo "${#sw_cluster_data[@]}" >&2; return 1; }; sw_drop_old',
        '0\ncluster 13/main has changed since it was compared',
      ),
    ],
    { before: CLUSTERS },
  );
  expectAnswers(
    temporaryHost(),
    [
      ['owner=x hba=$sw_cluster_hba; sw_is_closed', 0],
      ['owner=x; sw_is_closed', 1],
      ['owner=x; sw_psql() { cat >/dev/null; return 2; }; sw_is_closed', 1],
    ],
    { before: CLUSTERS },
  );
});

test('settings that are not taken over are kept, and told in the end', () => {
  const kept = 'HOST/state/settings/13-main';
  const told = (file: string): string =>
    `note: pg_upgradecluster did not take over these settings of a cluster, which are kept: '${kept}/${file}'\n`;
  expectApplied(
    temporaryHost(),
    [
      [
        'sw_keep_settings; sw_tell_settings; ls "$sw_state"',
        0,
        expect.not.stringContaining('sett'),
      ],
      [
        "mkdir -p etc/13/main/conf.d; : >'etc/13/main/conf.d/a b.conf'; for file in pg_hba.conf environment; do echo x >etc/13/main/$file; echo x >etc/15/main/$file; done; sw_keep_settings; sw_tell_settings",
        0,
        told('conf.d/a b.conf'),
      ],
      ['sw_keep_settings; sw_tell_settings', 0, ''],
      [
        'rm -r etc/13/main/*; sw_keep_settings; cd "$sw_state/settings"; find . -type f',
        0,
        './13-main/conf.d/a b.conf\n',
      ],
      [
        'rm -r "$sw_state/settings/13-main"; mkdir -p "$sw_state/settings/13-main.part/x"; mv etc/13/main etc/real; ln -s ../real etc/13/main; echo y >etc/real/environment; sw_keep_settings; ls -A "$sw_state/settings/13-main"; sw_tell_settings',
        0,
        `environment\n${told('environment')}`,
      ],
      [
        'cp() { return 1; }; rm -r "$sw_state/settings/13-main"; sw_keep_settings; echo went on',
        1,
        '',
      ],
      [
        'rm -r etc/real/*; echo y >etc/real/pg_hba.conf; ln -s gone etc/real/link.conf; sw_keep_settings; find "$sw_state/settings" -name "*.conf" | sort',
        0,
        `${kept}/link.conf\n${kept}/pg_hba.conf\n`,
      ],
      // The copy was made by pg_upgradecluster.
      [
        ': >"$sw_place/begun"; rm -r "$sw_state/settings"; sw_keep_settings; ls "$sw_state/settings/13-main"',
        0,
        'link.conf\n',
      ],
    ],
    { before: `${CLUSTERS}sync() { :; }\n` },
  );
});

const hooks = (...names: string[]): string =>
  `rm -rf etc-common; mkdir -p etc-common/pg_upgradecluster.d; ${names.map((name) => `: >etc-common/pg_upgradecluster.d/${name}; `).join('')}`;

test('what is hooked into pg_upgradecluster', () => {
  expectAnswers(
    temporaryHost(),
    [
      ...all(1, [
        'sw_only_analyzes',
        `${hooks()}sw_only_analyzes`,
        `${hooks('analyze', 'x')}sw_only_analyzes`,
        `${hooks('x')}sw_only_analyzes`,
      ]),
      ...all(0, [`${hooks('analyze')}sw_only_analyzes`]),
    ],
    { before: CLUSTERS },
  );
});
