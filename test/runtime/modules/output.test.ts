import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quote } from '../../../src/bash/quote.ts';
import { runtimeOn, temporaryHost } from '../../support/kinds.ts';
import { expectAnswers } from '../../support/modules.ts';

test.each([
  [0, '0 s'],
  [59, '59 s'],
  [60, '1 min 0 s'],
  [125, '2 min 5 s'],
  [3599, '59 min 59 s'],
  [3780, '1 h 3 min'],
  [90_000, '25 h 0 min'],
])('%d seconds are %s', (seconds, text) => {
  const { output } = runtimeOn(temporaryHost(), `sw_duration ${seconds}; printf '%s' "$sw_text"`);
  expect(output).toBe(text);
});

test('lines that were held back come before those that are written at once', () => {
  const body = `exec 8>>"$sw_log"; sw_log_open=yes
    sw_ids=(a b c) sw_titles=(A B C) sw_options=(' ' ' ' ' ')
    sw_index=0; sw_line ok ''; sw_index=1; sw_line ok ''
    say 'in between'
    sw_index=2; sw_line ok ''
    sw_complain 'at the end' 2>&1
    cat "$sw_log"`;
  const { output } = runtimeOn(temporaryHost(), body);
  expect(output.replaceAll(/^# \S+ \S+ /gm, '# ').split('\n')).toEqual([
    '[1/3] ok       a  A',
    '[2/3] ok       b  B',
    'in between',
    '[3/3] ok       c  C',
    'at the end',
    '# [1/3] ok a',
    '# [2/3] ok b',
    '# in between',
    '# [3/3] ok c',
    '# at the end',
    '',
  ]);
});

test.each([
  ['is not there', undefined, 'x\n'],
  ['is empty', '', 'x\n'],
  ['ends as it should', 'a\n', 'a\n\nx\n'],
  ['was cut off in a line', 'a\nReading pack', 'a\nReading pack\nx\n'],
  ['was cut off after a NUL', 'a\0', 'a\0\nx\n'],
])('a log that %s is gone on with on a line of its own', (_, before, after) => {
  const host = temporaryHost();
  if (before !== undefined) host.write('run.log', before);
  const variables = { sw_log: host.path('run.log') };
  const { status } = runtimeOn(host, 'sw_open_log; printf "x\\n" >&8', variables);
  expect([status, host.read('run.log')]).toEqual([0, after]);
});

test('a log that cannot be written to is noticed', () => {
  const body = `exec 8>/dev/full; sw_log_open=yes; sw_record x; echo "$sw_log_broken"`;
  expect(runtimeOn(temporaryHost(), body).output).toBe('yes\n');
});

const ODD: readonly string[] = ['x', '', '-n', '~', 'a b', "it's", '$(touch x)', '*', 'a\nb'];

test('words are shown as they would be typed', () => {
  const words = fc
    .sample(fc.array(fc.string({ unit: 'grapheme', maxLength: 10 }), { maxLength: 5 }), {
      numRuns: 1000,
      seed: 7,
    })
    .map((list) => ODD.concat(list).filter((word) => !word.includes('\0')));
  const host = temporaryHost();
  const body = words
    .map((list) => `sw_words ${list.map(quote).join(' ')}; printf '%s\\0' "$sw_text"`)
    .join('\n');
  const shown = runtimeOn(host, body).output.split('\0').slice(0, -1);
  const script = shown.map((text) => `printf '%s\\0' ${text}; printf '\\1\\0'`).join('\n');
  const { stdout } = spawnSync('bash', ['-s'], { input: script, encoding: 'utf8' });
  const read = stdout
    .split('\u0001\0')
    .slice(0, -1)
    .map((text) => text.split('\0').slice(0, -1));
  expect(read).toEqual(words);
  expect(shown[0]).toMatch(/^x '' -n '~' 'a b' /);
});

test('colours are for terminals, or for whoever asks for them', () => {
  const red = 'printf "%q" "$sw_red$sw_plain"';
  expectAnswers(temporaryHost(), [
    [`sw_colour auto; ${red}`, 0, "''"],
    [`sw_colour never; ${red}`, 0, "''"],
    [`sw_colour always; ${red}`, 0, String.raw`$'\E[31m\E[0m'`],
    [
      'sw_colour always; sw_complain x "$sw_red" 2>&1 | od -A n -c | tr -d " "',
      0,
      String.raw`033[31mx033[0m\n` + '\n',
    ],
    ['warn "a  * b"; sw_colour always; warn x | wc -c', 0, 'note: a  * b\n17\n'],
  ]);
});

test('the log is for root alone, and a text of any kind is one line of it', () => {
  expectAnswers(temporaryHost(), [
    [
      'sw_log="$sw_state/new dir/-l"; sw_open_log; say "%s  \\n \\$(x)"; stat -c %a "$sw_log"; cut -d " " -f 4- "$sw_log"',
      0,
      '%s  \\n $(x)\n600\n%s  \\n $(x)\n',
    ],
    ['echo old >"$sw_log"; sw_open_log; sw_record new; wc -l <"$sw_log"', 0, '3\n'],
    ['printf cut >"$sw_log"; sw_open_log; sw_record new; head -n 1 -- "$sw_log"', 0, 'cut\n'],
    ['sw_log=/dev/null/x; sw_open_log 2>/dev/null || echo "no $sw_log_open"', 0, 'no no\n'],
    [
      'mkdir "$sw_state/d"; sw_log=$sw_state/d; sw_open_log 2>/dev/null || echo "no $sw_log_open"',
      0,
      'no no\n',
    ],
    ['sw_record x; say x; sw_complain y', 0, 'x\ny\n'],
    ['(exec >&-; say x; say y; echo "$?" >&2) 2>&1', 0, '0\n'],
  ]);
});
