import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { quote } from '../../../src/bash/quote.ts';
import { runtimeOn, temporaryHost, type Host } from '../../support/kinds.ts';

/** What a host has, and what its programs need: libraries in lib, and last of all in last. */
function serverOf(libraries: Readonly<Record<string, string>>): Host {
  const host = temporaryHost();
  mkdirSync(host.path('last'));
  for (const [name, text] of Object.entries(libraries)) host.write(`lib/${name}`, text);
  for (const program of ['init', 'sshd']) host.write(program, '');
  const lib = quote(host.path('lib'));
  host.stub(
    'ldd',
    `for program; do
  (($# == 1)) || printf '%s:\\n' "$program"
  printf '\\tlinux-vdso.so.1 (0x00007ffe)\\n\\t/lib64/ld-linux-x86-64.so.2 (0x00007f2d)\\n'
  for name in libc.so.6 libm.so.6 libcrypto.so.3; do printf '\\t%s => %s/%s (0x00007f2d)\\n' "$name" ${lib} "$name"; done
  case $program in
    */init) printf '\\tlibown-252.so => %s/libown-252.so (0x00007f2d)\\n' ${lib} ;;
    *) printf '\\tlibgone.so.1 => not found\\n' ;;
  esac
done`,
  );
  host.stub('ldconfig', '');
  return host;
}

const LIBRARIES = {
  'libc.so.6': 'c',
  'libm.so.6': 'm',
  'libcrypto.so.3': 'old',
  'libown-252.so': 'own',
};

function run(host: Host, body: string) {
  return runtimeOn(host, `exec 7>/dev/null; set -eE; shopt -s inherit_errexit; ${body}`, {
    sw_last_folder: host.path('last'),
    sw_library_notes: host.path('notes'),
    sw_start_programs: [host.path('init'), host.path('sshd'), host.path('no such program')],
  });
}

function files(host: Host, folder: string): Record<string, string> {
  const names = readdirSync(host.path(folder));
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(host.path(`${folder}/${name}`), 'utf8')]),
  );
}

test('copies lie where the loader looks last until they are dropped', () => {
  const host = serverOf(LIBRARIES);
  const kept = run(host, 'keep_libraries');
  expect(kept.status).toBe(0);
  expect(kept.output).toContain(': libcrypto.so.3 libown-252.so\n');
  expect(files(host, 'last')).toEqual({ 'libcrypto.so.3': 'old', 'libown-252.so': 'own' });
  expect(run(host, 'drop_libraries')).toMatchObject({ status: 0, output: '' });
  expect(files(host, 'last')).toEqual({});
  expect(run(host, '[[ ! -e $sw_library_notes ]]; drop_libraries')).toMatchObject({ status: 0 });
});

test('what lies there already is not ours: it is not replaced, and not taken away', () => {
  const host = serverOf(LIBRARIES);
  host.write('last/libcrypto.so.3', "the administrator's");
  expect(run(host, 'keep_libraries').output).toContain(': libown-252.so\n');
  run(host, 'drop_libraries');
  expect(files(host, 'last')).toEqual({ 'libcrypto.so.3': "the administrator's" });
});

test('what a package has put there in the meantime stays', () => {
  const host = serverOf(LIBRARIES);
  run(host, 'keep_libraries');
  host.write('last/libown-252.so', "a package's");
  run(host, 'drop_libraries');
  expect(files(host, 'last')).toEqual({ 'libown-252.so': "a package's" });
});

test('a second run lays copies of what is there now, in place of those of the first', () => {
  const host = serverOf(LIBRARIES);
  const cut = run(
    host,
    `mv() {
  [[ -n \${stage:-} ]] || { command mv "$@"; return; }
  command mv -t "$sw_last_folder" "$stage/libcrypto.so.3"
  exit 9
}
keep_libraries`,
  );
  expect(cut.status).toBe(9);
  expect(run(host, 'copies_are_left')).toMatchObject({
    status: 0,
    output: `an upgrade was cut off: ${host.path('last')} still has its copies of libraries\n`,
  });
  host.write('lib/libcrypto.so.3', 'new');
  // Another procedure than the one that was cut off finds them, too.
  const other = 'sw_state=$sw_state-of-another; ';
  expect(run(host, `${other}keep_libraries`).output).toContain(': libcrypto.so.3 libown-252.so\n');
  expect(files(host, 'last')).toEqual({ 'libcrypto.so.3': 'new', 'libown-252.so': 'own' });
  run(host, `${other}drop_libraries`);
  expect(files(host, 'last')).toEqual({});
  expect(run(host, 'copies_are_left').status).toBe(1);
});

test('a copy that is all that there is stays as it is', () => {
  const host = serverOf(LIBRARIES);
  run(host, 'keep_libraries');
  rmSync(host.path('lib/libcrypto.so.3'));
  // The loader finds the copy, and ldd says so.
  const listed = `sw_list_libraries() { printf '%s\\n' "$sw_last_folder"/libcrypto.so.3 ${quote(host.path('lib'))}/libown-252.so; }`;
  expect(run(host, `${listed}; keep_libraries`).output).toContain(': libown-252.so\n');
  expect(files(host, 'last')).toEqual({ 'libcrypto.so.3': 'old', 'libown-252.so': 'own' });
});

test('a program that ldd cannot read stops the step, before anything is laid', () => {
  const host = serverOf(LIBRARIES);
  host.stub('ldd', 'echo "exited with unknown exit code (139)"; exit 1');
  const { status, output } = run(host, 'keep_libraries; echo went on');
  expect(status).toBe(1);
  expect(output).toBe(
    `ldd cannot tell the libraries of ${host.path('init')}:\nexited with unknown exit code (139)\n`,
  );
  expect(files(host, 'last')).toEqual({});
});

test('a script, and a program without libraries, is none to keep anything for', () => {
  const host = serverOf(LIBRARIES);
  host.stub('ldd', 'printf "\\tnot a dynamic executable\\n" >&2; exit 1');
  expect(run(host, 'keep_libraries; echo went on')).toMatchObject({
    status: 0,
    output: 'went on\n',
  });
});

test('a script among the programs hides none of those that come after it', () => {
  const host = serverOf(LIBRARIES);
  host.write('lib/libssh.so.4', 'ssh');
  host.stub(
    'ldd',
    `for program; do
  case $program in
    */init) printf '\\tnot a dynamic executable\\n' >&2; exit 1 ;;
    *) printf '\\tlibssh.so.4 => %s/libssh.so.4 (0x00007f2d)\\n' ${quote(host.path('lib'))} ;;
  esac
done`,
  );
  expect(run(host, 'keep_libraries').output).toContain(': libssh.so.4\n');
});

test('a library that is not named as one is left alone', () => {
  const host = serverOf({ 'plugin.so': 'p' });
  host.stub(
    'ldd',
    `printf '\\tplugin.so => %s (0x00007f2d)\\n' ${quote(host.path('lib/plugin.so'))}`,
  );
  expect(run(host, 'keep_libraries')).toMatchObject({ status: 0, output: '' });
});

test('a link that leads nowhere any more is no library: what it led to is put back in its place', () => {
  const host = serverOf(LIBRARIES);
  run(host, 'keep_libraries');
  const path = host.path('lib/libcrypto.so.3');
  rmSync(path);
  symlinkSync('libcrypto.so.3.0.17', path);
  expect(run(host, 'restore_libraries').output).toBe(
    `put back, until its successor is there: ${path}\n`,
  );
  expect(files(host, 'lib')['libcrypto.so.3']).toBe('old');
});

test('the cache of the loader is made anew when anything was laid, put back or not, and at the end', () => {
  const host = serverOf(LIBRARIES);
  run(host, 'restore_libraries; keep_libraries');
  expect(host.calls('ldconfig')).toHaveLength(0);
  run(host, 'restore_libraries');
  expect(host.calls('ldconfig')).toHaveLength(1);
  run(host, 'drop_libraries');
  expect(host.calls('ldconfig').map(({ args }) => args)).toEqual([[], [], ['-p']]);
});

test('an ldconfig that ends well and does nothing is found out when the copies go', () => {
  const host = serverOf(LIBRARIES);
  run(host, 'keep_libraries');
  host.stub(
    'ldconfig',
    `printf '\\tlibcrypto.so.3 (libc6,x86-64) => %s\\n' "$host/last/libcrypto.so.3"`,
  );
  const { status, output } = run(host, 'drop_libraries; echo went on');
  expect(status).toBe(1);
  expect(output).toContain(
    `its cache still names ${host.path('last/libcrypto.so.3')}, which is gone\n`,
  );
  host.stub('ldconfig', '');
  expect(run(host, 'drop_libraries; copies_are_left')).toMatchObject({ status: 1, output: '' });
});

test.each([
  ['before anything is put back', 'sw_replace() { exit 9; }'],
  ['after the note is written', 'sw_replace() { [[ $1 == */restored ]] || exit 9; sw_real "$@"; }'],
  ['before the cache is made anew', 'ldconfig() { exit 9; }'],
])('cut off while it puts back, %s, a run puts back and takes away all', (_, fault) => {
  const host = serverOf(LIBRARIES);
  host.stub('dpkg-query', 'exit 1');
  run(host, 'keep_libraries');
  rmSync(host.path('lib/libown-252.so'));
  const real = 'eval "sw_real$(declare -f sw_replace | tail -n +2 | sed \'1s/^/() /\')"';
  expect(run(host, `${real}; ${fault}; restore_libraries`).status).toBe(9);
  run(host, 'restore_libraries');
  expect(files(host, 'lib')['libown-252.so']).toBe('own');
  run(host, 'drop_libraries');
  expect(files(host, 'last')).toEqual({});
  expect(files(host, 'lib')['libown-252.so']).toBeUndefined();
});

test.each(['rm', 'sync', 'ldconfig', 'dpkg-query'])(
  'cut off at each %s while it takes away, a run takes away the rest',
  (command) => {
    for (let call = 1; call <= 8; call += 1) {
      const host = serverOf(LIBRARIES);
      host.stub('dpkg-query', 'exit 1');
      run(host, 'keep_libraries');
      rmSync(host.path('lib/libown-252.so'));
      run(host, 'restore_libraries');
      const fault = `calls=0; ${command}() { ((++calls < ${call})) || exit 9; command ${command} "$@"; }`;
      const { status } = run(host, `${fault}; drop_libraries`);
      run(host, 'drop_libraries');
      expect([call, files(host, 'last')]).toEqual([call, {}]);
      expect(files(host, 'lib')['libown-252.so']).toBeUndefined();
      expect(run(host, 'copies_are_left').status).toBe(1);
      if (status === 0) {
        expect(call).toBeGreaterThan(1);
        return;
      }
    }
    expect.fail(`${command} was called more often than is asked here`);
  },
);

test('where dpkg cannot say whose a library is, nothing that was put back is taken away', () => {
  const host = serverOf(LIBRARIES);
  run(host, 'keep_libraries');
  rmSync(host.path('lib/libown-252.so'));
  run(host, 'restore_libraries');
  host.stub('dpkg-query', 'exit 2');
  const { status, output } = run(host, 'drop_libraries; echo went on');
  expect(status).toBe(1);
  expect(output).toContain('dpkg-query could not tell whether a package has ');
  expect(files(host, 'lib')['libown-252.so']).toBe('own');
  expect(run(host, 'copies_are_left').status).toBe(0);
});

test('what is left as a copy alone is put back, and goes when nothing has taken its place', () => {
  const host = serverOf(LIBRARIES);
  host.stub(
    'dpkg-query',
    `for path; do [[ $path != */libowned.so ]] || echo "libowned: $path"; done; exit 1`,
  );
  host.write('lib/libowned.so', 'same');
  const libraries = `sw_list_libraries() { printf '%s\\n' ${quote(host.path('lib'))}/lib{crypto.so.3,own-252.so,owned.so}; }`;
  run(host, `${libraries}; keep_libraries`);
  rmSync(host.path('lib/libcrypto.so.3'));
  rmSync(host.path('lib/libown-252.so'));
  rmSync(host.path('lib/libowned.so'));
  expect(run(host, 'restore_libraries').output.match(/put back/g)).toHaveLength(3);
  expect(files(host, 'lib')).toMatchObject({ 'libcrypto.so.3': 'old', 'libown-252.so': 'own' });
  expect(run(host, 'restore_libraries')).toMatchObject({ status: 0, output: '' });
  host.write('lib/libcrypto.so.3', 'new');
  expect(run(host, 'drop_libraries')).toMatchObject({ status: 0, output: '' });
  expect(files(host, 'last')).toEqual({});
  expect(files(host, 'lib')).toEqual({
    'libc.so.6': 'c',
    'libm.so.6': 'm',
    'libcrypto.so.3': 'new',
    'libowned.so': 'same',
  });
  expect(run(host, '[[ ! -e $sw_library_notes ]]; restore_libraries').status).toBe(0);
});

/** As where /lib is no link to /usr/lib: each folder has a file of its own. */
const OTHER = 'sw_other_name() { sw_text=${1/\\/lib\\//\\/other\\/}; }; ';

test('a library whose successor is in the other folder is not put back', () => {
  const host = serverOf(LIBRARIES);
  run(host, `${OTHER}keep_libraries`);
  rmSync(host.path('lib/libown-252.so'));
  host.write('other/libown-252.so', 'new');
  expect(run(host, `${OTHER}restore_libraries`)).toMatchObject({ status: 0, output: '' });
  expect(files(host, 'lib')['libown-252.so']).toBeUndefined();
});

test('what was put back goes as soon as its successor is in the other folder', () => {
  const host = serverOf(LIBRARIES);
  run(host, `${OTHER}keep_libraries`);
  rmSync(host.path('lib/libown-252.so'));
  run(host, `${OTHER}restore_libraries`);
  expect(files(host, 'lib')['libown-252.so']).toBe('own');
  host.write('other/libown-252.so', 'new');
  expect(run(host, `${OTHER}restore_libraries`)).toMatchObject({ status: 0, output: '' });
  expect(files(host, 'lib')['libown-252.so']).toBeUndefined();
});

test('what was put back goes when its successor came into the other folder, not when that is the same', () => {
  const host = serverOf(LIBRARIES);
  host.stub(
    'dpkg-query',
    'for path; do [[ $path != */other/* ]] || { echo "own: $path"; found=y; }; done; [[ ${found-} ]]',
  );
  for (const same of [false, true]) {
    host.write('lib/libown-252.so', 'own');
    run(host, `${OTHER}keep_libraries`);
    rmSync(host.path('lib/libown-252.so'));
    expect(run(host, `${OTHER}restore_libraries`).output).toContain('put back');
    if (same) symlinkSync('lib', host.path('other'));
    else host.write('other/libown-252.so', 'new');
    expect(run(host, `${OTHER}drop_libraries`)).toMatchObject({ status: 0, output: '' });
    expect(files(host, 'lib')['libown-252.so']).toBe(same ? 'own' : undefined);
    rmSync(host.path('other'), { recursive: true });
  }
});

test('what a note cannot tell stops the step, and the notes stay', () => {
  const host = serverOf(LIBRARIES);
  run(host, 'keep_libraries');
  const { status } = run(host, 'sw_notes_of_copies() { false; }; drop_libraries; echo went on');
  expect(status).toBe(1);
  expect(run(host, 'copies_are_left').status).toBe(0);
});

test.each([
  ['/lib/x86_64-linux-gnu/liba.so', '/usr/lib/x86_64-linux-gnu/liba.so'],
  ['/usr/lib/x86_64-linux-gnu/liba.so', '/lib/x86_64-linux-gnu/liba.so'],
  ['/usr/lib/liba.so', '/lib/liba.so'],
])('%s is %s, too', (path, other) => {
  expect(run(serverOf({}), `sw_other_name ${path}; echo "$sw_text"`).output).toBe(`${other}\n`);
});

test('of two libraries of one name the first counts', () => {
  const host = serverOf(LIBRARIES);
  host.write('other/libown-252.so', 'other');
  const [lib, other] = [quote(host.path('lib')), quote(host.path('other'))];
  const libraries = `sw_list_libraries() { printf '%s\\n' ${lib}/libown-252.so ${other}/libown-252.so; }`;
  expect(run(host, `${libraries}; keep_libraries`).status).toBe(0);
  expect(files(host, 'last')).toEqual({ 'libown-252.so': 'own' });
});

test('where nothing is needed, nothing is noted', () => {
  const host = serverOf(LIBRARIES);
  expect(
    run(host, 'sw_start_programs=(); keep_libraries; [[ ! -e $sw_library_notes ]]'),
  ).toMatchObject({
    status: 0,
    output: '',
  });
});
