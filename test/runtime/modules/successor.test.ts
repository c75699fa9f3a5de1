import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { all, expectAnswers, expectApplied, stops } from '../../support/modules.ts';

const CLUSTERS = `cd "\${sw_state%/*}"; sw_postgres_settings=$PWD/etc sw_postgres_programs=$PWD/programs
sw_old=13 sw_new=15 sw_cluster=main sw_place="$sw_state/clusters/13-15-main" sw_port=5432 sw_new_data=$PWD/data/15
mkdir -p "$sw_place" 'data/13/global' data/15/global
there=' 13 15 ' port_13=5499 port_15=5432 state_13=down state_15=online setting=manual names=(app)
data_13=$PWD/data/13 data_15=$PWD/data/15
printf '\\1\\0\\0\\0\\0\\0\\0\\0' >data/15/global/pg_control; echo old >data/13/global/pg_control
sw_has_cluster() { [[ $there == *" $1 "* ]]; }
sw_look_at_cluster() { local p=port_$1 s=state_$1; sw_has_cluster "$1" || return 1; port=\${!p} state=\${!s} owner=postgres data=''; }
sw_setting_of() { local of=\${3%_directory}_$1; echo "\${!of}"; }
sw_start_setting() { echo "$setting"; }
sw_list_databases() { databases=("\${names[@]}"); }
prove() {
  printf '\\1\\0\\0\\0\\0\\0\\0\\0' >data/15/global/pg_control; echo old >data/13/global/pg_control
  local digest; digest=$(sha256sum <data/13/global/pg_control)
  printf '%s\\n' 1 "\${digest%% *} $data_13/global/pg_control" >"$sw_place/proved"; }
for name in pg_ctlcluster pg_dropcluster; do eval "$name() { printf '<%s>' $name \\"\\$@\\"; echo; }"; done
did() { "$@" | sed '/^+/d'; }
`;

test('the old cluster counts as proved as long as both are what they were', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['sw_is_proved keep', 1],
      ...all(0, [
        'prove; sw_is_proved keep',
        'prove; sw_is_proved drop',
        'prove; state_13=online; sw_is_proved keep',
      ]),
      ...all(1, [
        'prove; state_13=online; sw_is_proved drop',
        'prove; echo x >>data/13/global/pg_control; sw_is_proved drop',
        'prove; printf "\\2" >data/15/global/pg_control; sw_is_proved keep',
        'prove; rm data/15/global/pg_control; sw_is_proved keep 2>/dev/null',
        'prove; echo 1 >"$sw_place/proved"; sw_is_proved keep',
        ': >"$sw_place/proved"; sw_is_proved drop',
      ]),
    ],
    { before: CLUSTERS },
  );
});

test('notes of what may have been left open outlive an attempt that was given up', () => {
  const left = 'sw_clear_place; ls -A "$sw_place"';
  expectApplied(
    temporaryHost(),
    [
      [
        `: >"$sw_place/begun"; : >"$sw_place/old"; echo a >"$sw_place/closed"; ${left}`,
        0,
        'closed\n',
      ],
      [`: >"$sw_place/proved"; ${left}`, 0, ''],
      [`rmdir "$sw_place"; ${left}; stat -c %a "$sw_place"`, 0, '700\n'],
    ],
    { before: CLUSTERS },
  );
});

const ask = (...words: string[]): string => `cluster_is_upgraded 13 15 main ${words.join(' ')}`;

test('whether the upgrade holds', () => {
  expectAnswers(
    temporaryHost(),
    [
      [`there=' 15 '; ${ask('drop')}`, 0, ''],
      [`there=' 15 '; ${ask('drop', 'app')}`, 0, ''],
      [
        `there=' 15 '; ${ask('drop', 'app', "'b c'")}`,
        1,
        'the PostgreSQL cluster 15/main does not hold: b c\n',
      ],
      [
        `there=' 15 '; names=(postgres template1); ${ask('drop')}`,
        2,
        expect.stringMatching(
          /^the PostgreSQL cluster 15\/main holds no database, and there is no 13\/main/,
        ),
      ],
      [
        `printf 'gone\\0' >"$sw_place/databases"; there=' 15 '; ${ask('drop')}`,
        1,
        'the PostgreSQL cluster 15/main does not hold: gone\n',
      ],
      ['rm "$sw_place/databases"', 0],
      ...all(1, [
        ask('drop'),
        ask('keep'),
        `there=' 13 '; ${ask('drop')}`,
        `there=; ${ask('drop')}`,
        `there=' 15 ' state_15=down; ${ask('drop')}`,
      ]),
      [`prove; ${ask('keep')}`, 0],
      // What it saw of them is not there for what comes next.
      [`prove; ${ask('keep')}; echo "\${#sw_cluster_data[@]}\${#sw_cluster_owners[@]}"`, 0, '00\n'],
      [`prove; ${ask('drop')}`, 1],
      [`there=' 15 '; sw_list_databases() { return 2; }; ${ask('drop')}`, 2],
    ],
    { before: CLUSTERS },
  );
});

test('what there is of the new cluster is judged before anything is done to it', () => {
  const begun =
    'printf "5432\\n%s\\n" "$data_15" >"$sw_place/begun"; : >data/15/postmaster.opts; sw_demand_unused() { echo unused; }; ';
  const judged = 'sw_judge_new; echo "[$sw_text] ${sw_new_data##*/}"';
  const other = `sw_drop_settings() { :; }; rm -f "$sw_place/begun"; sw_contents() { :; }; sw_list_contents() { : >"$3"; }; sw_own_contents() { printf '%s' "$own"; }; own=''; `;
  expectApplied(
    temporaryHost(),
    [
      [`there=' 13 '; pg_conftool() { return 1; }; ${judged}`, 0, '[] main\n'],
      [`${begun}${judged}`, 0, '[copied] 15\n'],
      [
        `${begun}sw_remove_copy() { echo removed; }; port_15=5433; ${judged}`,
        0,
        'unused\nremoved\n[] 15\n',
      ],
      [
        `${begun}port_13=5432; echo "-c hba_file=/tmp/pg_hba.x.conf" >data/15/postmaster.opts; sw_remove_copy() { echo removed; }; ${judged}`,
        0,
        'unused\nremoved\n[] 15\n',
      ],
      [`${begun}port_13=5432; ${judged}`, 0, '[copied] 15\n'],
      stops(`${begun}port_15=1 data_13=$data_15; sw_judge_new`, 'where the copy is to be'),
      stops(`${begun}port_15=1 data_13=$data_15/x; sw_judge_new`, 'where the copy is to be'),
      stops(
        `${begun}data_15=/elsewhere; sw_judge_new`,
        'and both hold something: nothing was dropped',
      ),
      // It was begun as a copy, and the old one has served since: no word of dropping that.
      [
        `${begun}setting=auto; sw_remove_copy() { echo removed; }; pg_conftool() { return 1; }; rm data/15/postmaster.opts; ${judged}; ls "$sw_place"`,
        0,
        expect.stringMatching(/^removed\n\[\] main\nbegun\n/),
      ],
      stops(
        `${begun}setting=auto; sw_judge_new`,
        'save what was written to the new one before you drop it\n',
      ),
      [
        `${begun}setting=auto; (sw_judge_new) 2>&1 | grep -c "drop the old one and run" || :; ls "$sw_place"`,
        0,
        '0\nbegun\n',
      ],
      [`${other}did sw_judge_new`, 0, '<pg_dropcluster><--stop><15><main>\n'],
      [
        `${other}sw_drop_settings() { echo "settings of $1"; }; did sw_judge_new`,
        0,
        '<pg_dropcluster><--stop><15><main>\nsettings of 15\n',
      ],
      [
        `${other}state_15=down; did sw_judge_new`,
        0,
        '<pg_ctlcluster><15><main><start>\n<pg_dropcluster><--stop><15><main>\n',
      ],
      [
        `${other}echo /elsewhere >"$sw_place/dropping"; pg_ctlcluster() { return 1; }; state_15=down; sw_judge_new`,
        1,
        expect.not.stringContaining('pg_dropcluster'),
      ],
      [`${other}sw_drop_empty() { cat "$sw_place/dropping"; }; sw_judge_new`, 0, 'HOST/data/15\n'],
      [`${other}own=x; ${judged}`, 0, '[copied] 15\n'],
      stops(
        `${other}own=x setting=auto; sw_judge_new`,
        'x\nthere are clusters 13/main and 15/main, and both hold something: nothing was dropped\n',
      ),
      stops(`${other}own=x state_13=online; sw_judge_new`, 'nothing was dropped'),
      stops(`${other}data_13=$data_15; sw_judge_new`, 'have the same data: '),
      stops(`${other}data_15=; sw_judge_new`, 'cluster 15/main does not say where its data are'),
      stops(`${other}data_13=; sw_judge_new`, 'cluster 13/main does not say where its data are'),
      stops(
        `${other}sw_list_contents() { fail 'cannot be told'; }; sw_judge_new`,
        'cannot be told',
      ),
      [
        `${other}printf '%s\\n' "$data_15" >"$sw_place/dropping"; pg_ctlcluster() { return 1; }; state_15=down; did sw_judge_new; ls "$sw_place"`,
        0,
        expect.stringMatching(/^<pg_dropcluster><--stop><15><main>\n(?![^]*dropping)/),
      ],
    ],
    { before: CLUSTERS },
  );
});

test('the upgrade goes on from wherever it was', () => {
  const steps = `sw_await_cluster_tools() { :; }; sw_succeed() { echo succeed; }; sw_open_new() { echo open; }
sw_analyze() { echo analyze; }; sw_drop_old() { echo drop; }; sw_only_analyzes() { return 1; }
mkdir -p programs/13/bin programs/15/bin; : >programs/13/bin/postgres; : >programs/15/bin/postgres; chmod +x programs/*/bin/postgres
`;
  const upgrade = 'upgrade_cluster 13 15 main';
  expectApplied(
    temporaryHost(),
    [
      [`${upgrade} drop -`, 0, 'succeed\nopen\ndrop\n'],
      [
        `sw_open_new() { echo "open \${sw_cluster_data[15/main]:-}"; }; sw_cluster_data[15/main]=old; ${upgrade} keep -`,
        0,
        'succeed\nopen \n',
      ],
      [`${upgrade} keep analyze`, 0, 'succeed\nopen\nanalyze\n'],
      [`sw_only_analyzes() { :; }; ${upgrade} keep -`, 0, 'succeed\nopen\nanalyze\n'],
      [`prove; state_13=online; ${upgrade} drop -`, 0, 'succeed\nopen\ndrop\n'],
      [`prove; ${upgrade} drop -`, 0, 'open\ndrop\n'],
      [`there=' 15 '; ${upgrade} drop -`, 0, 'open\ndrop\n'],
      stops(
        `there=; ${upgrade} drop -`,
        'there is no PostgreSQL cluster 13/main, and no 15/main either',
      ),
      stops(
        `rm -f "$sw_place/proved"; chmod -x programs/15/bin/postgres; ${upgrade} drop -`,
        'the programs of PostgreSQL 15 are not installed',
      ),
      stops(
        `sw_succeed() { fail no; }; chmod +x programs/15/bin/postgres; ${upgrade} drop -`,
        'no',
      ),
    ],
    { before: CLUSTERS + steps },
  );
  expectApplied(
    temporaryHost(),
    [
      ['sw_judge_new() { sw_text=; }; sw_succeed', 0, 'begin\ncopy\nprove\n'],
      ['sw_judge_new() { sw_text=copied; }; sw_succeed', 0, 'prove\n'],
      ['sw_judge_new() { sw_text=; }; sw_copy() { fail no; }; sw_succeed', 1, 'begin\nno\n'],
    ],
    {
      before: `${CLUSTERS}sw_begin_copy() { echo begin; }; sw_copy() { echo copy; }; sw_prove() { echo prove; }\n`,
    },
  );
});

test('a plan tells what is done only under which condition', () => {
  const plan = 'plan_cluster_upgrade 13 15 main';
  expectAnswers(
    temporaryHost(),
    [
      [`there=' 15 '; ${plan} drop -`, 0, '           pg_ctlcluster 15 main start\n'],
      [
        `there=' 13 '; ${plan} keep analyze`,
        0,
        expect.stringMatching(
          /^ {11}pg_upgradecluster -v 15 13 main\n[^]*vacuumdb --cluster 15\/main --all --analyze-in-stages\n[^]*13\/main is kept, stopped[^]*pg_dropcluster 13 main\)\n$/,
        ),
      ],
      [`${plan} drop - | grep -c pg_dropcluster`, 0, '2\n'],
    ],
    { before: CLUSTERS },
  );
});
