import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { all, expectAnswers, expectApplied, stops } from '../../support/modules.ts';

/**
 * Clusters 13/main and 13/other, with databases as $holds has them; what it lacks does not answer.
 * A dump is whole when there is a file of its name.
 */
const SERVER = `cd "\${sw_state%/*}"; sw_postgres_settings=$PWD/etc sw_dump_age=86400 d="$PWD/d e"
mkdir -p d\\ e etc/13/main etc/13/other; : >etc/13/main/postgresql.conf; : >etc/13/other/postgresql.conf
declare -A holds=([13/main]='app\\0wiki\\0postgres\\0' [13/other]='app\\0it"s\\n*\\0')
sw_psql() { echo "$1 $2" >>asked; [[ -n \${holds[$2]:-} ]] && printf "\${holds[$2]}\\0"; }
dump_is_whole() { [[ -e $1 ]]; }
save_dump() { printf '<%s>' save "$@"; echo; mkdir -p "\${1%/*}"; : >"$1"; }
plan_dump() { printf '<%s>' plan "$@"; echo; }
sync() { :; }
gone() { rm "etc/13/$1/postgresql.conf"; unset "holds[13/$1]"; }
note() { mkdir -p "$sw_state/held"; printf '%s\\0' "\${@:2}" >"$sw_state/held/13-$1"; }
age() { touch -d '2 days ago' "$sw_state/held/13-$1"; }
dumped() { mkdir -p "$d/\${1%/*}"; : >"$d/$1.dump"; }
version=13 user=postgres cluster=main databases=(old)
`;

const ask = 'dumps_of_clusters_are_whole "$d" postgres 13';

test('each database has its dump of every cluster that held it', () => {
  const both = 'note main app wiki postgres; note other app';
  expectAnswers(
    temporaryHost(),
    [
      ...all(0, [
        `${ask} main other --`,
        `${ask} --`,
        `${both}; dumped main/app; dumped other/app; ${ask} main other -- app`,
        `${both}; dumped main/wiki; ${ask} main other -- wiki`,
        `${both}; gone main; gone other; ${ask} main other -- app wiki`,
        `note main app; rm -f "$sw_state/held/13-other"; ${ask} main other -- app`,
      ]),
    ],
    { before: SERVER },
  );
});

test('dumps are judged as those of the cluster that they are of', () => {
  const tell = `dump_is_whole() { printf '<%s>' "$@"; echo; }`;
  expectAnswers(
    temporaryHost(),
    [
      [
        `${tell}; note main app; note other app wiki; ${ask} main other -- wiki app`,
        0,
        '<HOST/d e/main/app.dump><app><postgres><13/main>\n<HOST/d e/other/wiki.dump><wiki><postgres><13/other>\n<HOST/d e/other/app.dump><app><postgres><13/other>\n',
      ],
    ],
    { before: SERVER },
  );
});

test('what is not saved, or not known, is told from what is', () => {
  const both = 'note main app wiki; note other app';
  expectAnswers(
    temporaryHost(),
    [
      [`${ask} main other -- app`, 1, ''],
      [`${both}; dumped main/app; ${ask} main other -- app`, 1, ''],
      [`${both}; dumped other/app; ${ask} main other -- app gone`, 1, ''],
      [`rm "$sw_state/held/13-other"; ${ask} main other -- app`, 1, ''],
      [`gone other; ${ask} main other -- app`, 0, ''],
      [`gone main; rm "$sw_state/held/13-main"; ${ask} main other -- app`, 1, ''],
      [`${ask} -- app`, 1, ''],
      [`note main app; dumped main/app; dump_is_whole() { return 2; }; ${ask} main -- app`, 2, ''],
    ],
    { before: SERVER },
  );
});

test('a note of long ago counts only for a cluster that cannot be asked', () => {
  const recall = 'sw_recall_held; echo "$?[${databases[*]}]"';
  expectAnswers(
    temporaryHost(),
    [
      [recall, 0, '1[]\n'],
      [
        `note main a 'b c'; ${recall}; cat asked`,
        1,
        '0[a b c]\ncat: asked: No such file or directory\n',
      ],
      [
        `note main a; age main; ${recall}; cat asked`,
        0,
        '1[app wiki postgres]\npostgres 13/main\n',
      ],
      [`note main a; age main; unset 'holds[13/main]'; ${recall}`, 0, '0[a]\n'],
      [`note main a; age main; gone main; ${recall}`, 0, '0[a]\n'],
    ],
    { before: SERVER },
  );
});

test('what a cluster holds is noted when it can be asked', () => {
  const noted = 'sw_note_held; printf "[%s]" "${databases[@]}"';
  expectApplied(
    temporaryHost(),
    [
      [`${noted}; stat -c %a "$sw_state/held/13-main"`, 0, '[app][wiki][postgres]600\n'],
      [
        `cluster=other; ${noted}; tr '\\0' '|' <"$sw_state/held/13-other"`,
        0,
        '[app][it"s\n*]app|it"s\n*|',
      ],
      [`unset 'holds[13/main]'; ${noted}`, 0, '[app][wiki][postgres]'],
      stops(
        `cluster=other; rm "$sw_state/held/13-other"; unset 'holds[13/other]'; sw_note_held`,
        'which databases the PostgreSQL cluster 13/other holds cannot be found out as user postgres\n',
      ),
      [`gone main; ${noted}`, 0, '[app][wiki][postgres]'],
      [`gone other; cluster=other; ${noted}`, 0, '[]'],
    ],
    { before: SERVER },
  );
});

test('those that are missing are saved, and one that no cluster has is an error', () => {
  const save = 'save_dumps_of_clusters "$d" postgres 13';
  expectApplied(
    temporaryHost(),
    [
      stops(`${save} main other -- app gone`, '13/main, 13/other holds: gone\n'),
      ['ls "$d"', 0, ''],
      stops(`${save} -- app`, 'none of the PostgreSQL clusters of version 13 holds: app\n'),
      [
        `${save} main other -- wiki app`,
        0,
        '<save><HOST/d e/main/wiki.dump><wiki><postgres><13/main>\n<save><HOST/d e/main/app.dump><app><postgres><13/main>\n<save><HOST/d e/other/app.dump><app><postgres><13/other>\n',
      ],
      [`${ask} main other -- wiki app`, 0, ''],
      [
        `rm d\\ e/other/app.dump; ${save} other main -- wiki app`,
        0,
        '<save><HOST/d e/other/app.dump><app><postgres><13/other>\n',
      ],
      [
        `rm -r d\\ e; ${save} main -- app; stat -c %a "$d"`,
        0,
        expect.stringMatching(/^\+ mkdir -p -m 0700 -- .*\n<save>.*\n700\n$/),
      ],
      [`rm d\\ e/main/*; save_dump() { return 7; }; ${save} main -- app wiki; echo went on`, 7, ''],
      [`gone main; gone other; ${save} main other --`, 0, ''],
    ],
    { before: SERVER },
  );
});

test('the dry run names what is saved, and what cannot be told', () => {
  const plan = 'plan_dumps_of_clusters "$d" postgres 13';
  expectAnswers(
    temporaryHost(),
    [
      [
        `dumped main/wiki; ${plan} main other -- wiki app; [[ ! -e $sw_state/held ]]`,
        0,
        '<plan><HOST/d e/main/app.dump><app><postgres><13/main>\n<plan><HOST/d e/other/app.dump><app><postgres><13/other>\n',
      ],
      [
        `${plan} main -- gone`,
        0,
        '             (this fails: none of the PostgreSQL clusters 13/main holds: gone)\n',
      ],
      [
        `unset 'holds[13/other]'; ${plan} main other -- gone`,
        0,
        '             (which of the databases cluster 13/other holds cannot be told)\n',
      ],
    ],
    { before: SERVER },
  );
});
