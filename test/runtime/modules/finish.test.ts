import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers } from '../../support/modules.ts';

const RUN = `step a A; step r R reboot; sw_index=0 sw_folder=/r sw_default_log=$sw_log SECONDS=0 sw_script=one.sh
sw_scripts=(one.sh two.sh)
sw_tell_how_to_go_on() { echo "go on$1"; }
sw_duration() { sw_text='0 s'; }
end() { echo ended; }; sw_hooks_end=(end)
sw_end_with_reboot() { echo reboot; return 10; }
sw_keep_digests() { echo digests; }
sync() { :; }
sw_open_journal; sw_read_journal
noted() { "$@"; local status=$?; cut -f 4-5 "$sw_state/journal" | tail -n +2; return "$status"; }
`;

test('a part that is whole is finished, and noted before anything else', () => {
  const summary = '0 changed, 0 ok, 0 skipped, in 0 s\n';
  expectAnswers(
    temporaryHost(),
    [
      [
        'noted sw_finish; echo "$?"',
        0,
        `[2/2] reboot   r  R  (needed)\nended\n${summary}digests\nreboot\nfinished\t-\n10\n`,
      ],
      ['sw_finish >/dev/null; noted sw_finish | tail -n 2', 10, 'finished\t-\nfinished\t-\n'],
      [
        'sw_part=2; sw_note finished; sw_note start a; sw_counts=([changed]=+); sw_finish >/dev/null; tail -n 1 "$sw_state/journal" | cut -f 3-4',
        0,
        '2\tfinished\n',
      ],
      [
        'sw_part=2; sw_counts=([changed]=++ [ok]=+); sw_finish; echo "$?"',
        0,
        'ended\n2 changed, 1 ok, 0 skipped, in 0 s\nA test: done.\n0\n',
      ],
      [
        'sw_left_ids=(a); sw_finish; echo "$?"',
        0,
        `ended\n${summary}one.sh is not finished. Still to be done: a\n0\n`,
      ],
      ['sw_left_ids=(a); sw_events=([a]=skipped) sw_events_known=yes; sw_is_complete', 0],
      [
        'sw_left_ids=(a b); sw_events=([a]=done [b]=failed) sw_events_known=yes; sw_is_complete; echo "$?$sw_text"',
        0,
        '1b\n',
      ],
      [
        'sw_part_events=(); sw_note_safely() { return 1; }; sw_finish',
        1,
        expect.stringMatching(
          /^ended\nEvery step is done, but that cannot be noted in [^]*go on, when there is room\n$/,
        ),
      ],
      ['extra() { echo extra; }; sw_hooks_summary=(extra); sw_summary', 0, `${summary}extra\n`],
    ],
    { before: RUN },
  );
});

test('whatever ends a run early, its end is told once, with its status', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['sw_failed=yes; sw_end_early', 1, 'ended\n\ngo on, when the cause is mended\n'],
      [
        'sw_stop=TERM; sw_end_early',
        143,
        'ended\n\nStopped on request, between two commands.\ngo on\n',
      ],
      [
        'sw_stop=INT; : >"$sw_state/stop"; : >"$sw_state/stopped"; sw_end_early &>/dev/null; ls "$sw_state"',
        0,
        'carried\njournal\n',
      ],
      ['sw_stop=INT; sw_end_early >/dev/null', 130],
      [
        'early() { echo early; }; sw_hooks_early=(early); sw_failed=yes; sw_end_early',
        1,
        'ended\n\nearly\ngo on, when the cause is mended\n',
      ],
      [
        'early() { echo early; }; sw_hooks_early=(early); sw_stop=INT; sw_end_early',
        130,
        'ended\n\nStopped on request, between two commands.\nearly\ngo on\n',
      ],
      [
        'exec 6>&1; sw_ended_unexpectedly; echo "$sw_over"; sw_ended_unexpectedly',
        0,
        'ended\none.sh ended in the middle of step a; this is a fault of the script.\ngo on\nyes\n',
      ],
      ['sw_over=yes; sw_ended_unexpectedly', 0, ''],
    ],
    { before: RUN },
  );
});
