import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
    `printf '\\tlinux-vdso.so.1 (0x00007ffe)\\n\\t/lib64/ld-linux-x86-64.so.2 (0x00007f2d)\\n'
for name in libc.so.6 libm.so.6 libcrypto.so.3; do printf '\\t%s => %s/%s (0x00007f2d)\\n' "$name" ${lib} "$name"; done
case $1 in
  */init) printf '\\tlibown-252.so => %s/libown-252.so (0x00007f2d)\\n' ${lib} ;;
  *) printf '\\tlibgone.so.1 => not found\\n' ;;
esac`,
  );
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
  expect(run(host, '[[ ! -e $sw_state/libraries ]]; drop_libraries')).toMatchObject({ status: 0 });
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

test('a second run keeps what the first one has kept, with what it had not come to', () => {
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
  // The package is being replaced: the copy is all that there is.
  host.write('lib/libcrypto.so.3', 'new');
  expect(run(host, 'keep_libraries').output).toContain(': libown-252.so\n');
  expect(files(host, 'last')).toEqual({ 'libcrypto.so.3': 'old', 'libown-252.so': 'own' });
  run(host, 'drop_libraries');
  expect(files(host, 'last')).toEqual({});
});

test('what is left as a copy alone is put back, and goes when nothing has taken its place', () => {
  const host = serverOf(LIBRARIES);
  host.stub(
    'dpkg-query',
    `for path; do [[ $path != */libowned.so ]] || echo "libowned: $path"; done`,
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
  expect(run(host, '[[ ! -e $sw_state/restored-libraries ]]; restore_libraries').status).toBe(0);
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
    run(host, 'sw_start_programs=(); keep_libraries; [[ ! -e $sw_state/libraries ]]'),
  ).toMatchObject({
    status: 0,
    output: '',
  });
});
