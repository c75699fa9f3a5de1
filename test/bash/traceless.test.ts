import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { isTraceless } from '../../src/bash/traceless.ts';

const judge = (text: string): boolean =>
  isTraceless(text, new Set(['x', 'path']), new Set(['run', 'fail']));

const TRACELESS = [
  'grep -qx "n=1" "$path"',
  'test -e /etc/x && ! test -e "/etc/${path}"',
  '[[ -f $path && $x == a* ]] || [[ ! ( -n $x ) ]]',
  "cat <'/etc/passwd' 2>/dev/null | wc -l >&2",
  'test "$(y=1; echo "$y$z"; exit 3)" = 1',
  '[[ -v HOME && ! -v x ]]',
  "[ -e $'/a\\tb' ]\nls /etc/*.conf ~",
  'systemctl is-active --quiet -- "$x"',
];

/** Each changes its shell, ends it, or may. */
const TELLING = [
  'y=1',
  'y=1 grep a b',
  'cd /etc',
  'exit 1',
  'exec true',
  'echo "$y"',
  'echo "${x:=1}"',
  'echo "${y:?}"',
  'echo "$((x = 1))"',
  '(( x = 1 ))',
  '[[ 1 -eq x=1 ]]',
  '[[ -v foo[bar] ]]',
  '[[ -v $x ]]',
  'test -v "a[x=5]"',
  '[ ! -v "a[x=5]" ]',
  'printf -v x 1',
  'read x',
  'for x in a; do true; done',
  'f() { true; }',
  'true & wait',
  'true &',
  'exec {x}>/dev/null',
  'cat {x}>/dev/null',
  'run touch /etc/x',
  '"$x" -e /etc',
  "'cd' /etc",
  '{ true; }',
  'if true; then true; fi',
  ': >/etc/x',
  'cat <(true)',
  'cat <<END\n$x\nEND',
];

describe('a fragment that leaves its shell as it was', () => {
  test.each(TRACELESS)('%s', (text) => {
    expect(judge(text)).toBe(true);
  });

  // What bash itself says: its variables, folder, options, traps and descriptors before and after.
  test.each(TRACELESS)('to bash: %s', (text) => {
    const seen =
      'declare -p | grep -v "^declare [^ ]* \\(_\\|BASH_[A-Z]*\\|PIPESTATUS\\|RANDOM\\|SRANDOM\\|EPOCH.*\\|SECONDS\\)="; pwd; set -o; shopt; trap; ls /proc/$$/fd';
    const script = `x=a path=/etc/passwd\nf() {\n${text}\n}\nlook() { ${seen}; }\nlook >"$1/1" 2>&1\nf >/dev/null 2>&1 || :\nlook >"$1/2" 2>&1\ncmp "$1/1" "$1/2"`;
    const folder = spawnSync('mktemp', ['-d'], { encoding: 'utf8' }).stdout.trim();
    const { status, stdout, stderr } = spawnSync('bash', ['-uc', script, 'x', folder], {
      encoding: 'utf8',
    });
    spawnSync('rm', ['-r', '--', folder]);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});

test.each(TELLING)('may change or end its shell: %s', (text) => {
  expect(judge(text)).toBe(false);
});
