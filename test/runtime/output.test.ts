import { expect, test } from 'vitest';
import { runtimeOn, temporaryHost } from '../support/kinds.ts';

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

test('a log that cannot be written to is noticed', () => {
  const body = `exec 8>/dev/full; sw_log_open=yes; sw_record x; echo "$sw_log_broken"`;
  expect(runtimeOn(temporaryHost(), body).output).toBe('yes\n');
});
