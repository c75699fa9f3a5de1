import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { runtimeModules } from '../../../src/compile/runtime.ts';
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
  const seen = (rest: string, told: string) =>
    [
      `listed=$'13 main 1 down x ${rest}'; ${look} >/dev/null; echo "[$data]"`,
      0,
      `[${told}]\n`,
    ] as const;
  expectAnswers(
    temporaryHost(),
    [
      [look, 0, '5432|online|postgres\n'],
      [
        `listed=$'9.6 main 1 down x\\n13 other 2 down y\\n13 main 5433 down,binaries_missing z /d e /l'; ${look}`,
        0,
        '5433|down,binaries_missing|z\n',
      ],
      seen('/d/13 /var/log/x.log', '/d/13'),
      seen("/it\\'s$(touch\\\\t) log/x", "/it's$(touch\\t)"),
      // An owner whose number has no name any more.
      unclear('13 main 1 down  /srv/a /l.log'),
      // None of these says where the path ends.
      ...[
        '/a b /var/log/x.log',
        '/a /b /var/log/x.log',
        '/a  /var/log/x.log',
        '/a\\t/var/log/x.log',
        '/a /var/log/x.log, csv',
        '/a',
        'a /var/log/x.log',
        '<unknown> /var/log/x.log',
        '',
      ].map((rest) => seen(rest, '')),
      [
        `data=old; ${look} >/dev/null; echo "[$data]"; data=old; sw_look_at_cluster 12 main; echo "[$data]"`,
        0,
        '[/d]\n[]\n',
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
      ...all(0, [
        'cluster_answers 13 main',
        'cluster_answers 13 main app postgres',
        // It has told the list already.
        'asked() { [[ $1 == *datname* ]] && printf "template1\\0\\0"; }; sw_psql() { asked "$(cat)"; }; cluster_answers 13 main template1',
      ]),
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

test('what is copied meets no limit that is set for sessions', () => {
  expectAnswers(temporaryHost(), [
    [
      `run() { bash -c 'echo "$PGOPTIONS <$*>"' "$@"; return 7; }; sw_run_unhindered pg_x 'a b'; echo "$? \${PGOPTIONS-none}"`,
      0,
      '-c statement_timeout=0 -c lock_timeout=0 -c default_transaction_read_only=off -c session_replication_role=replica <a b>\n7 none\n',
    ],
  ]);
});

test('names are told with those that let nobody in', () => {
  const take =
    'opened=(old) closed=(); sw_take_marked "$@"; printf "[%s]" "${opened[@]}" -- "${closed[@]}"';
  expectAnswers(temporaryHost(), [
    [`set -- +a '-b c' +-d '' +e; ${take}`, 0, '[old][a][-d][--][b c]'],
    [`set --; ${take}`, 0, '[old][--]'],
    ['sw_marked_databases | tail -n 1', 0, "select '';\n"],
  ]);
});

test('what was seen of a cluster is noted until it is forgotten', () => {
  const owner = 'sw_know_owner 13 main; echo "$owner"';
  const data = 'sw_know_data 13 main; echo "[$data]"';
  const asked = 'asked of 13 main data_directory';
  const see = 'sw_see_cluster 13 main';
  expectAnswers(
    temporaryHost(),
    [
      [
        `${owner}; told=other; ${owner}; sw_know_owner 15 main; echo "$owner"; sw_forget_clusters; ${owner}`,
        0,
        'me\nme\nother\nother\n',
      ],
      [
        `in=/d; ${see}; in=/e; ${data}; ${see}; ${data}; sw_forget_clusters; ${data}`,
        0,
        `[/d]\n[/e]\n[${asked}]\n`,
      ],
      // It could be told once, and then no more.
      [`in=/d; ${see}; in=; ${see}; ${data}`, 0, `[${asked}]\n`],
      [
        `${data}; sw_setting_of() { echo later; }; ${data}; sw_know_data 15 main; echo "$data"`,
        0,
        `[${asked}]\n[${asked}]\nlater\n`,
      ],
      [
        `sw_setting_of() { :; }; ${data}; sw_setting_of() { echo later; }; ${data}`,
        0,
        '[]\n[later]\n',
      ],
      [`data=mine in=/d; ${owner}; echo "$data"; ${data}`, 0, 'me\nmine\n[/d]\n'],
    ],
    {
      before: `told=me in=
sw_look_at_cluster() { port=1 state=down owner=$told data=$in; }
sw_setting_of() { echo "asked of $*"; }
`,
    },
  );
});

test('what libpq would take from the environment is gone', () => {
  const text = runtimeModules().find(({ name }) => name === 'postgres')?.text ?? '';
  const env = { PATH: process.env['PATH'], PGHOST: 'elsewhere', PGSERVICE: 'x', PGPORT: '1' };
  const told = execFileSync('bash', ['-euc', `${text}\nenv | grep ^PG || echo none`], {
    env,
    encoding: 'utf8',
  });
  expect(told).toBe('none\n');
});
