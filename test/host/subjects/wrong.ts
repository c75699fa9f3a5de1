import { shell } from '../../../src/index.ts';
import type { ProcedureInput } from '../../../src/model/procedure.ts';
import type { ProofName } from '../../../src/simulate/proofs/prove.ts';
import { after, own, right, twoParts } from './small.ts';

/** It takes many commands, and does not begin a second time. */
export const fragile = own(
  'fragile',
  'test -e /etc/fragile.12',
  'test ! -e /etc/fragile.1\nfor number in {1..12}; do run touch "/etc/fragile.$number"; done',
);
const once = shell({
  id: 'told-once',
  title: 'it is told',
  why: 'it has to be',
  once: true,
  apply: 'printf "told\\n" >>/etc/told',
});

/** Procedures that are wrong, each with the proof that has to notice it, and what it says. */
export const WRONG: readonly (readonly [string, ProcedureInput, ProofName, RegExp])[] = [
  [
    'a line added again by each run',
    twoParts(
      [
        right,
        own(
          'line-added',
          'test -e /etc/added-done',
          'printf "x\\n" >>/etc/added\nrun touch /etc/added-done',
        ),
      ],
      after,
    ),
    'kills',
    /diverged: killed[\s\S]*\/etc\/added: /,
  ],
  [
    'a file that was not synced before it is relied on',
    twoParts([right, own('file-there', 'test -e /srv/copy', 'cp /srv/list /srv/copy')], after),
    'power',
    /diverged: power lost[\s\S]*\/srv\/copy: /,
  ],
  [
    'a list emptied before its copy is whole',
    twoParts(
      [
        right,
        own(
          'list-moved',
          'test -e /srv/moved',
          'cat /srv/list >/tmp/kept\n: >/srv/list\nrun touch /srv/begun\ncat /tmp/kept >/srv/list\nrun touch /srv/moved',
        ),
      ],
      after,
    ),
    'second-run',
    /lost: on the way[\s\S]*first/,
  ],
  [
    'a check that changes something',
    twoParts(
      [
        right,
        own('looked-at', 'touch /etc/looked && test -e /etc/thing.d', 'run mkdir -p /etc/thing.d'),
      ],
      after,
    ),
    'looks',
    /broken: --dry-run[\s\S]*it touched \/etc\/looked/,
  ],
  [
    'a step that never finds itself done',
    twoParts(
      [
        right,
        own(
          'never-done',
          // The start time of the script's own process.
          'test "$(cat /etc/never)" = "$(cut -d " " -f 22 "/proc/$$/stat")"',
          'cut -d " " -f 22 "/proc/$$/stat" >/etc/never\nrun sync /etc/never',
        ),
      ],
      after,
    ),
    'second-run',
    /diverged: part 1 run a second time[\s\S]*never-done/,
  ],
  [
    'a command whose failure does not matter to the step',
    twoParts(right, [
      after,
      own(
        'careless',
        'test -e /etc/careless',
        'systemctl stop ssh || true\nrun touch /etc/careless',
      ),
    ]),
    'faults',
    /diverged: made to exit 1[\s\S]*ssh\.service/,
  ],
  [
    'a step that changes what an earlier check has seen',
    twoParts(
      [
        right,
        own('list-there', 'test -e /etc/there', 'run touch /etc/there'),
        own('list-seen', 'test ! -e /etc/there -o -e /etc/seen', 'run touch /etc/seen'),
      ],
      after,
    ),
    'promises',
    /diverged: --dry-run before part 1\nit did list-seen, and had not said so/,
  ],
  [
    'a step that cannot go on where it was killed',
    twoParts([right, fragile], after),
    'real-kills',
    /broken: killed for real[\s\S]*fragile/,
  ],
  [
    'a full disk that is taken for none',
    twoParts(
      [
        right,
        own(
          'copy-made',
          'test -e /srv/made',
          'head -c 200000 /dev/zero >/srv/copy || true\nrun touch /srv/made',
        ),
      ],
      after,
    ),
    'disks',
    /diverged: part 1 with \d+ pages left on the disk[\s\S]*\/srv\/copy: /,
  ],
  [
    'something that is done once, and cannot be told to be done',
    twoParts([right, once], after),
    'journals',
    /(diverged|broken): journal cut/,
  ],
];
