import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { findNewer } from '../../src/check/bash-version.ts';
import { isLater, SHELL_OPTIONS, type BashVersion } from '../../src/check/constructs.ts';

/** A line of a script, and what of it came with which version. */
const TABLE: readonly [string, ...string[]][] = [
  ['echo "$EPOCHSECONDS"', '5.0 $EPOCHSECONDS 1:7'],
  ['((now = EPOCHSECONDS + 1))', '5.0 $EPOCHSECONDS 1:9'],
  ['x=${EPOCHREALTIME%.*}', '5.0 $EPOCHREALTIME 1:3'],
  ['BASH_ARGV0=a', '5.0 BASH_ARGV0= 1:1'],
  ['echo $SRANDOM', '5.1 $SRANDOM 1:6'],
  ['echo $((BASH_MONOSECONDS))', '5.3 $BASH_MONOSECONDS 1:9'],
  ['GLOBSORT=size', '5.3 GLOBSORT= 1:1'],
  ['local GLOBSORT=size', '5.3 GLOBSORT= 1:7'],
  ['echo "$BASHPID"', '4.0 $BASHPID 1:7'],
  ['BASH_XTRACEFD=3', '4.1 BASH_XTRACEFD= 1:1'],
  ['BASH_COMPAT=4.3 a', '4.3 BASH_COMPAT= 1:1'],
  ['echo "${x^^}" "${y,}"', '4.0 ${name^^} 1:7', '4.0 ${name,} 1:16'],
  ['echo "${x@Q}"', '4.4 ${name@Q} 1:7'],
  ['echo "${x[@]@A}"', '4.4 ${name@A} 1:7'],
  ['echo "${x@U}" ${y@u} ${z@L}', '5.1 ${name@U} 1:7', '5.1 ${name@u} 1:15', '5.1 ${name@L} 1:22'],
  ['echo "${x[@]@K}"', '5.1 ${name@K} 1:7'],
  ['echo "${x[@]@k}"', '5.2 ${name@k} 1:7'],
  ['echo "${x:1:-1}"', '4.2 a negative length of a substring 1:7'],
  ['echo "${x[-1]}"', '4.2 a negative subscript 1:7'],
  ['x[-1]=a', '4.3 a negative subscript that is assigned 1:1'],
  ["unset 'x[-1]'", '4.3 a negative subscript that is unset 1:7'],
  ['echo "${x//a/b&}"', '5.2 an unquoted & in a replacement, which stands for what matched 1:7'],
  ['echo "${x//a/$y}"', '5.2 an unquoted & in a replacement, which stands for what matched 1:7'],
  ['x=${ a; }', '5.3 ${ command; } 1:3'],
  ['x=${| a; }', '5.3 ${ command; } 1:3'],
  ['echo "$(a "$(b $SRANDOM)")"', '5.1 $SRANDOM 1:16'],
  ['echo `a \\`wait -p x\\``', '5.1 wait -p 1:6'],
  ["echo $'\\u00e9'", "4.2 $'\\u' 1:6"],
  ['a &>>b', '4.0 &>> 1:3'],
  ['a |& b', '4.0 |& 1:1'],
  ['case a in b) c ;& *) d ;;& esac', '4.0 ;& 1:11', '4.0 ;;& 1:19'],
  ['coproc a { b; }', '4.0 coproc 1:1'],
  ['exec {fd}>a', '4.1 {name}> 1:6'],
  ['exec {fd[1]}>a', '4.3 {name[index]}> 1:6'],
  ['[[ -v x ]]', '4.2 -v 1:4'],
  ['[[ -v x[1] ]]', '4.3 -v with an element of an array 1:4'],
  ['[[ -v 1 ]]', '5.1 -v with a positional parameter 1:4'],
  ['[[ -R x ]]', '4.3 -R 1:4'],
  ['test -v x', '4.2 -v 1:6'],
  ['[ -v x ] && [ -R y ]', '4.2 -v 1:3', '4.3 -R 1:15'],
  ['declare -A a', '4.0 declare -A 1:9'],
  ['declare -gA a', '4.2 declare -g 1:9', '4.0 declare -A 1:9'],
  ['local -n a=b', '4.3 local -n 1:7'],
  ['local -', '4.4 local - 1:7'],
  ['local -I a', '5.1 local -I 1:7'],
  ['declare -A a=(k v)', '4.0 declare -A 1:9', '5.1 keys and values side by side 1:12'],
  ['declare -A a; a=(k v)', '4.0 declare -A 1:9', '5.1 keys and values side by side 1:15'],
  ['unset -n a', '4.3 unset -n 1:7'],
  ['read -N 1 x', '4.1 read -N 1:6'],
  ['read -r -E x', '5.3 read -E 1:9'],
  ['mapfile -t a', '4.0 mapfile 1:1'],
  ["readarray -d '' a", '4.0 readarray 1:1', '4.4 readarray -d 1:11'],
  ['wait -n', '4.3 wait -n 1:6'],
  ['wait -n "$pid"', '4.3 wait -n 1:6', '5.1 wait -n with a job 1:9'],
  ['wait -f "$pid"', '5.0 wait -f 1:6'],
  ['wait -np x', '4.3 wait -n 1:6', '5.1 wait -p 1:6'],
  ['builtin wait -f 1', '5.0 wait -f 1:14'],
  ["printf '%(%F)T' -1", '4.2 printf %(…)T 1:8'],
  ["printf -v x '%(%s)T'", '4.3 printf %(…)T 1:13'],
  ["printf '%(%H:%M:%S %C)T %s' -1 a", '4.2 printf %(…)T 1:8'],
  ["printf '%Q' a", '5.2 printf %Q 1:8'],
  ["printf '%-9q %#q' a b", '5.3 printf %#q 1:8'],
  ["printf '%#Q %Q' a b", '5.2 printf %Q 1:8', '5.3 printf %#q 1:8'],
  ["printf '%-3ls' a", '5.3 printf %ls 1:8'],
  ["printf '%S %C' a b", '5.3 printf %ls 1:8'],
  ['trap -P INT', '5.3 trap -P 1:6'],
  ['ulimit -R 5', '5.1 ulimit -R 1:8'],
  ['history -d 1-5', '5.0 history -d with a range 1:12'],
  ['kill -L', '4.4 kill -L 1:6'],
  ['kill -sTERM 1', '5.0 kill -sNAME in one word 1:6'],
  ['kill -n15 1', '5.0 kill -nNUMBER in one word 1:6'],
  ['compgen -V x -c', '5.3 compgen -V 1:9'],
  ['source -p /a b', '5.3 source -p 1:8'],
  ['. -p /a b', '5.3 . -p 1:3'],
  [
    'shopt -s inherit_errexit globstar',
    '4.4 shopt inherit_errexit 1:10',
    '4.0 shopt globstar 1:26',
  ],
  ['shopt -s patsub_replacement', '5.2 shopt patsub_replacement 1:10'],
  ['shopt -u array_expand_once', '5.3 shopt array_expand_once 1:10'],
];

/** What only looks like something new. */
const OLD = [
  'echo \'$EPOCHSECONDS\' "\\$SRANDOM" # ${x@U}',
  "cat <<'E'\n$EPOCHSECONDS ${x@U}\nE",
  'x=${EPOCHSECONDS:-$(date +%s)}',
  'SRANDOM=4; echo "$SRANDOM"',
  'wait() { :; }; wait -p x',
  'wait -- -p',
  "read -d '' -r N; read -p -N x",
  "printf '%%(a)T %s' '%Q'",
  'kill -s TERM 1; kill -n 15 1; kill -TERM 1; kill -l; kill -15 1; kill -- -sTERM',
  'kill() { :; }; kill -sTERM 1',
  'echo "${x//a/"$y"}" "${x//a/\\&}" "${x//&/b}"',
  'x=([1]=a); declare -A y; y=([k]=v)',
  'local -A a; local -a a; a=(k v)',
  'echo -v; [ -v ]',
  'echo a[-1] "${x: -1}"',
  'a="coproc" && b | c && case a in b) c ;; esac',
  'declare -a a; a=(k v)',
  'eval \'echo "${x@U}"\'',
];

function found(script: string, minimum: BashVersion): string[] {
  return findNewer(script, minimum).map(
    ({ construct, since, line, column }) => `${since} ${construct} ${line}:${column}`,
  );
}

describe('what a later bash brought', () => {
  test.each(TABLE)('%s', (script, ...expected) => {
    expect(found(script, '3.2')).toEqual(expected);
  });

  test.each(TABLE)('%s, and is nothing to who has that bash', (script, ...expected) => {
    const newest = expected
      .map((text) => text.split(' ')[0] as BashVersion)
      .reduce((a, b) => (isLater(a, b) ? a : b));
    expect(found(script, newest)).toEqual([]);
  });

  test.each(OLD)('%j is nothing new', (script) => {
    expect(found(script, '4.0')).toEqual([]);
  });

  test('is told in order, with its place', () => {
    expect(found('f() {\n  wait -f 1\n  x="a $(\n    echo "${y@U}"\n  )"\n}\n', '4.4')).toEqual([
      '5.0 wait -f 2:8',
      '5.1 ${name@U} 4:11',
    ]);
  });
});

describe('the table agrees with the bash that is here', () => {
  const [, here] =
    /version (\d+\.\d+)/.exec(spawnSync('bash', ['--version']).stdout.toString()) ?? [];
  const known = new Set(
    spawnSync('bash', ['-c', 'shopt'])
      .stdout.toString()
      .split('\n')
      .map((line) => line.split(/\s/)[0]),
  );

  test.each(Object.entries(SHELL_OPTIONS))('shopt %s came with %s', (name, since) => {
    expect(known.has(name)).toBe(!isLater(since, here as BashVersion));
  });
});
