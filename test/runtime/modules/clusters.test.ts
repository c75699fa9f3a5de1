import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { all, expectAnswers, expectApplied, stops } from '../../support/modules.ts';

/** Clusters 13/main, 13/other and 15/main; the databases of each version and name. */
const SERVER = `cd "\${sw_state%/*}"; sw_postgres_settings=$PWD/etc
for each in 13/main 13/other 15/main; do mkdir -p "etc/$each"; : >"etc/$each/postgresql.conf"; done
declare -A holds=([13/main]='app\\0postgres\\0' [13/other]='app\\0it"s\\n*\\0' [15/main]='postgres\\0')
down=' ' clusters=() named=() databases=() here=() sw_text=''
pg_lsclusters() {
  [[ $down == *" $2/$3 "* ]] && echo "$2 $3 5432 down postgres" || echo "$2 $3 5432 online postgres"
}
sw_psql() { local sql; sql=$(cat); case $sql in
  'select datname'*) printf "\${holds[$2]}\\0" ;;
  'select unnest'*) printf '%s\\0\\0%s\\0\\0end\\0' "\${size:-10}" 0 ;;
esac; }
silent=' '
pg_conftool() { [[ $2 == /* || $silent == *" $2/$3 "* ]] || echo "/data/$2/$3"; }
`;

test('two lists come as one, with -- between them', () => {
  const show = 'printf "[%s]" "${clusters[@]}" -- "${named[@]}"';
  expectAnswers(
    temporaryHost(),
    [
      [`sw_split_names a b -- c; ${show}`, 0, '[a][b][--][c]'],
      [`clusters=(x) named=(y); sw_split_names --; ${show}`, 0, '[--]'],
      [`sw_split_names -- c 'd e' '*'; ${show}`, 0, '[--][c][d e][*]'],
      [`sw_split_names a --; ${show}`, 0, '[a][--]'],
      ['clusters=(a); sw_is_any_named', 0, ''],
      ['sw_is_any_named', 2, 'no PostgreSQL cluster is named\n'],
    ],
    { before: SERVER },
  );
});

test('what of the named databases a cluster has, and what none has', () => {
  const find = 'sw_find_named; printf "[%s]" "${here[@]}"';
  const lacks = 'sw_lacks_named 13; echo "$?[$sw_text]"';
  expectAnswers(
    temporaryHost(),
    [
      [`databases=(a 'b c' $'d\\n') named=('b c' e a 'b*'); ${find}`, 0, '[b c][a]'],
      [`here=(old) databases=(a); ${find}`, 0, '[]'],
      [`databases=(a b) named=(b) clusters=(x); ${lacks}`, 0, '1[]\n'],
      [`databases=(a) clusters=(x); ${lacks}`, 0, '1[]\n'],
      [
        `databases=(a b) named=(c b d) clusters=(x y); ${lacks}`,
        0,
        '0[none of the PostgreSQL clusters 13/x, 13/y holds: c, d]\n',
      ],
      [`named=(c); ${lacks}`, 0, '0[none of the PostgreSQL clusters of version 13 holds: c]\n'],
    ],
    { before: SERVER },
  );
});

test('what would keep a cluster from being copied is told before anything is changed', () => {
  const ask =
    'require_clusters main other -- 13 15; printf "%s|" "${sw_refusals[@]}"; [[ ! -e $sw_state/failure ]]';
  const mounts = 'df() { printf "Avail Filesystem Mounted\\n%s none /data\\n" "${avail:-10}"; }; ';
  expectApplied(
    temporaryHost(),
    [
      [`${mounts}${ask}`, 0, '|'],
      [
        `${mounts}silent=' 13/other '; ${ask}`,
        0,
        "cluster 13/other does not say where its data are|write into HOST/etc/13/other/postgresql.conf: data_directory = 'PATH' (see: pg_lsclusters); nothing was copied|",
      ],
      [
        `${mounts}avail=5000000 size=9000000; down=' 13/other '; ${ask}`,
        0,
        '/data has 4 MiB free, and the copy of cluster 13/main can take 8 MiB there|make room there; nothing was copied|',
      ],
      [
        `${mounts}echo disabled >etc/13/other/start.conf; echo port = 5433 >etc/13/main/postgresql.conf; ${ask}`,
        0,
        expect.stringMatching(
          /^several lines, or a file that it includes, set the port of cluster 13\/main, .*; nothing was copied\|cluster 13\/other is disabled\|write auto [^|]*\|$/,
        ),
      ],
      [
        `${mounts}rm etc/13/other/start.conf; echo port = 5432 >etc/13/main/postgresql.conf; mkdir -p data/pg_tblspc new/15/main new/15/other; ln -s "$PWD/data/s" data/pg_tblspc/1; touch new/15/{main,other}/kept
pg_conftool() { if [[ $2 == /* ]]; then echo "$PWD/new/%v/%c"; else echo "$PWD/data"; fi; }; ${ask}`,
        0,
        expect.stringMatching(
          // What is in the place of 15/main may be that cluster's own.
          /^a tablespace of cluster 13\/main is in HOST\/data\/s, [^|]*\|[^|]*\|a tablespace of cluster 13\/other [^|]*\|[^|]*\|HOST\/new\/15\/other is to hold the PostgreSQL cluster 15\/other, and is not empty\|[^|]*\|$/,
        ),
      ],
    ].filter(() => process.getuid?.() === 0) as never,
    { before: SERVER },
  );
});

test('clusters that are there in none of the versions are all told', () => {
  const absent = 'sw_find_absent 13 15; printf "%s" "$sw_text"';
  const refused = 'printf "%s\\n" "${sw_refusals[@]}"';
  const see = 'name those that are to be upgraded; see which there are: pg_lsclusters\n';
  expectApplied(
    temporaryHost(),
    [
      [`clusters=(main other); ${absent}`, 0, ''],
      [`clusters=(gone main '*' lost); ${absent}`, 0, 'gone, *, lost'],
      [`clusters=(other); sw_find_absent 15; printf "%s" "$sw_text"`, 0, 'other'],
      [
        `rm etc/13/other/postgresql.conf; ln -s gone etc/13/other/postgresql.conf; clusters=(other); ${absent}`,
        0,
        '',
      ],
      ['clusters=(main other); sw_demand_clusters 13 15', 0, ''],
      stops(
        'clusters=(gone main lost); sw_demand_clusters 13 15',
        'there is no PostgreSQL cluster of version 13 or 15 with the name: gone, lost\n',
      ),
      stops(
        'clusters=(other); sw_demand_clusters 15',
        'there is no PostgreSQL cluster of version 15 with the name: other\n',
      ),
      stops('sw_demand_clusters 15', 'no PostgreSQL cluster is named\n'),
      [`require_clusters main other -- 13 15; ${refused}`, 0, '\n'],
      [
        `require_clusters main -- 9.6 13 15; ${refused}`,
        0,
        "note: this PostgreSQL cluster is not named, and stays one of version 13: 'other'\n\n",
      ],
      [`require_clusters main -- 15; ${refused}`, 0, '\n'],
      [`rm -r etc/13/other/*; require_clusters main -- 13 15; ${refused}`, 0, '\n'],
      [
        `require_clusters lost main gone -- 13 15; ${refused}`,
        0,
        `there is no PostgreSQL cluster of version 13 or 15 with the name: lost, gone\n${see}`,
      ],
      [`require_clusters -- 13 15; ${refused}`, 0, `no PostgreSQL cluster is named\n${see}`],
      [
        `: >etc/13/other/postgresql.conf; sw_psql() { return 2; }; down=' 13/other '; require_clusters main other -- 13 15; ${refused}`,
        0,
        ['13', '15']
          .map(
            (version) =>
              `PostgreSQL cluster ${version}/main does not tell its owner, postgres, which databases it holds\nlet it in, by a first line "local all postgres peer" in HOST/etc/${version}/main/pg_hba.conf: see pg_lsclusters; pg_ctlcluster ${version} main reload\n`,
          )
          .join(''),
      ],
      [
        `pg_lsclusters() { echo "$2 $3 5432 down,recovery postgres"; }; require_clusters other -- 13; ${refused}`,
        0,
        'PostgreSQL cluster 13/other is a standby of another one\nupgrade that one first, or do not name this one\n',
      ],
      [
        `pg_lsclusters() { echo broken; }; require_clusters other -- 13; ${refused}`,
        0,
        expect.stringContaining(
          'cluster 13/other does not tell its owner which databases it holds\n',
        ),
      ],
      [`sw_begun=yes; require_clusters gone -- 13; ${refused}`, 0, '\n'],
    ],
    { before: SERVER },
  );
});

test('one after the other is upgraded, and a failure is the end', () => {
  const one = `upgrade_cluster() { printf '<%s>' "$@"; echo; [[ $3 != other ]]; }
plan_cluster_upgrade() { printf '<%s>' "$@"; echo; }
`;
  expectApplied(
    temporaryHost(),
    [
      [
        'upgrade_cluster() { printf "<%s>" "$@"; }; upgrade_clusters 13 15 keep - main other',
        0,
        '<13><15><main><keep><-><13><15><other><keep><->',
      ],
      [
        'upgrade_clusters 13 15 drop analyze main other main; echo went on',
        1,
        '<13><15><main><drop><analyze>\n<13><15><other><drop><analyze>\n',
      ],
      stops('upgrade_clusters 13 15 drop - main gone', 'with the name: gone\n'),
      [
        'plan_clusters_upgrade 13 15 drop - main other',
        0,
        '<13><15><main><drop><->\n<13><15><other><drop><->\n',
      ],
    ],
    { before: SERVER + one },
  );
});

test('each is upgraded, and together they hold what was named', () => {
  const successor = `
sw_look_at_successor() {
  [[ $3 != bad ]] || return "$4"
  sw_new=$2 sw_old=$1 sw_cluster=$3 expected=()
  databases=(postgres template1)
  case $3 in main) databases+=(app "it's") expected=("it's") ;; short) expected=(app) ;; esac
}
`;
  const ask = 'clusters_are_upgraded 13 15';
  expectAnswers(
    temporaryHost(),
    [
      ...all(0, [
        `${ask} drop main --`,
        `${ask} drop main -- app`,
        `${ask} drop main x -- postgres`,
      ]),
      [`${ask} drop main -- app gone`, 1, 'none of the PostgreSQL clusters 15/main holds: gone\n'],
      [`${ask} drop short --`, 1, 'the PostgreSQL cluster 15/short does not hold: app\n'],
      [`${ask} drop main short --`, 1, 'the PostgreSQL cluster 15/short does not hold: app\n'],
      [`${ask} drop main x -- app`, 2, expect.stringContaining('15/x holds no database')],
      [`${ask} 1 main bad --`, 1, ''],
      [`${ask} 2 bad main --`, 2, ''],
      [`${ask} drop -- app`, 2, 'no PostgreSQL cluster is named\n'],
    ],
    { before: SERVER + successor },
  );
});

test('all answer, wherever a database is', () => {
  expectAnswers(
    temporaryHost(),
    [
      ...all(0, [
        'clusters_answer 13 main other --',
        'clusters_answer 13 main other -- postgres app',
        'clusters_answer 13 other main -- app',
      ]),
      ...all(1, [
        'clusters_answer 13 main -- gone',
        'clusters_answer 15 main other -- postgres',
        'down=" 13/other "; clusters_answer 13 main other -- app',
        // It is online, and still reads its journal.
        `sw_psql() { [[ $2 != 13/other ]] && printf 'app\\0\\0'; }; clusters_answer 13 main other -- app`,
      ]),
      ...all(2, [
        'clusters_answer 13 -- app',
        'pg_lsclusters() { :; }; clusters_answer 13 main -- app >/dev/null',
        `sw_psql() { local sql; sql=$(cat); [[ $sql != 'select 1' || $2 != 13/other ]] && printf 'app\\0\\0'; }
          clusters_answer 13 main other -- app`,
      ]),
    ],
    { before: SERVER },
  );
});

test('those that are down are started', () => {
  const start = `pg_ctlcluster() { echo "started $1/$2"; down=' '; }; down=' 13/other '`;
  expectApplied(
    temporaryHost(),
    [
      ['answer_from_clusters 13 main other -- app postgres', 0, ''],
      [
        `${start}; answer_from_clusters 13 main other -- app`,
        0,
        '+ pg_ctlcluster 13 other start\nstarted 13/other\n',
      ],
      [
        `${start}; pg_ctlcluster() { return 5; }; answer_from_clusters 13 other main --; echo went on`,
        5,
      ],
      stops(
        'answer_from_clusters 13 main other -- app gone',
        'none of the PostgreSQL clusters 13/main, 13/other holds: gone\n',
      ),
      stops('answer_from_clusters 15 main other -- app', 'of version 15 with the name: other\n'),
      [
        `${start}; plan_clusters_start 13 main other gone`,
        0,
        '           pg_ctlcluster 13 other start\n           pg_ctlcluster 13 gone start\n',
      ],
    ],
    { before: SERVER },
  );
});
