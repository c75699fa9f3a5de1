import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers, expectApplied, stops, type Row } from '../../support/modules.ts';

const AT = `cd "\${sw_state%/*}"; sw_postgres_settings=$PWD/etc; sw_cluster_hba=$PWD/hba.conf
mkdir -p 'etc/13/a b'
state=down
sw_look_at_cluster() { port=5432 owner=postgres data=''; [[ $2 != gone ]]; }
pg_ctlcluster() { echo "pg_ctlcluster $*"; }
`;

const says = (content: string, setting: string) =>
  [`printf '${content}' >'etc/13/a b/start.conf'; sw_start_setting 13 'a b'`, 0, setting] as const;

test('when a cluster is started, as its file says', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['sw_start_setting 13 "a b"', 0, 'auto'],
      says('', 'auto'),
      says('auto\\n', 'auto'),
      says('manual\\n', 'manual'),
      says('# auto\\n\\n  disabled # no\\nauto\\n', 'disabled'),
      says('manual', 'manual'),
      says('# x\\ndisabled', 'disabled'),
      says('# nothing', 'auto'),
    ],
    { before: AT },
  );
});

const state = (value: string) =>
  `sw_look_at_cluster() { port=1 owner="it's" state=${value} data=''; }`;

test('it is started and stopped as it is', () => {
  expectApplied(
    temporaryHost(),
    [
      [
        `${state('online')}; sw_stop_cluster 13 'a b'`,
        0,
        "+ pg_ctlcluster 13 'a b' stop\npg_ctlcluster 13 a b stop\n",
      ],
      [`${state('down')}; sw_stop_cluster 13 'a b'`, 0, ''],
      [`${state('online')}; pg_ctlcluster() { return 2; }; sw_stop_cluster 13 a; echo went on`, 2],
      stops('sw_stop_cluster 13 gone', 'there is no PostgreSQL cluster 13/gone'),
      [
        `${state('online')}; sw_look_and_stop 13 'a b' >/dev/null; echo "$port $state $owner"`,
        0,
        "1 online it's\n",
      ],
      [
        "sw_look_at_cluster() { echo looked; }; sw_stop_answering 13 'a b'",
        0,
        "+ pg_ctlcluster 13 'a b' stop\npg_ctlcluster 13 a b stop\n",
      ],
      // It went down by itself.
      [
        'pg_ctlcluster() { return 2; }; sw_stop_answering 13 a; echo went on',
        0,
        '+ pg_ctlcluster 13 a stop\nwent on\n',
      ],
      ...[1, 3].map((status): Row => [
        `pg_ctlcluster() { return ${status}; }; sw_stop_answering 13 a; echo went on`,
        status,
        '+ pg_ctlcluster 13 a stop\n',
      ]),
      [
        'pg_ctlcluster() { return 1; }; (sw_stop_answering 13 \'a b\') &>/dev/null || cat "$sw_state/failure"; rm "$sw_state/failure"',
        0,
        "1\npg_ctlcluster 13 'a b' stop\n",
      ],
      [
        'pg_conftool() { echo /d; }; sw_old=13 sw_cluster=a; sw_demand_told_data; sw_demand_told_data 15',
        0,
        '',
      ],
      stops(
        'pg_conftool() { [[ $2 != 15 ]]; }; sw_old=13 sw_cluster=a; sw_demand_told_data 15',
        'cluster 15/a does not say where its data are',
      ),
      stops(
        'pg_ctlcluster() { return 1; }; sw_start_cluster 13 main',
        'the PostgreSQL cluster 13/main does not start',
      ),
      [
        'sw_start_cluster 13 main -o "-c x=y"',
        0,
        "+ pg_ctlcluster 13 main start -o '-c x=y'\npg_ctlcluster 13 main start -o -c x=y\n",
      ],
      [
        `${state('down')}; sw_start_closed 13 main >/dev/null; cat hba.conf`,
        0,
        "local all it's peer\n",
      ],
      stops('sw_start_closed 13 gone', 'there is no PostgreSQL cluster 13/gone'),
    ],
    { before: AT },
  );
});

test('two are started at the same time', () => {
  const both = 'sw_start_both_closed a 13 15';
  // Each ends when the other one has begun.
  const meet =
    'pg_ctlcluster() { : >"$1"; for ((k = 0; k < 100; k++)); do [[ ! -e 13 || ! -e 15 ]] || return 0; sleep 0.1; done; return 9; }';
  const told = '2>&1 | grep -v "^+" | sort';
  const each = 'sw_look_at_cluster() { port=1 owner=o$1 state=down data=; }';
  expectApplied(
    temporaryHost(),
    [
      [`${each}; ${meet}; ${both} >/dev/null; ls -d 1?`, 0, '13\n15\n'],
      ['cat hba.conf', 0, 'local all o13 peer\nlocal all o15 peer\n'],
      ...['13', '15'].map((version): Row => [
        `pg_ctlcluster() { [[ $1 != ${version} ]] || return 1; sleep 0.3; echo "$1 ended"; }; (${both}; echo went on) ${told}`,
        1,
        expect.stringMatching(
          new RegExp(
            `^${version === '13' ? '15' : '13'} ended\nsee the message above, .*\nthe PostgreSQL cluster ${version}/a does not start\n$`,
          ),
        ),
      ]),
      stops('sw_start_both_closed gone 13 15', 'there is no PostgreSQL cluster 13/gone'),
      // A signal.
      [
        'trap \'sw_stop=yes\' TERM; me=$BASHPID; (sleep 0.1; kill -TERM "$me"; sleep 0.2; echo ended) & sw_join "$!"; echo "$sw_stop"',
        0,
        'ended\nyes\n',
      ],
      ['(exit 3) & first=$!; (exit 4) & sw_join "$first" "$!"; echo went on', 3],
      ['(exit 0) & first=$!; (exit 4) & sw_join "$first" "$!"; echo went on', 4],
    ],
    { before: AT },
  );
});

test('settings are read and set by the tools of Debian', () => {
  const host = temporaryHost();
  host.stub('pg_conftool', '[[ $* != *none* ]] || exit 1; echo "/d e"');
  expectApplied(host, [
    ["sw_setting_of 13 'a b' data_directory", 0, '/d e\n'],
    ["sw_setting_of 13 'a b' none", 0, ''],
    ["sw_set_port 13 'a b' 5433", 0, "+ pg_conftool 13 'a b' set port 5433\n/d e\n"],
    ['sw_set_port 13 none 5433; echo went on', 1],
  ]);
  expect(host.calls('pg_conftool').map(({ args }) => args.join('|'))).toEqual([
    '-s|13|a b|show|data_directory',
    '-s|13|a b|show|none',
    '13|a b|set|port|5433',
    '13|none|set|port|5433',
  ]);
});

const ports = (first: number, count: number) =>
  Array.from({ length: count }, (_, at) => `13 c${at} ${first + at} down x`).join('\\n');

test('a port that no cluster has, and an identifier as every cluster has one', () => {
  const host = temporaryHost();
  host.write('data/global/pg_control', '\x01\x02\0\0\0\0\0\0more');
  host.write('cut/global/pg_control', '');
  expectAnswers(
    host,
    [
      ['pg_lsclusters() { :; }; sw_free_port', 0, '5433'],
      [`pg_lsclusters() { printf '${ports(5433, 3)}'; }; sw_free_port`, 0, '5436'],
      [
        "pg_lsclusters() { printf '13  5433  54331   online 5434 /5435 '; }; sw_free_port",
        0,
        '5433',
      ],
      [`pg_lsclusters() { printf '${ports(5433, 100)}'; }; sw_free_port`, 1, ''],
      ['pg_lsclusters() { :; }; sw_port_answers() { (($1 < 5435)); }; sw_free_port', 0, '5435'],
      ['sw_system_identifier data', 0, '513'],
      ['sw_system_identifier cut', 0, ''],
      ['sw_system_identifier gone 2>/dev/null', 1, ''],
    ],
    { before: `${AT}sw_port_answers() { return 1; }\n` },
  );
});

test('a port is taken where something listens on this machine alone', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expectAnswers(temporaryHost(), [[`sw_port_answers ${port}`, 0, '']]);
  server.close();
  await once(server, 'close');
  expectAnswers(temporaryHost(), [[`sw_port_answers ${port}`, 1, '']]);
});

test('tools that are at work are waited for, and systemd learns of a change where it runs', () => {
  const host = temporaryHost();
  expectApplied(
    host,
    [
      [
        'cp "$(readlink -f "$(type -P sleep)")" pg_dropcluster; ./pg_dropcluster 9 & pid=$!; sleep 0.2; sleep() { ! kill "$pid" 2>/dev/null || echo ended; wait "$pid" || :; }; sw_await_cluster_tools',
        0,
        // This machine's own tools may be at work, too.
        expect.stringMatching(
          /^waiting: process \d+ \(\w+\) works on a PostgreSQL cluster\n(.*\n)*ended\n/,
        ),
      ],
      [
        'sw_find_cluster_tool() { holder=x; }; sleep() { : >"$sw_state/stop"; }; sw_await_cluster_tools; echo went on',
        143,
        'waiting: x\nstopped before: true\n',
      ],
      ['rm "$sw_state/stop"', 0],
      [
        'systemctl() { echo "systemctl $*"; }; sw_reload_systemd | tail -n 1',
        0,
        expect.stringMatching(/^(systemctl daemon-reload\n)?$/),
      ],
    ],
    { before: AT },
  );
});

test('what lies below a folder, links followed', () => {
  const make =
    'mkdir -p old/ts older new; ln -s "$PWD/old/ts" new/link; ln -s "$PWD/older" new/out';
  expectAnswers(temporaryHost(), [
    [`${make}; sw_print_below "$PWD/old" "$PWD/new"`, 0, ''],
    ['sw_print_below "$PWD/old" new/link new/out old', 0, 'HOST/home/old/ts\nHOST/home/old\n'],
    ['sw_print_below old "$PWD/old/not there" older', 0, 'HOST/home/old/not there\n'],
    ['sw_print_below old', 0, ''],
  ]);
});
