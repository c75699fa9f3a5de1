import { test } from 'vitest';
import { temporaryHost, type Host } from '../../support/kinds.ts';
import { all, ECHO, expectAnswers, expectApplied, stops } from '../../support/modules.ts';

/** Cluster 13/main, which pg_lsclusters tells $listed of; databases $names, after which $ends. */
const SERVER = `cd "\${sw_state%/*}"; sw_postgres_settings=$PWD/etc
mkdir -p etc/13/main; : >etc/13/main/postgresql.conf
listed='13  main  5432 online postgres /d /l' names='app\\0postgres\\0' last='\\0' ends=0
pg_lsclusters() { printf '%s\\n' "$listed"; return "$ends"; }
sw_psql() { local sql; sql=$(cat); [[ $sql != 'select datname'* ]] || printf "$names$last"; }
runs() { local port state owner; "$@"; local status=$?; echo "$port|$state|$owner"; return "$status"; }
`;

const unclear = (listed: string) =>
  [
    `listed='${listed}'; sw_look_at_cluster 13 main`,
    2,
    `pg_lsclusters does not tell how cluster 13/main is: ${listed}\n`,
  ] as const;

test('what pg_lsclusters tells of a cluster', () => {
  const look = 'runs sw_look_at_cluster 13 main';
  expectAnswers(
    temporaryHost(),
    [
      [look, 0, '5432|online|postgres\n'],
      [
        `listed=$'9.6 main 1 down x\\n13 other 2 down y\\n13 main 5433 down,binaries_missing z /d e /l'; ${look}`,
        0,
        '5433|down,binaries_missing|z\n',
      ],
      ['sw_look_at_cluster 13 other', 1, ''],
      ["sw_look_at_cluster 13 '*'", 1, ''],
      unclear(''),
      unclear('9.6 main 1 online x'),
      unclear('13 main ? online x'),
      unclear('13 main 5432 online'),
      ['ends=1; sw_look_at_cluster 13 main', 2, ''],
      [
        'rm etc/13/main/postgresql.conf; ln -s gone etc/13/main/postgresql.conf; sw_has_cluster 13 main',
        0,
      ],
      ...all(0, ['sw_is_online online', 'sw_is_online online,recovery', 'sw_is_online x,online']),
      ...all(1, [
        'sw_is_online down',
        'sw_is_online ""',
        'sw_is_online offline,x',
        'sw_is_online onlined',
      ]),
    ],
    { before: `port='' state='' owner=''\n${SERVER}` },
  );
});

test('databases are told whole, or not at all', () => {
  const list =
    'databases=(); sw_list_databases postgres 13/main; status=$?; printf "[%s]" "${databases[@]}"; exit "$status"';
  expectAnswers(
    temporaryHost(),
    [
      [list, 0, '[app][postgres]'],
      [`names='a b\\0it"s\\n*\\0'; ${list}`, 0, '[a b][it"s\n*]'],
      [`names=''; ${list}`, 0, '[]'],
      [`last=''; ${list}`, 2],
      [`sw_psql() { return 2; }; ${list}`, 2],
      ['databases=(a "b c"); sw_missing_databases a; echo "$?[$sw_text]"', 0, '1[]\n'],
      [
        'databases=(a "b c"); sw_missing_databases "b c" "*" b ""; echo "$?[$sw_text]"',
        0,
        '0[*, b, ]\n',
      ],
      ['databases=(); sw_missing_databases; echo "$?"', 0, '1\n'],
    ],
    { before: SERVER },
  );
});

test('a cluster answers, or what it lacks is told', () => {
  expectAnswers(
    temporaryHost(),
    [
      ...all(0, ['cluster_answers 13 main', 'cluster_answers 13 main app postgres']),
      ...all(1, [
        'cluster_answers 12 main',
        'cluster_answers 13 main gone',
        "listed='13 main 5432 down x'; cluster_answers 13 main",
      ]),
      ...all(2, [
        "last=''; cluster_answers 13 main",
        "listed=''; cluster_answers 13 main >/dev/null",
        'sw_psql() { local sql; sql=$(cat); [[ $sql == *datname* ]] && printf "$names$last"; }; cluster_answers 13 main app',
      ]),
    ],
    { before: SERVER },
  );
  const start = `listed='13 main 5432 down postgres'
    pg_ctlcluster() { echo "pg_ctlcluster $*"; listed='13 main 5432 online postgres'; }`;
  expectApplied(
    temporaryHost(),
    [
      ['answer_from_cluster 13 main app', 0, ''],
      [
        `${start}; answer_from_cluster 13 main`,
        0,
        '+ pg_ctlcluster 13 main start\npg_ctlcluster 13 main start\n',
      ],
      [`${start}; pg_ctlcluster() { return 5; }; answer_from_cluster 13 main; echo went on`, 5],
      stops(
        'answer_from_cluster 12 main',
        'there is no PostgreSQL cluster 12/main\nsee which there are: pg_lsclusters\n',
      ),
      stops(
        'ends=1; answer_from_cluster 13 main',
        'how the PostgreSQL cluster 13/main is cannot be told',
      ),
      stops(
        'answer_from_cluster 13 main app "it\'s"',
        "the PostgreSQL cluster 13/main runs, and does not hold: it's\nthere is: app postgres\n",
      ),
      ["owner=x last=''; sleep() { last='\\0'; }; sw_await_answer 13 main", 0, '+ sleep 2\n'],
      stops(
        "owner=x last=''; sleep() { SECONDS=700; }; sw_await_answer 13 main",
        'the PostgreSQL cluster 13/main does not answer',
      ),
    ],
    { before: `${SERVER}databases=()\n` },
  );
});

function hostWithPsql(): Host {
  const host = temporaryHost();
  host.stub('runuser', `${ECHO}; while [[ $1 != -- ]]; do shift; done; shift; exec "$@"`);
  host.stub('psql', `${ECHO}; echo "$PGDATABASE|$PGOPTIONS"; cat; pwd; exit 3`);
  return host;
}

test('SQL runs as the owner, reads only, and meets no setting of the administrator', () => {
  const options =
    '-c default_transaction_read_only=on -c search_path=pg_catalog -c statement_timeout=0 -c lock_timeout=0';
  const flags =
    '<--no-psqlrc><--no-password><--quiet><--no-align><--tuples-only><--set=ON_ERROR_STOP=1>';
  expectAnswers(hostWithPsql(), [
    [
      "sw_psql 'my user' 13/main 'a=b c' -x <<<'select 1'",
      3,
      `<runuser><-u><my user><--><psql><--cluster><13/main>${flags}<-x>\n<psql><--cluster><13/main>${flags}<-x>\na=b c|${options}\nselect 1\n/\n`,
    ],
    [
      "export PGHOST=elsewhere; sw_psql root '' x </dev/null | sed -n 1p; printf '%s' \"${PGDATABASE:-none}\"",
      0,
      `<psql>${flags}\nnone`,
    ],
  ]);
});

test('databases are told with those that let nobody in, and an owner is asked for once', () => {
  const both =
    'sw_list_both postgres 13/main; status=$?; printf "[%s]" "${databases[@]}" -- "${closed[@]}"; exit "$status"';
  const owner = 'sw_know_owner 13 main; echo "$owner"';
  expectAnswers(
    temporaryHost(),
    [
      [`says="+a\\\\0-b c\\\\0+-d\\\\0\\\\0"; ${both}`, 0, '[a][b c][-d][--][b c]'],
      [`says="\\\\0"; ${both}`, 0, '[--]'],
      [`says="+a\\\\0"; databases=(x) closed=(y); ${both}`, 2, '[--]'],
      [`says=""; ${both}`, 2, '[--]'],
      [
        `${owner}; sw_demand_cluster() { owner=other; }; ${owner}; sw_know_owner 15 main; echo "$owner"`,
        0,
        'me\nme\nother\n',
      ],
    ],
    {
      before: `sw_psql() { cat >/dev/null; printf "$says"; }; sw_demand_cluster() { port=1 owner=me; }; databases=() closed=()\n`,
    },
  );
});
