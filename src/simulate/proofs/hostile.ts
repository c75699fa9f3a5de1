import { Host } from '../host.ts';
import { runScript } from '../run.ts';
import { tail, type Report } from './report.ts';
import type { Subject } from './subject.ts';
import type { Trunk } from './trunk.ts';

/** Pieces of text that a shell, a pattern or a printf would make something else of. */
const SPACES = [' ', '  ', '\n', '\t', '\r', '\u0001', '\u007f', '\u202e', '\u200b'];
const MARKS = '\' " ` $ ; | & * ? [a] {a,b} ~ - -- \\ # ! < > ( ) = : / .. . %s %n $IFS ${x}'.split(
  ' ',
);
const CALLS = ['$(touch /pwned)', '`touch /pwned`', '$((1+1))', "$'\\n'", '\\$', '" "'];
const PLAIN = 'a Z 9 0 latest yes no /srv/x http://x.example/ 1.2 \u00e9 \u4e2d \u{1f600}'.split(
  ' ',
);
const PIECES: readonly string[] = [...SPACES, ...MARKS, ...CALLS, ...PLAIN];
/** How many values are tried of all a procedure's parameters together. */
const CASES = 5000;

/** The same numbers each time: a finding can be found again. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Beginnings with which a value is more likely to be taken. */
const BEGINNINGS = ['', '', '/srv/', '/', 'http://x.example/', 'a', '1.'];

function makeValue(next: () => number): string {
  const pick = (from: readonly string[]): string => from[Math.floor(next() * from.length)] ?? '';
  const count = 1 + Math.floor(next() * 5);
  return pick(BEGINNINGS) + Array.from({ length: count }, () => pick(PIECES)).join('');
}

/** The names of a script's parameters, as its own text declares them. */
function parametersOf(text: string): string[] {
  return [...text.matchAll(/^ {2}parameter ([a-z_][a-z0-9_]*) /gm)].map((match) => match[1] ?? '');
}

/**
 * Gives a generated script each of the values in a file, pairs of a parameter and a value, as its
 * `--set` does, and prints what it has then made of it: "refused", or "kept", the value itself, the
 * value as its advice on how to go on quotes it, and as a later run would recall it.
 */
const HARNESS = String.raw`#!/bin/bash
source "$1"
exec 8>/dev/null
sw_state=/tmp/hostile-state
mkdir -p "$sw_state"
parameters
number=0
while IFS= read -r -d '' name && IFS= read -r -d '' value; do
  if ! sw_set "$name=$value" flag; then
    printf 'refused\0'
    continue
  fi
  kept=${'$'}{!name}
  sw_set_arguments
  eval "set -- $sw_text"
  shown=${'$'}{2#*=}
  recalled=$kept
  number=$((number + 1))
  # Files are slow: a few of them will do.
  if ((number % 20 == 0)); then
    sw_keep_parameters
    printf -v "$name" '%s' ''
    sw_origins[$name]=default
    sw_recall_parameters
    recalled=${'$'}{!name}
  fi
  sw_origins[$name]=default
  printf 'kept\0%s\0%s\0%s\0' "$kept" "$shown" "$recalled"
done <"$2"
`;

interface Case {
  readonly name: string;
  readonly value: string;
}

function judge(cases: readonly Case[], words: readonly string[]): string[] {
  const wrong: string[] = [];
  let at = 0;
  for (const { name, value } of cases) {
    const verdict = words[at++];
    if (verdict === 'refused') continue;
    const told = verdict === 'kept' ? words.slice(at, at + 3) : [];
    at += 3;
    const changed = told.filter((text) => text !== value);
    if (told.length < 3 || changed.length > 0)
      wrong.push(`${name}=${JSON.stringify(value)} became ${JSON.stringify(told)}`);
  }
  return wrong;
}

/** Values that nobody would type in earnest: each is refused, or kept as it is to the last letter. */
export async function proveHostileValues(
  subject: Subject,
  trunk: Trunk,
  report: Report,
): Promise<void> {
  for (const { name, text } of subject.scripts) {
    const parameters = parametersOf(text);
    if (parameters.length === 0) continue;
    const next = numbers(2026);
    const cases = Array.from({ length: Math.ceil(CASES / subject.scripts.length) }, (_, index) => ({
      name: parameters[index % parameters.length] ?? '',
      value: makeValue(next),
    }));
    const host = Host.from(subject.model.world, trunk.start);
    host.files.write('/root/hostile.sh', HARNESS);
    host.files.write('/root/cases', cases.map((one) => `${one.name}\0${one.value}\0`).join(''));
    const result = await runScript(host, '/root/hostile.sh', {
      args: [`/root/${name}`, '/root/cases'],
      patience: 300,
    });
    report.count('hostile values', cases.length);
    const wrong = judge(cases, result.stdout.split('\0'));
    // None kept would prove nothing.
    if (!result.stdout.includes('kept\0')) wrong.push('no value at all was taken');
    if (host.files.exists('/pwned')) wrong.unshift('a value was executed');
    if (result.status !== 0)
      wrong.unshift(`it ended with ${result.status}\n${tail(result.stderr, 5)}`);
    host.dispose();
    if (wrong.length > 0)
      report.find({
        state: trunk.name,
        what: `hostile values, ${name}`,
        kind: 'broken',
        wrong: wrong.slice(0, 8).join('\n'),
      });
  }
}
