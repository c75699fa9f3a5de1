import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers, expectApplied, stops } from '../../support/modules.ts';

/** A server whose SQL is told by its first word or by what it is for. */
const SERVER = `cd "\${sw_state%/*}"; names=(app 'b c') filled='' answers=/d
sw_demand_cluster() { port=1 state=online owner=postgres data=''; }
sw_setting_of() { echo /d; }
sw_list_databases() { databases=("\${names[@]}"); }
sw_contents_of_cluster() { echo cluster; }; sw_contents_of_database() { echo database; }; sw_unfinished() { echo unfinished; }
sw_psql() {
  local sql; sql=$(cat)
  case $sql in
    $'cluster\\ndatabase\\n'*) printf '%s\\0' "$answers" "\${names[@]/#/+}" +template1 "\${shut[@]/#/-}" '' z role "\${last:-end}"
      printf '%s\\0' 'in template1' "\${final:-end}" ;;
    database) echo "in $3"; [[ $3 != "\${broken:-}" ]] ;;
    unfinished)
      echo "$3" >>asked
      printf '%b' "$filled"
      ;;
    *) printf '<%s>' "$3" "$sql"; echo; [[ $3 != "\${broken:-}" ]] ;;
  esac
}
`;

test('what a cluster holds is listed whole and in order, or not at all', () => {
  expectApplied(
    temporaryHost(),
    [
      [
        'sw_list_contents 13 main "$PWD/l x"; cat "l x"; stat -c %a "l x"',
        0,
        '+ list what the PostgreSQL cluster 13/main holds\nin app\nin b c\nin template1\nrole\nz\n600\n',
      ],
      stops(
        'broken=\'b c\'; sw_list_contents 13 main "$PWD/m"',
        'what the PostgreSQL cluster 13/main holds in database b c cannot be told, so nothing was dropped',
      ),
      stops(
        'final=x; sw_list_contents 13 main "$PWD/m"',
        'what the PostgreSQL cluster 13/main holds in database template1 cannot be told, so nothing was dropped',
      ),
      ...[
        'sw_psql() { :; }',
        ...[
          ["'/d'", 'end'],
          ["'/d'", '+app', "''"],
          ["'/d'", '+app', "''", 'end', 'end'],
          ["'/d'", '+app', "''", 'role'],
        ].map((told) => `sw_psql() { printf '%s\\0' ${told.join(' ')}; }`),
      ].map((spoilt) =>
        stops(
          `${spoilt}; sw_list_contents 13 main "$PWD/m"`,
          'what the PostgreSQL cluster 13/main holds cannot be told, so nothing was dropped',
        ),
      ),
      [
        'shut=("d e"); sw_list_contents 13 main "$PWD/l x" | sed "/^+/d"; cat "l x"',
        0,
        'in app\nin b c\nin template1\nrole\nz\n',
      ],
      ['sw_list_contents 13 main "$PWD/l x" all', 0, expect.any(String)],
      stops(
        'shut=("d e"); sw_list_contents 13 main "$PWD/m" all',
        'holds in database d e cannot be told',
      ),
      stops(
        'answers=/other; sw_list_contents 13 main "$PWD/m"',
        'its data are in /other, not in HOST/d',
      ),
      stops('answers=\'\'; sw_list_contents 13 main "$PWD/m"', 'is another one'),
      ['sort() { return 2; }; sw_list_contents 13 main "$PWD/m"; echo went on', 2],
    ],
    // Two names of one folder are the same cluster.
    { before: `${SERVER}mkdir d; sw_setting_of() { echo "$PWD/d"; }; answers=$PWD/d/.\n` },
  );
});

test('what a cluster answers tells which databases there are, and is listed as it was told', () => {
  const ask =
    'opened=(x) records=(x) databases=(x) closed=(x); sw_ask_contents me 13/main; status=$?; printf "[%s]" "${opened[@]}" -- "${databases[@]}" -- "${closed[@]}"; [[ $status == 0 ]]';
  const answers = (...records: string[]): string =>
    `sw_psql() { cat >/dev/null; printf '${records.join('\\0')}\\0'; }; ${ask}`;
  expectAnswers(
    temporaryHost(),
    [
      [`shut=('d e'); ${ask}`, 0, '[x][--][app][b c][template1][d e][--][d e]'],
      // What comes behind the names is not judged here.
      [answers('/d', '+a', '-b', ''), 0, '[x][--][a][b][--][b]'],
      [answers('/d', '+a', '-b'), 1, '[x][--][--][b]'],
      [answers('/d'), 1, '[x][--][--]'],
      [`sw_psql() { return 2; }; ${ask}`, 1, '[x][--][--]'],
      ['sw_contents | tail -n 1', 0, "select 'end';\n"],
    ],
    { before: SERVER },
  );
  expectApplied(
    temporaryHost(),
    [
      [
        'records=(/d +a +template1 "" role end x end); sw_list_contents 13 main "$PWD/l" all told >/dev/null; cat l',
        0,
        'in a\nrole\nx\n',
      ],
      stops(
        'records=(/d -a +template1 "" role end x end); sw_list_contents 13 main "$PWD/l" all told',
        'holds in database a cannot be told',
      ),
      [
        'records=(/d +a -b "" role end x end); opened=(q) closed=(q) lines=(q); sw_take_told 13 main; printf "[%s]" "${opened[@]}" "${closed[@]}" "${lines[@]}"',
        0,
        '[a][b][role][x]',
      ],
    ],
    { before: `${SERVER}sw_know_data() { data=/; }; sw_demand_identity() { [[ $3 == /d ]]; }\n` },
  );
});

/** What is told and sent of a statement. */
const sent = (statement: string, after = ''): string =>
  `+ ${statement}, in database app of cluster 15/main\n<app><set default_transaction_read_only = off;\nset search_path = "$user", public;\n${statement};>\n${after}`;

test('what pg_restore left otherwise than it was is made so, and nothing else is', () => {
  const left = String.raw`filled='in "app": materialized view "s"."v" with data\0refresh v\0in "app": materialized view "s"."w" with data\0refresh w\0in "app": trigger "s"."t"."x" D\0disable x\0in "app": trigger "s"."t"."x" A\0always x\0\0'; names=(app)`;
  const host = temporaryHost();
  host.write(
    'old',
    'in "app": materialized view "s"."v" with data\nin "app": materialized view "s"."w" without data\nin "app": trigger "s"."t"."x" D\n',
  );
  const failed = (statement: string): string =>
    sent(
      statement,
      `that failed: do it by hand, in database app of cluster 15/main: ${statement}\n`,
    );
  expectApplied(
    host,
    [
      [`${left}; sw_finish_copy 15 main old`, 0, sent('refresh v') + sent('disable x')],
      [`${left}; : >none; sw_finish_copy 15 main none`, 0, ''],
      // Only where there was something, or where its name may be written otherwise.
      [
        `${left}; names=(app other 'b"c' app2 ap); rm asked; sw_finish_copy 15 main old >/dev/null; cat asked`,
        0,
        'app\nb"c\n',
      ],
      stops(
        `${left}; filled='x'; sw_finish_copy 15 main old`,
        'holds in database app cannot be told',
      ),
      stops(
        `${left}; filled=''; sw_finish_copy 15 main old`,
        'holds in database app cannot be told',
      ),
      [
        `${left}; broken=app; sw_finish_copy 15 main old; echo went on`,
        0,
        `${failed('refresh v')}${failed('disable x')}went on\n`,
      ],
    ],
    { before: SERVER },
  );
});

test('prepared transactions and triggers are in the lists', () => {
  expectAnswers(temporaryHost(), [
    ['sw_contents_of_cluster | grep -c "to_json(gid) from pg_prepared_xacts"', 0, '1\n'],
    ['sw_contents_of_database | grep -c "tgenabled <> \'O\'"', 0, '1\n'],
  ]);
});

test('what an empty cluster has of its own is nothing', () => {
  const host = temporaryHost();
  host.write(
    'empty',
    'role "me"\ndatabase "postgres" in UTF8\ndatabase "template1" in SQL_ASCII\nin "postgres": schema "public"\nin "template1": extension "plpgsql"\n',
  );
  host.write(
    'used',
    'role "me"\nrole "me too"\ndatabase "app" in UTF8\nin "postgres": schema "own"\nin "template1": table "public"."t" with rows 0\n',
  );
  expectAnswers(
    host,
    [
      ['sw_own_contents empty me', 0, ''],
      ['sw_own_contents empty you', 0, 'role "me"\n'],
      ["sw_own_contents empty '*'", 0, 'role "me"\n'],
      [
        'sw_own_contents used me',
        0,
        'role "me too"\ndatabase "app" in UTF8\nin "postgres": schema "own"\nin "template1": table "public"."t" with rows 0\n',
      ],
    ],
    { before: 'cd "${sw_state%/*}"' },
  );
});

const listed = (...names: string[]): string =>
  `printf '%s\\n' ${names.map((name) => `'in "a: extension \\"b\\"": extension "${name}"'`).join(' ')} >"$sw_place/old"; `;

test('an extension whose files the new version lacks is told before anything is copied', () => {
  const demand = 'sw_demand_extensions; echo went on';
  expectApplied(
    temporaryHost(),
    [
      [`: >"$sw_place/old"; ${demand}`, 0, 'went on\n'],
      [`${listed('plpgsql', 'both')}${demand}`, 0, 'went on\n'],
      stops(
        `${listed('plpgsql', 'own')}${demand}`,
        'cluster 13/main has extension own, whose files are installed for neither version\nput its files for 15 there: its package for 15, or what it was built from; or drop it in the databases that have it: drop extension …\nthen run this script again; nothing was copied\n',
      ),
      stops(
        `${listed('both', 'post gis')}${demand}`,
        "cluster 13/main has extension post gis, which is not installed for PostgreSQL 15\ninstall its package for 15, if there is one; that for 13 is told by: dpkg -S HOST/share/13/extension/'post gis'.control\nor drop it in the databases that have it: drop extension …\nthen run this script again; nothing was copied\n",
      ),
    ],
    {
      before: `cd "\${sw_state%/*}"; sw_postgres_files=$PWD/share sw_old=13 sw_new=15 sw_cluster=main sw_place=$PWD
mkdir -p share/13/extension share/15/extension; : >share/13/extension/both.control; : >share/15/extension/both.control
: >share/15/extension/plpgsql.control
: >'share/13/extension/post gis.control'
`,
    },
  );
});
