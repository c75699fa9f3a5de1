import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { all, expectAnswers, expectApplied } from '../../support/modules.ts';

const HEADER = 'stepwright-journal 1 test-procedure\\n';

/** Reads a journal that holds what printf makes of `text`; `then` comes after that. */
const reads = (text: string, then = ':'): string =>
  `printf '${text}' >"$sw_state/journal"; sw_read_journal; status=$?; ${then}; ((status == 0)) || { printf '%s' "$sw_text"; exit "$status"; }`;

const parts =
  'for p in "${!sw_part_events[@]}"; do echo "$p:${sw_part_events[$p]}@${sw_part_times[$p]} ${sw_part_boots[$p]:-}"; done';
const steps =
  'sw_know_events; for s in "${!sw_events[@]}"; do echo "$s ${sw_events[$s]}"; done | sort';

const line = (event: string, step: string): string => `5\\tb\\t1\\t${event}\\t${step}\\t\\n`;

test('what is no journal of this procedure is told', () => {
  expectAnswers(temporaryHost(), [
    ['sw_read_journal; echo "$? $sw_begun"', 0, '0 no\n'],
    [reads(HEADER, 'echo "$sw_begun"'), 0, 'no\n'],
    [reads(`${HEADER}5\\tb\\t1\\tbegin\\t-\\t\\n`, 'echo "$sw_begun"'), 0, 'no\n'],
    [reads(`${HEADER}5\\tb\\t1\\tok\\ta\\t\\n`, 'echo "$sw_begun"'), 0, 'no\n'],
    [reads(`${HEADER}5\\tb\\t1\\tstart\\ta\\t\\n`, 'echo "$sw_begun"'), 0, 'yes\n'],
    [reads('stepwright-journal 1 other\\n'), 1, 'is the journal of another procedure, other'],
    [
      reads('stepwright-journal 2 test-procedure\\n'),
      1,
      'is the journal of another version of stepwright',
    ],
    [reads(''), 1, 'cannot be read as a journal: it is damaged, or is something else'],
    [reads('\\n'), 1, 'cannot be read as a journal: it is damaged, or is something else'],
    [reads('\\0\\0'), 1, 'cannot be read as a journal: it is damaged, or is something else'],
    [
      reads(' stepwright-journal 1 test-procedure\\n'),
      1,
      expect.stringContaining('cannot be read'),
    ],
    ['rm "$sw_state/journal"; mkdir "$sw_state/journal"; sw_read_journal', 1, ''],
  ]);
});

const events = (...these: string[]): string =>
  reads(
    `${HEADER}${these.map((event) => line(event, 'a')).join('')}`,
    'sw_know_events; echo "${sw_events[a]} ${sw_outcomes[a]}"',
  );

test('a look that failed, or was stopped, takes nothing back', () => {
  expectAnswers(temporaryHost(), [
    [events('done', 'failed'), 0, 'done failed\n'],
    [events('ok', 'stopped', 'failed'), 0, 'ok failed\n'],
    [events('skipped', 'failed', 'ok'), 0, 'ok ok\n'],
    [events('failed'), 0, 'failed failed\n'],
    [events('done', 'start', 'failed'), 0, 'failed failed\n'],
    [events('done', 'start', 'stopped', 'failed'), 0, 'failed failed\n'],
  ]);
});

test('events of the parts, and lines that are none', () => {
  expectAnswers(temporaryHost(), [
    [
      reads(
        `${HEADER}5\\tb1\\t1\\tbegin\\t-\\t\\n6\\tb1\\t1\\tfinished\\t-\\t\\n7\\tb2\\t1\\tbegin\\t-\\t\\n`,
        parts,
      ),
      0,
      '1: begin  finished  begin @7 b1\n',
    ],
    [
      reads(`${HEADER}5\\tb\\t2\\tbegin\\t-\\t\\n5\\tb\\t2\\tfinished\\t-`, parts),
      0,
      '2: begin @5 \n',
    ],
    [reads(`${HEADER}x\\tb\\t1\\tbegin\\t-\\t\\n5\\tb\\t$(x)\\tbegin\\t-\\t\\n`, parts), 0, ''],
    [
      reads(
        `${HEADER}\\t\\t\\t\\t-\\t\\n5\\tb\\t\\tbegin\\t-\\t\\n\\tb\\t1\\tbegin\\t-\\t\\n`,
        parts,
      ),
      0,
      '',
    ],
    [reads(`${HEADER}5\\tb\\t1\\tbegin\\t-\\n-\\t-\\t-\\n`, parts), 0, ''],
    [reads(`${HEADER}5\\tb\\t1\\tstart\\ta\\tx\\t-\\t\\n`, parts), 0, ''],
  ]);
});

test('a part of which a step was begun again is not finished until it comes to its end anew', () => {
  const has = 'sw_part_has 1 finished; echo "$?"';
  const ended = `5\\tb1\\t1\\tbegin\\t-\\t\\n${line('start', 'a')}6\\tb1\\t1\\tfinished\\t-\\t\\n`;
  const again = `7\\tb2\\t1\\tbegin\\t-\\t\\n${line('start', 'a')}`;
  expectAnswers(temporaryHost(), [
    [reads(HEADER + ended, has), 0, '0\n'],
    [reads(`${HEADER}${ended}${line('ok', 'a')}${line('done', 'b')}`, has), 0, '0\n'],
    [reads(`${HEADER}${ended}8\\tb\\t2\\tstart\\tz\\t\\n`, has), 0, '0\n'],
    [reads(HEADER + ended + again, has), 0, '1\n'],
    [reads(HEADER + ended + again + line('failed', 'a'), has), 0, '1\n'],
    [reads(HEADER + ended + again + ended, has), 0, '0\n'],
  ]);
});

test('the last event of each step counts, when its line is whole', () => {
  expectAnswers(temporaryHost(), [
    [
      reads(HEADER + line('start', 'a') + line('done', 'a') + line('start', 'b'), steps),
      0,
      'a done\nb start\n',
    ],
    [reads(HEADER + line('done', 'a') + line('start', 'a').slice(0, -2), steps), 0, 'a done\n'],
    [reads(`${HEADER}5\\tb\\n\\n5\\tb\\t1\\tbegin\\t-\\t\\n`, steps), 0, ''],
    [reads(HEADER + line('ok', '*') + line('done', 'x$(y)'), steps), 0, '* ok\nx$(y) done\n'],
    ...all(
      0,
      ['done', 'ok', 'skipped'].map((event) => `${reads(HEADER + line(event, 'a'))}; sw_is_done a`),
    ),
    ...all(
      1,
      ['start', 'failed', 'stopped'].map(
        (event) => `${reads(HEADER + line(event, 'a'))}; sw_is_done a`,
      ),
    ),
    [`${reads(HEADER)}; sw_is_done a`, 1],
    ...all(
      0,
      ['done', 'ok', 'start', 'skipped'].map(
        (event) => `${reads(HEADER + line(event, 'a') + line('failed', 'a'))}; sw_was_begun a`,
      ),
    ),
    // It was stopped, or could not tell, while its check was asked.
    ...all(
      1,
      ['failed', 'stopped'].map((event) => `${reads(HEADER + line(event, 'a'))}; sw_was_begun a`),
    ),
    [
      `${reads(HEADER)}; sw_take_event a stopped; sw_was_begun a || sw_take_event a start; sw_was_begun a`,
      0,
    ],
    [`${reads(HEADER + line('start', 'b'))}; sw_was_begun a`, 1],
  ]);
});

test('a line is added whole, and none after one that could not be', () => {
  const host = temporaryHost();
  expectApplied(host, [
    ['sw_open_journal; stat -c %a "$sw_state/journal"', 0, '600\n'],
    [
      'sw_read_journal; sw_note begin; sw_note start a; sw_note failed a $\'two\\nlines\\t$(x)\'; cut -f 2- "$sw_state/journal" | tail -n 3',
      0,
      'boot\t1\tbegin\t-\t\nboot\t1\tstart\ta\t\nboot\t1\tfailed\ta\ttwo lines $(x)\n',
    ],
    [
      'sw_read_journal; sw_note finished; sw_part_has 1 finished; echo "${sw_part_boots[1]}"',
      0,
      'boot\n',
    ],
    [
      'sw_read_journal; sw_part_has 1 begin; sw_part_has 1 beg || echo no; sw_part_has 2 begin || echo no',
      0,
      'no\nno\n',
    ],
    ['sw_read_journal; ! sw_journal_has_grown; sw_note begin; sw_journal_has_grown', 0, ''],
    [
      'sw_read_journal; rm "$sw_state/journal"; mkdir "$sw_state/journal"; sw_note start b 2>/dev/null || echo "no $?"; rmdir "$sw_state/journal"; sw_note done b || echo "no $?"; ls "$sw_state"',
      0,
      'no 1\nno 1\ncarried\n',
    ],
    ['sync() { return 1; }; sw_open_journal || echo "no $?"', 0, 'no 1\n'],
    [
      'sw_open_journal; sw_read_journal; count=0; sync() { ((++count > 1)); }; sw_note_safely begin; echo "$count"',
      0,
      '2\n',
    ],
    ['sync() { return 1; }; sw_note_safely begin || echo "no $?"', 0, 'no 1\n'],
    ['sw_boot_id; [[ $sw_text =~ ^[0-9a-f-]{36}$ ]]', 0, ''],
  ]);
});

const mended = (text: string) => `${reads(text)}; sw_open_journal; cat "$sw_state/journal"`;

test('a line that the power cut off is taken away before another is added', () => {
  const whole = `${HEADER}5\\tb\\t1\\tbegin\\t-\\t\\n`;
  const kept = 'stepwright-journal 1 test-procedure\n5\tb\t1\tbegin\t-\t\n';
  expectAnswers(temporaryHost(), [
    [mended(whole), 0, kept],
    [mended(`${whole}6\\tb\\t1\\tdo`), 0, kept],
    [mended(`${whole}\\0\\0\\0`), 0, kept],
    [mended(HEADER.slice(0, -2)), 0, 'stepwright-journal 1 test-procedure\n'],
  ]);
});
