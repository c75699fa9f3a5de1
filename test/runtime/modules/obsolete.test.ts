import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers, expectApplied, type Row } from '../../support/modules.ts';

/** What apt-cache policy tells of a package that comes from there alone. */
function policy(name: string, from: string): string {
  return `${name}:\\n  Installed: 1\\n  Candidate: 1\\n  Version table:\\n *** 1 500\\n        ${from}\\n        100 /var/lib/dpkg/status\\n`;
}

const SOURCE = '500 http://h/d s/main amd64 Packages';
const STATUS = '100 /var/lib/dpkg/status';
const KNOWN = policy('base-files', SOURCE) + policy('kept', '-1 http://h/d s/main Packages');

/** A machine whose packages apt tells $table of. */
const APT = `table='${KNOWN}${policy('old', STATUS)}${policy('own', STATUS)}'
installed='ii |base-files\\nii |kept\\nii |old\\nhi |own\\nrc |gone\\nii |libc6:amd64\\n'
dpkg-query() { printf '%b' "$installed"; }
apt-cache() { printf '%b' "$table"; }
uname() { echo 6.1.0-1-amd64; }
packages_are_settled() { :; }
sources_have() { [[ $1 == s ]]; }
run_apt() { printf '<%s>' "$@"; echo; }
would() { printf '<%s>' "$@"; echo; }
sim=''
apt-get() { printf '%s\\n' "$sim"; }
cd "\${sw_state%/*}"
`;

test('what no source has is obsolete, and where that cannot be told nothing is', () => {
  const host = temporaryHost();
  expectAnswers(
    host,
    [
      ['sw_list_obsolete', 0, 'old\nown\n'],
      [
        "table='base-files:\\n  Version table:\\n        500 http://h/d s/main\\n'; sw_list_obsolete",
        0,
        '\n',
      ],
      // A pin of 1000 or more, or -100 or less, stands further to the left.
      ...['1001', '-100'].map((pin): Row => [
        `table='${policy('base-files', SOURCE)}${policy('pinned', `${pin} http://h/d s/main`).replace('        ', '       ')}'; sw_list_obsolete`,
        0,
        '\n',
      ]),
      [
        `table='${policy('base-files', STATUS)}'; sw_list_obsolete`,
        2,
        expect.stringContaining('apt-get update'),
      ],
      ['dpkg-query() { return 1; }; sw_list_obsolete', 2, ''],
      ["installed=''; sw_list_obsolete", 2, ''],
      ["installed='rc |gone\\n'; sw_list_obsolete", 2, ''],
      ['apt-cache() { return 100; }; sw_list_obsolete', 2, ''],
    ],
    { before: APT },
  );
});

test('what was foreign before the upgrade, is to be kept or runs is not counted among it', () => {
  const host = temporaryHost();
  host.write('foreign', '# Packages\nown\n# end\n');
  host.write('cut', '# Packages\nown\n');
  host.write('empty', '');
  expectAnswers(
    host,
    [
      ["sw_list_new_obsolete ''", 0, 'old\nown\n'],
      ['sw_list_new_obsolete foreign', 0, 'old\n'],
      ['sw_list_new_obsolete foreign old', 0, ''],
      ["sw_list_new_obsolete foreign 'o*' -- ol", 0, 'old\n'],
      ['dpkg() { echo amd64; }; sw_list_new_obsolete foreign old:amd64', 0, ''],
      ['dpkg() { echo amd64; }; sw_list_new_obsolete foreign old:i386', 0, 'old\n'],
      [
        'uname() { echo x; }; installed+="ii |linux-image-x\\n" table+="linux-image-x:\\n"; sw_list_new_obsolete foreign',
        0,
        'old\n',
      ],
      ['sw_list_new_obsolete cut', 2, ''],
      ['sw_list_new_obsolete empty', 2, ''],
      ['sw_list_new_obsolete gone', 2, expect.stringContaining('gone')],
      ['foreign_is_listed cut s', 1, ''],
      ['foreign_is_listed empty s', 1, ''],
      ['foreign_is_listed gone s', 1, ''],
      ['foreign_is_listed foreign s', 1, ''],
      ["printf '# Packages\\nold\\nown\\n# end\\n' >now; foreign_is_listed now s", 0, ''],
      ['sources_have() { [[ $1 != s ]]; }; foreign_is_listed foreign s', 0, ''],
      ['dpkg-query() { return 1; }; foreign_is_listed foreign s', 2, ''],
      ['obsolete_is_purged foreign', 1, ''],
      ['obsolete_is_purged foreign old', 0, ''],
      ['packages_are_settled() { return 1; }; obsolete_is_purged foreign old', 1, ''],
      ['packages_are_settled() { return 2; }; obsolete_is_purged foreign old', 2, ''],
      ['obsolete_is_purged cut old', 2, ''],
      ['printf "old\\nown\\n" >list; obsolete_is_listed list', 0, ''],
      ['printf "old" >list; obsolete_is_listed list foreign=foreign', 0, ''],
      ['printf "older\\n" >list; obsolete_is_listed list foreign=foreign', 1, ''],
      ['obsolete_is_listed none foreign=foreign', 1, ''],
      ['obsolete_is_listed list foreign=cut', 2, ''],
    ],
    { before: APT },
  );
});

test('what an earlier upgrade made obsolete is foreign only where it was unpacked since', () => {
  const host = temporaryHost();
  host.write('obsolete', 'gone\nold\n');
  host.write('foreign', '# Packages\nown\n# end\n');
  host.write('before/old.list', '');
  host.write('since/old.list', '');
  host.write('other/old:i386.list', '');
  host.write('more/older.list', '');
  const ages = 'touch -d "-1 hour" obsolete; touch -d "-2 hours" before/*; ';
  expectAnswers(
    host,
    [
      ['sw_list_foreign', 0, 'old\nown\n'],
      ['sw_list_foreign gone', 0, 'old\nown\n'],
      ['sw_list_foreign obsolete', 0, 'own\n'],
      ['sw_dpkg_info=before; sw_list_foreign obsolete', 0, 'own\n'],
      ['sw_dpkg_info=since; sw_list_foreign obsolete', 0, 'old\nown\n'],
      ['sw_dpkg_info=other; sw_list_foreign obsolete', 0, 'old\nown\n'],
      ['sw_dpkg_info=more; sw_list_foreign obsolete', 0, 'own\n'],
      ['sw_list_foreign before 2>/dev/null', 2, ''],
      ['apt-cache() { return 100; }; sw_list_foreign obsolete', 2, ''],
      ['foreign_is_listed foreign s', 1, ''],
      ['foreign_is_listed foreign s except=gone', 1, ''],
      ['foreign_is_listed foreign s except=obsolete', 0, ''],
      ['foreign_is_listed foreign s except=before 2>/dev/null', 2, ''],
    ],
    {
      before: `${APT}${ages}`,
      variables: { sw_dpkg_info: host.path('none') },
    },
  );
  expectApplied(
    host,
    [
      ['list_foreign "$PWD/now" except=obsolete >/dev/null; sed 1d now', 0, 'own\n# end\n'],
      ['list_foreign "$PWD/now" except=gone >/dev/null; sed 1d now', 0, 'old\nown\n# end\n'],
      ['list_foreign "$PWD/now" except=before 2>/dev/null; echo went on', 2, ''],
      // What is not foreign is what the next upgrade makes obsolete, too.
      [
        'list_foreign "$PWD/now" except=obsolete; sw_list_new_obsolete now',
        0,
        expect.stringMatching(/\nold\n$/),
      ],
    ],
    { before: `${APT}${ages}`, variables: { sw_dpkg_info: host.path('none') } },
  );
});

test('lists are written whole, and only when all was told', () => {
  const host = temporaryHost();
  host.write('foreign', '# Packages\nown\n# end\n');
  expectApplied(
    host,
    [
      [
        'list_foreign "$PWD/a b" >/dev/null; cat "$PWD/a b"',
        0,
        '# Packages that came from no enabled source before the upgrade\nold\nown\n# end\n',
      ],
      ['list_obsolete "$PWD/new" foreign="$PWD/foreign" >/dev/null; cat new', 0, 'old\n'],
      ['apt-cache() { return 100; }; list_obsolete "$PWD/new"; echo went on', 2, ''],
      ['apt-cache() { return 100; }; list_foreign "$PWD/a b"; echo went on', 2, ''],
      ['cat new', 0, 'old\n'],
    ],
    { before: APT },
  );
});

test('nothing is purged that takes something else or a database along', () => {
  const host = temporaryHost();
  host.write('pg/13/main/postgresql.conf', '');
  const server = `installed+='ii |postgresql-13\\n' table+='postgresql-13:\\n'`;
  expectApplied(
    host,
    [
      ["purge_obsolete ''", 0, '<purge><--><old><own>\n'],
      [
        "settle_packages() { echo settled; }; purge_obsolete ''",
        0,
        'settled\n<purge><--><old><own>\n',
      ],
      ["purge_obsolete '' own old", 0, ''],
      ["sim=$'Purg old [1] (x)\\nPurg own [1]'; purge_obsolete ''", 0, '<purge><--><old><own>\n'],
      [
        "sim=$'Purg old [1]\\nRemv other:i386 [2]\\nPurg lib [1]'; purge_obsolete ''; echo went on",
        1,
        'these would go with the obsolete packages, and are not obsolete: other:i386 lib; nothing was changed\npurge what you do not need by hand, or name what has to stay\n',
      ],
      ["apt-get() { return 100; }; purge_obsolete ''; echo went on", 100, ''],
      ["apt-cache() { return 100; }; purge_obsolete ''; echo went on", 2, ''],
      [
        `${server}; sw_postgres_settings=$PWD/pg; purge_obsolete ''; echo went on`,
        1,
        'purging postgresql-13 would drop the PostgreSQL cluster of HOST/pg/13/main/postgresql.conf; nothing was changed\nupgrade the cluster, or keep the package: pg_lsclusters tells what there is\n',
      ],
      [
        `${server}; sw_postgres_settings=$PWD/pg; purge_obsolete '' postgresql-13`,
        0,
        '<purge><--><old><own>\n',
      ],
      [
        `${server}; sw_postgres_settings=$PWD/none; purge_obsolete '' own old`,
        0,
        '<purge><--><postgresql-13>\n',
      ],
      ["would_purge_obsolete ''", 0, '<apt-get><--yes><purge><--><old><own>\n'],
      [
        "apt-cache() { return 100; }; would_purge_obsolete ''",
        0,
        '<apt-get><--yes><purge><--><?obsolete>\n',
      ],
    ],
    { before: APT },
  );
});
