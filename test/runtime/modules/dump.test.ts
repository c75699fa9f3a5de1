import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { all, expectAnswers, expectApplied, stops, type Row } from '../../support/modules.ts';

/** A server that is cluster $identifier, and dumps database "my db". */
const SERVER = `cd "\${sw_state%/*}"; sw_postgres_programs=$PWD/programs; f="$PWD/d e/-f"
server=7 size=100 reads=0
sw_psql() {
  local sql; sql=$(cat)
  case $sql in *identifier*) [[ -n $server ]] && echo "$server" ;; *size*) echo "$size" ;; esac
}
pg_restore() { return "$reads"; }
pg_dump() { printf '<%s>' pg_dump "$@"; }
runuser() { printf '<%s>' runuser "$@"; echo; }
df() { printf 'Avail\\n100\\n'; }
sync() { :; }
note() { mkdir -p "d e"; echo x >"$f"; touch -d "\${2:-now}" "$f"; sw_note_dump "$f" "$f" "$1"; }
`;

const ask = 'dump_is_whole "$f" "my db" postgres 13/main';

test('a dump is whole when it was noted, is as it was, and can be read', () => {
  const answers: [string, number][] = [
    [`note 7; ${ask}`, 0],
    [`note 7; rm "$f"; ${ask}`, 1],
    [`note 7; : >"$f"; ${ask}`, 1],
    [`note 7; echo xy >"$f"; ${ask}`, 1],
    [`note 7; touch -d yesterday "$f"; ${ask}`, 1],
    [`note 7; cp "$f" y; mv y "$f"; ${ask}`, 1],
    [`note 7; rm "$sw_state/dumps"; ${ask}`, 1],
    [`note 7; : >"$sw_state/dumps"; ${ask}`, 1],
    [`note 7; printf %s "$(<"$sw_state/dumps")" >"$sw_state/dumps"; ${ask}`, 1],
    [`note 7; dump_is_whole "$f.other" db x`, 1],
    [`note 7; reads=1; ${ask}`, 1],
    [`note 7; reads=127; ${ask}`, 2],
    [`note 7 '2 days ago'; ${ask}`, 1],
    [`note 7 '2 days ago'; server=; ${ask}`, 0],
    [`note 7 '2 days ago'; server=8; ${ask}`, 0],
    [`note 7 '23 hours ago'; ${ask}`, 0],
  ];
  expectAnswers(
    temporaryHost(),
    answers.map(([bash, status]) => [bash, status, '']),
    { before: SERVER },
  );
});

/** Cluster 13/main has identifier 7 and is started at boot; 13/other has none that can be read. */
const CLUSTERS = `${SERVER}sw_postgres_settings=$PWD/etc
make() { mkdir -p "etc/$1" "data/$1/global"; : >"etc/$1/postgresql.conf"; printf '%b' "$2" >"data/$1/global/pg_control"; }
sw_setting_of() { [[ $1/$2 == 13/other ]] || echo "$PWD/data/$1/$2"; }
hand() { mkdir -p "$sw_state/clusters/$1"; : >"$sw_state/clusters/$1/$2"; echo manual >etc/13/main/start.conf; }
make 13/main '\\7\\0\\0\\0\\0\\0\\0\\0'; make 13/other ''
note 7 '2 days ago'
`;

/** What is said of a cluster that may serve again. */
function silent(cluster: string): string {
  return `cluster ${cluster} does not answer, and HOST/d e/-f is of more than a day ago: whether that is the last of it cannot be told\nif it was upgraded by hand, or nothing was written since, leave this step out: --skip\nelse wait until it answers, or start it: pg_ctlcluster ${cluster.replace('/', ' ')} start\n`;
}

test('an old dump is the last word of a cluster that is gone or has handed over', () => {
  const any = 'dump_is_whole "$f" "my db" postgres';
  expectAnswers(
    temporaryHost(),
    [
      [ask, 1, ''],
      [`server=; ${ask}`, 2, silent('13/main')],
      // It was dropped and made anew.
      [`server=8; ${ask}`, 1, ''],
      [`hand 13-15-main begun; server=; ${ask}`, 0, ''],
      [`rm -r "$sw_state/clusters"; hand 13-15-main proved; server=; ${ask}`, 0, ''],
      [`server=8; ${ask}`, 0, ''],
      // Its copy was cut off, and it serves.
      [ask, 1, ''],
      [`echo auto >etc/13/main/start.conf; server=; ${ask}`, 2, silent('13/main')],
      [
        `rm -r "$sw_state/clusters"; hand 13-15-other-main begun; server=; ${ask}`,
        2,
        silent('13/main'),
      ],
      [`rm etc/13/main/postgresql.conf; server=; ${ask}`, 0, ''],
      [`server=; ${any}`, 0, ''],
      [`make 13/main '\\7\\0\\0\\0\\0\\0\\0\\0'; server=; ${any}`, 2, silent('13/main')],
      [any, 1, ''],
      [`server=8; ${any}`, 0, ''],
      [`hand 13-15-main begun; server=; ${any}`, 0, ''],
      ['sw_find_cluster_of 7; echo "$sw_text"', 0, '13/main\n'],
      ['sw_find_cluster_of 8', 1, ''],
    ],
    { before: CLUSTERS },
  );
});

test('a note is of one file, and the others stay', () => {
  expectApplied(
    temporaryHost(),
    [
      [
        'note 7; cp "$f" b; sw_note_dump /b b 8; sw_note_dump /b b 9; cut -d " " -f 4- "$sw_state/dumps"',
        0,
        '7 HOST/d e/-f\n9 /b\n',
      ],
      ['sw_noted_dump /b; echo "$identifier"', 0, '9\n'],
      ['sw_noted_dump /gone || echo "no $?"', 0, 'no 1\n'],
      ['sw_noted_dump \'/*\' || echo "no $?"', 0, 'no 1\n'],
      ['sw_note_dump /b gone 9; echo went on', 1, expect.not.stringContaining('went on')],
      ['cut -d " " -f 4- "$sw_state/dumps"', 0, '7 HOST/d e/-f\n9 /b\n'],
    ],
    { before: `${SERVER}identifier=''\n` },
  );
});

test('the newest pg_restore that can be run', () => {
  const host = temporaryHost();
  for (const version of ['9.6', '11', '9.10', 'x', '13']) {
    host.write(`programs/${version}/bin/pg_restore`, '', version === '13' ? 0o644 : 0o755);
  }
  expectAnswers(
    host,
    [
      ['sw_find_pg_restore; echo "$sw_text"', 0, 'HOST/programs/11/bin/pg_restore\n'],
      ['sw_postgres_programs=/nowhere; sw_find_pg_restore; echo "$sw_text"', 0, 'pg_restore\n'],
    ],
    { before: SERVER },
  );
});

test('a dump has its name when it was read back, and what had it before is kept', () => {
  const save = 'save_dump "$f" "my db"';
  const host = temporaryHost();
  const reads: Row = [
    'cat "$f"',
    0,
    '<pg_dump><--cluster><13/main><--no-password><--format=custom><--dbname=my db>',
  ];
  host.stub('pg_dump', `printf '<%s>' pg_dump "$@"; exit "$(<"$host/ends")"`);
  host.write('ends', '0');
  const before = SERVER.replace(/^pg_dump\(\).*\n/m, '');
  expectApplied(
    host,
    [
      [`${save} root 13/main >/dev/null; stat -c %a "$f" "d e"`, 0, '600\n700\n'],
      reads,
      ['dump_is_whole "$f" "my db" root 13/main', 0, ''],
      [
        `echo 1 >ends; ${save} root 13/main; echo went on`,
        1,
        expect.not.stringContaining('went on'),
      ],
      ['echo 0 >ends; ls -A "d e"', 0, '-f\n-f.part\n'],
      [`reads=1; ${save} root 13/main; echo went on`, 1, expect.not.stringContaining('went on')],
      reads,
      [`${save} root 13/main >/dev/null; ls -A "d e"`, 0, '-f\n-f.~1~\n'],
      stops(`server=; ${save} root`, 'database my db cannot be read as user root\n'),
      stops(
        `size=101; ${save} root 13/main`,
        'HOST/d e/ has 0 MiB free, and a dump of my db can take 0 MiB',
      ),
      stops(
        'mkdir -p x/y; save_dump "$PWD/x/y" db root',
        'HOST/x/y is a directory, and is to be the dump of database db',
      ),
    ],
    { before },
  );
});

test('output goes to a new file alone, and plans name what is run', () => {
  expectApplied(
    temporaryHost(),
    [
      ['sw_output_to "$PWD/o p" printf "a  %s" b; cat "o p"; stat -c %a "o p"', 0, 'a  b600\n'],
      ['sw_output_to "$PWD/o p" echo; echo went on', 1, expect.not.stringContaining('went on')],
      ['sw_output_to "$PWD/q" false; echo went on', 1, ''],
      [
        'plan_dump "/d e/x" "my db" postgres 13/main',
        0,
        "           runuser -u postgres -- pg_dump --cluster 13/main --no-password --format=custom '--dbname=my db'\n           (its output goes to '/d e/x', which only root may read, and is read back)\n".replace(
          '           (its',
          '             (its',
        ),
      ],
      [
        'note 7; plan_dump "$f" x root | tail -n 1',
        0,
        expect.stringContaining('(the file that has this name is kept, as '),
      ],
    ],
    { before: SERVER },
  );
});

test('of several databases, each that is not saved is', () => {
  const before = `${SERVER}dump_is_whole() { case $2 in done) ;; bad) return 2 ;; *) return 1 ;; esac; }
save_dump() { printf '<%s>' save "$@"; echo; }
plan_dump() { printf '<%s>' plan "$@"; echo; }
`;
  expectAnswers(
    temporaryHost(),
    [
      ...all(0, ['dumps_are_whole /d u 13/main', 'dumps_are_whole /d u 13/main done']),
      ...all(1, ['dumps_are_whole /d u 13/main done other']),
      ...all(2, ['dumps_are_whole /d u 13/main bad other']),
      [
        'save_dumps /d u 13/main done "a b" bad',
        0,
        '<save></d/a b.dump><a b><u><13/main>\n<save></d/bad.dump><bad><u><13/main>\n',
      ],
      ['plan_dumps /d u "" done x', 0, '<plan></d/x.dump><x><u><>\n'],
    ],
    { before },
  );
});
