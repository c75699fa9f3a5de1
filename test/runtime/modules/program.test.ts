import { test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { all, expectAnswers, expectApplied, stops } from '../../support/modules.ts';

const RUN = `sw_step=one sw_signal=TERM sw_patience=5 sw_stall=60 sw_shown='' sw_log_open=no
one__check() { [[ -e $sw_state/reached ]]; }
sw_check=one__check
cd "\${sw_state%/*}"
`;

test('what the kernel tells of a process', () => {
  const host = temporaryHost();
  host.write(') R 1 2 (', '#!/bin/bash\nwhile sleep 0.1; do :; done\n', 0o755);
  expectAnswers(
    host,
    [
      ['sw_stat $BASHPID; [[ $sw_text =~ ^[RS]" "[0-9]+" "[0-9]+$ ]]', 0],
      ...all(1, [
        'sw_stat 999999999',
        'sw_stat ""',
        'sw_stat x',
        'sw_stat "self/task/0"',
        'sw_runs 999999999',
      ]),
      ...all(0, ['sw_runs $BASHPID', 'sw_runs 1']),
      [
        '\'./) R 1 2 (\' & sleep 0.2; sw_stat $!; kill $!; [[ $sw_text =~ ^[RSD]" "[0-9]+" "[0-9]+$ ]]',
        0,
        '',
      ],
      [
        '(exec sleep 0) & pid=$!; sleep 0.2; sw_runs "$pid"; status=$?; wait "$pid"; exit "$status"',
        1,
      ],
      ['sw_stat $BASHPID; group=${sw_text#* }; sw_group_runs "${group%% *}"', 0],
      ['sw_group_runs 999999999', 1],
    ],
    { before: RUN },
  );
});

test('a program is known again by its boot, its number and its start', () => {
  const note =
    'sw_stat $BASHPID; start=${sw_text##* }; note() { echo "$*" >"$sw_state/program-one"; }; ';
  expectAnswers(
    temporaryHost(),
    [
      ['sw_noted_program one', 1],
      [`${note}note boot $BASHPID "$start"; sw_noted_program one && ((sw_text == BASHPID))`, 0],
      [`${note}note other $BASHPID "$start"; sw_noted_program one`, 1],
      [`${note}note boot $BASHPID "\${start}0"; sw_noted_program one`, 1],
      [`${note}note boot 999999999 "$start"; sw_noted_program one`, 1],
      [`${note}note 'x[$(touch y)]'; sw_noted_program one`, 1],
      [`${note}: >"$sw_state/program-one"; sw_noted_program one`, 1],
      [`${note}note boot $BASHPID "$start"; program_is_over one`, 1],
      [`${note}note boot $BASHPID "$start"; sw_watched=one; program_is_over one`, 0],
      ['program_is_over two', 0],
    ],
    { before: RUN },
  );
});

test('how far it has come is shown when that is another than before', () => {
  expectAnswers(
    temporaryHost(),
    [
      [
        'one__check() { sw_progress="1 of 2"; return 1; }; sw_is_reached; sw_is_reached; echo "$?$sw_shown"',
        0,
        '1 of 2\n11 of 2\n',
      ],
      ['one__check() { echo noise; return 2; }; sw_is_reached', 2, ''],
      ['one__check() { read -r x; }; sw_is_reached', 1, ''],
    ],
    { before: RUN },
  );
});

test('the name of a program is told, and not that of env', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['sw_name_program env A=1 walt b=2; echo "$sw_text"', 0, 'walt\n'],
      ['sw_name_program /usr/bin/env -i A= walt; echo "$sw_text"', 0, 'walt\n'],
      ['sw_name_program walt A=1; echo "$sw_text"', 0, 'walt\n'],
      ['sw_name_program env; echo "$sw_text"', 0, 'env\n'],
    ],
    { before: RUN },
  );
});

test('only a count that is higher than ever is an advance', () => {
  expectAnswers(
    temporaryHost(),
    [
      [
        'sw_furthest=-1; for sw_progress in "0 of 3" "0 of 3" "2 of 3" "1 of 3" "" "x of 3" "10 of 3"; do sw_has_advanced; printf "%s" "$?"; done',
        0,
        '0101110',
      ],
    ],
    { before: RUN },
  );
});

test('what is missing in the end is told, with the way to do without', () => {
  const host = temporaryHost();
  host.allow('perl');
  host.write('state/carried/list', 'a:1\nb:2\n');
  host.stub('work', '[[ $1 != badly ]] || exit 3; while sleep 0.1; do echo noise; done');
  const missing = `one__check() { sw_progress='1 of 2 images'; sw_lacking=(b:2); return 1; }\n`;
  const told =
    'Missing:\n  b:2\nOne that is not wanted any more: take its line out of HOST/state/carried/list; then run this script again.\n';
  expectApplied(
    host,
    [
      stops(
        'program_ran one TERM 60 5 env A=1 work badly 2>&1',
        `work ended by itself, with status 3, before its work was done: 1 of 2 images\n${told}`,
      ),
      // It logs now and then, which is no progress where it is counted.
      stops(
        'sw_log=${sw_state%/*}/log; program_ran one TERM 2 5 work idly >>"$sw_log"',
        `work was stopped: for 2 s it got no further than 1 of 2 images\n${told}`,
      ),
      ['systemctl() { printf "ActiveState=%s\\n" inactive; }; demand_stopped x', 0, ''],
      stops(
        'systemctl() { printf "ActiveState=%s\\n" active; }; demand_stopped x',
        "the service x runs, or may run: a second one of its program beside it could do harm\nStop it: systemctl stop 'x'; then run this script again.\n",
      ),
    ],
    { before: `${RUN}${missing}` },
  );
});

test('it ends when its work is done, and whatever ends it sooner stops the step', () => {
  const host = temporaryHost();
  host.allow('perl');
  host.stub(
    'work',
    'echo "at work: $1"; case $1 in well) sleep 0.3; : >"$host/state/reached" ;; badly) exit 3 ;; slowly) for i in {1..14}; do sleep 0.3; echo "$i"; done; : >"$host/state/reached" ;; esac; while sleep 0.1; do :; done',
  );
  expectApplied(
    host,
    [
      stops(
        'program_ran one TERM 60 5 work badly 2>&1',
        'work ended by itself, with status 3, before its work was done',
      ),
      [
        "program_ran one TERM 60 5 work 'well' | sed -E 's/process [0-9]+/process/'",
        0,
        "+ 'work' 'well'\nat work: well\nstopping process with SIGTERM\n",
      ],
      ['[[ ! -e $sw_state/program-one ]]; program_ran one TERM 60 5 nosuch', 0, ''],
      // As long as its output grows, it is not ended, however long that takes.
      [
        'rm "$sw_state/reached"; sw_log=${sw_state%/*}/log; program_ran one TERM 2 5 work slowly >>"$sw_log"; grep -c "^[0-9]*$" "$sw_log"',
        0,
        '14\n',
      ],
      stops(
        'rm "$sw_state/reached"; program_ran one TERM 0 5 work idly 2>&1',
        'work was stopped: for 0 s nothing moved',
      ),
      // Told to end, it has brought what was under way to its end.
      [
        'sw_end_program() { kill -TERM "$sw_pid"; wait "$sw_pid" || :; : >"$sw_state/reached"; }; program_ran one TERM 0 5 work idly >/dev/null; echo went on; rm "$sw_state/reached"',
        0,
        'went on\n',
      ],
      stops(
        'program_ran one TERM 60 5 ./no-such 2>&1',
        './no-such ended by itself, with status 127',
      ),
      [
        'sw_has_to_stop() { return 0; }; program_ran one TERM 60 5 work idly >/dev/null; echo went on',
        143,
        '',
      ],
      ['[[ ! -e $sw_state/program-one ]]', 0],
    ],
    { before: RUN },
  );
});

test('a clock that is set meanwhile hurries nothing', () => {
  const host = temporaryHost();
  host.allow('perl');
  host.stub(
    'work',
    'end() { sleep 1; echo well >"$host/ended"; exit; }; trap end TERM; sleep 1; : >"$host/state/reached"; while sleep 0.1; do :; done',
  );
  expectApplied(
    host,
    [
      [
        'sleep() { SECONDS=$((SECONDS + 100000)); command sleep "$@"; }; program_ran one TERM 60 20 work >told 2>&1; grep -c killing told',
        1,
        '0\n',
      ],
      ['cat ended', 0, 'well\n'],
      [
        'sw_uptime found; read -r now _ </proc/uptime; ((found <= ${now%.*} && found + 5 > ${now%.*}))',
        0,
        '',
      ],
    ],
    { before: RUN },
  );
});
