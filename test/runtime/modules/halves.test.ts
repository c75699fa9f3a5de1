import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { runtimeOn, temporaryHost, type Host } from '../../support/kinds.ts';
import { expectApplied, stops } from '../../support/modules.ts';

const PYTHON = spawnSync('python3', ['-c', 'import sys, venv; print(sys.executable)'])
  .stdout?.toString()
  .trim();

const STEP = 'step one One; sw_index=0 sw_planning=no; cd "${sw_state%/*}"; ';

test('whose half-done work it is, is noted until all of it is on the disk', () => {
  expectApplied(
    temporaryHost(),
    [
      ['sw_run_whole a b true; ls state/unfinished', 0, '+ b true\n+ sync\n'],
      [
        'sw_run_whole "a b" cat state/unfinished/one; sw_is_half_done "a b"; echo went on',
        1,
        '+ cat state/unfinished/one\na b\n+ sync\n',
      ],
      ['sw_run_whole "a b" false; echo went on', 1, '+ false\n'],
      ['sw_is_half_done "a b" && ! sw_is_half_done a && echo "$?"', 0, '0\n'],
      stops('sw_replace() { return 1; }; sw_run_whole a true', 'could not be kept'),
      // Of another target, and in a plan, nothing is looked at.
      ['py() { echo "$@"; }; sw_mend_half_done a py', 0, ''],
      ['py() { echo "$@"; }; sw_planning=yes; sw_mend_half_done "a b" py', 0, ''],
      [
        'py() { pwd; echo "$@"; }; sw_mend_half_done "a b" py "x y" z',
        0,
        '/\n- HOST/state/unfinished/one x y z\n',
      ],
      ['py() { return 3; }; sw_mend_half_done "a b" py; echo went on', 3, ''],
    ],
    { before: `${STEP}b() { "$@"; }; sync() { :; }; ` },
  );
});

/** A package as pip leaves it: its metadata in `NAME.dist-info`, and a row of RECORD for each file. */
function install(host: Host, folder: string, name: string, files: Record<string, string>): void {
  const rows = Object.entries(files).map(([file, content]) => {
    host.write(`${folder}/${file}`, content);
    const digest = createHash('sha256').update(content).digest('base64url');
    return `"${file}",sha256=${digest},${content.length}\n`;
  });
  host.write(`${folder}/${name}.dist-info/INSTALLER`, 'pip\n');
  host.write(
    `${folder}/${name}.dist-info/RECORD`,
    `${rows.join('')}${name}/__pycache__/x.pyc,,\n${name}.dist-info/RECORD,,\n`,
  );
}

test.skipIf(!PYTHON)('pip forgets what is not whole of what came since, and nothing else', () => {
  const host = temporaryHost();
  const folder = 'opt/it’s/lib/python3.9/site-packages';
  const files = { 'é.py': 'é', 'x, y.py': 'print()\n', '../../../bin/x': '#!\n', 'empty.py': '' };
  install(host, folder, 'old', { 'old.py': 'x' });
  host.write(`${folder}/old.py`, 'changed by hand');
  host.write('state/unfinished/one', 'it\n');
  const before = new Date(Date.now() - 5000);
  for (const old of [`${folder}/old.dist-info`, 'state/unfinished/one'])
    spawnSync('touch', ['-d', before.toISOString(), host.path(old)]);
  spawnSync('touch', [
    '-d',
    new Date(Date.now() - 9000).toISOString(),
    host.path(`${folder}/old.dist-info`),
  ]);
  for (const name of [
    'whole',
    'cut',
    'gone',
    'unnoted',
    'unsigned',
    'blank',
    'zeros',
    'latin',
    'odd',
  ])
    install(host, folder, name, { ...files, [`${name}.py`]: 'x' });
  host.write(`${folder}/cut.py`, '');
  spawnSync('rm', ['--', host.path(`${folder}/gone.py`)]);
  spawnSync('rm', ['--', host.path(`${folder}/unnoted.dist-info/RECORD`)]);
  spawnSync('rm', ['--', host.path(`${folder}/unsigned.dist-info/INSTALLER`)]);
  host.write(`${folder}/blank.dist-info/RECORD`, '');
  host.write(`${folder}/zeros.dist-info/RECORD`, '\0'.repeat(40));
  spawnSync('bash', [
    '-c',
    'printf "caf\\xe9.py,sha256=x,1\\n" >"$1"',
    'bash',
    host.path(`${folder}/latin.dist-info/RECORD`),
  ]);
  host.write(`${folder}/odd.dist-info/RECORD`, 'odd.py,no\0such=x,1\n');
  host.write(`${folder}/legacy.egg-info/PKG-INFO`, '');
  host.write(`${folder}/single.egg-info`, '');
  const places = `${JSON.stringify(host.path('opt/it’s/lib')).replaceAll('$', '\\$')}/python3*/site-packages nowhere`;
  const { status, output } = runtimeOn(
    host,
    `${STEP}set -eE; sw_mend_half_done it ${PYTHON} ${places}`,
  );
  expect({ status, output }).toEqual({
    status: 0,
    output: [
      'blank.dist',
      'cut.dist',
      'gone.dist',
      'latin.dist',
      'legacy.egg',
      'odd.dist',
      'single.egg',
      'unnoted.dist',
      'unsigned.dist',
      'zeros.dist',
    ]
      .map(
        (name) =>
          `not whole, and written anew if it is needed: ${host.path(folder)}/${name}-info\n`,
      )
      .join(''),
  });
  const left = Object.keys(host.snapshot()).filter((path) => path.endsWith('-info'));
  expect(left.map((path) => path.split('/').at(-1))).toEqual(['old.dist-info', 'whole.dist-info']);
});

test.skipIf(!PYTHON)('of a system’s own Python, what is below /usr/lib is never looked at', () => {
  const host = temporaryHost();
  host.write('state/unfinished/one', 'it\n');
  spawnSync('touch', ['-d', '2001-01-01', host.path('state/unfinished/one')]);
  // What would be removed is only told.
  const python = `py() { ${PYTHON} -c "
import shutil, os, sys
shutil.rmtree = os.remove = lambda path: None
exec(sys.stdin.read())" "\${@:2}"; }`;
  const { status, output } = runtimeOn(host, `${STEP}${python}; sw_mend_half_done it py`);
  expect(status).toBe(0);
  expect(output).not.toContain(' /usr/lib/');
});

test.skipIf(!PYTHON)(
  'an environment that sees the system’s packages, or has a site of its own',
  () => {
    const host = temporaryHost();
    host.write('state/unfinished/one', 'it\n');
    spawnSync('touch', ['-d', '2001-01-01', host.path('state/unfinished/one')]);
    const folder = 'env/lib/python3/site-packages';
    host.write(`${folder}/cut.dist-info/METADATA`, '');
    host.write('elsewhere/dist-packages/other.dist-info/METADATA', '');
    const known = [host.path(folder), host.path('elsewhere/dist-packages'), host.path('env')];
    const asked = [
      'site.getsitepackages = lambda: known',
      'del site.getsitepackages; sys.path += known',
    ];
    for (const how of asked) {
      host.write(`${folder}/cut.dist-info/METADATA`, '');
      const python = `py() { ${PYTHON} -c '
import site, sys
known = sys.argv[3:]
sys.argv = sys.argv[1:3]
sys.prefix = known[2]
${how}
exec(sys.stdin.read())' "$@" ${known.map((path) => JSON.stringify(path).replaceAll('$', '\\$')).join(' ')}; }`;
      const { status, output } = runtimeOn(host, `${STEP}${python}; sw_mend_half_done it py`);
      expect({ status, output }).toEqual({
        status: 0,
        output: `not whole, and written anew if it is needed: ${host.path(folder)}/cut.dist-info\n`,
      });
    }
  },
);
