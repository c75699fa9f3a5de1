import { expect, test } from 'vitest';
import { temporaryHost, type Host } from '../../support/kinds.ts';
import { all, expectAnswers } from '../../support/modules.ts';

/** A machine of three parts whose systemd tells what is in file `units`, and whose sshd what is in `told`. */
const RUN = `cd "\${sw_state%/*}"; sw_run_folder=$PWD/run sw_sshd=$PWD/sshd sw_scripts=(one.sh two.sh three.sh)
systemctl() { echo "$*" >>calls; cat units; return "\${ends:-0}"; }
`;

const CALL = '--failed --plain --full --no-legend --no-pager\n';
const LINE = (unit: string): string => `${unit} loaded failed failed The unit ${unit}, a.b\n`;

function hostWith(units: string): Host {
  const host = temporaryHost();
  host.write('run/systemd/system/x', '');
  host.write('units', units);
  return host;
}

test('the units that have failed, of any version of systemd, but for those of the scripts themselves', () => {
  const own = LINE('stepwright-test-procedure-2.service');
  const swap = String.raw`dev-disk-by\x2duuid.swap`;
  expectAnswers(
    hostWith(`${LINE('a.service')}${own}● ${LINE('b.mount')}* ${LINE(swap)}\n`),
    [
      ['sw_list_failed_units', 0, `a.service\nb.mount\n${swap}\n`],
      [': >units; sw_list_failed_units', 0, ''],
      ['ends=1; sw_list_failed_units', 1, ''],
      ['sw_run_folder=/nowhere; sw_list_failed_units', 1, ''],
      ['cat calls', 0, CALL.repeat(3)],
    ],
    { before: RUN },
  );
});

test('they are noted before the first change, by the first part alone', () => {
  const note = 'cat "$sw_state/failed-units"';
  expectAnswers(
    hostWith(LINE('old.service')),
    [
      ...all(0, [
        'sw_part=2; sw_note_failed_units',
        'sw_begun=yes; sw_note_failed_units',
        'ends=1; sw_note_failed_units',
        'sw_run_folder=/nowhere; sw_note_failed_units',
        '[[ ! -e $sw_state/failed-units ]]',
      ]),
      [`sw_note_failed_units; ${note}`, 0, 'old.service\n'],
      // A run that changed nothing is no beginning.
      [`: >units; sw_note_failed_units; ${note}`, 0, '\n'],
      ['sw_replace_file() { return 1; }; sw_note_failed_units', 1, ''],
      ['cat calls', 0, CALL.repeat(4)],
    ],
    { before: RUN },
  );
});

test('those that have failed since are told after a reboot', () => {
  const host = hostWith(`${LINE('old.service')}${LINE('new.service')}${LINE('x\\x2dy.mount')}`);
  host.write('state/failed-units', 'gone.service\nold.service\n');
  const told =
    "note: these units have failed since the upgrade began: new.service x\\x2dy.mount: see systemctl status -- new.service 'x\\x2dy.mount'\n";
  expectAnswers(
    host,
    [
      ['sw_tell_failed_units', 0, ''],
      ['sw_part=2; sw_tell_failed_units', 0, told],
      ['sw_part=3; sw_tell_failed_units', 0, told],
      ['cat calls', 0, CALL.repeat(2)],
      [`sw_part=3; printf '${LINE('old.service').trim()}\\n' >units; sw_tell_failed_units`, 0, ''],
      ['sw_part=3; : >units; sw_tell_failed_units', 0, ''],
      ['sw_part=3; ends=1; sw_tell_failed_units', 0, ''],
      ['sw_part=3; rm "$sw_state/failed-units"; sw_tell_failed_units', 0, ''],
    ],
    { before: RUN },
  );
});

test('a sshd that does not take its settings is told, and keeps the script from rebooting', () => {
  const host = temporaryHost();
  host.write('run/sshd/.keep', '');
  host.write('sshd', '#!/bin/bash\n[[ $* == -t ]] || exit 3\ncat told\n[[ ! -s told ]]\n', 0o755);
  const bad = 'printf "line 3: Bad option: X\\n1 bad option\\n" >told';
  const told =
    'sshd does not take its settings: after a reboot nobody can log in by SSH.\n  it says: line 3: Bad option: X 1 bad option\n  mend them before you reboot, until this is silent: sshd -t\n';
  const may = 'echo "$sw_locked_out"';
  expectAnswers(
    host,
    [
      [`: >told; sw_tell_locked_out; ${may}`, 0, 'no\n'],
      [`${bad}; sw_tell_locked_out; ${may}`, 0, `${told}yes\n`],
      ['sw_part=2; sw_tell_locked_out', 0, told],
      // There is no reboot any more.
      [`sw_part=3; sw_tell_locked_out; ${may}`, 0, 'no\n'],
      [`sw_rebooted() { :; }; sw_tell_locked_out; ${may}`, 0, 'no\n'],
      // It does not run here, or there is none.
      [`sw_run_folder=/nowhere; sw_tell_locked_out; ${may}`, 0, 'no\n'],
      [`sw_sshd=/nowhere/sshd; sw_tell_locked_out; ${may}`, 0, 'no\n'],
    ],
    { before: RUN },
  );
  expect(host.read('told')).toContain('Bad option');
});
