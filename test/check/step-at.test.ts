import { describe, expect, test } from 'vitest';
import { stepAt } from '../../src/check/step-at.ts';

const SCRIPT = `#!/bin/bash
# pre-reboot.sh of walt: WalT, before the reboot

dir=/var/backups

# walt-stopped: the service walt is stopped
#   Why: nothing may write.
walt_stopped__check() {
  is_stopped walt
}
walt_stopped__apply() {
  run systemctl stop walt
}

# etc-saved: /etc is saved
etc_saved__apply() (
  x='
}
'
)

# note: a comment that is no step's
helper() {
  true
}

steps() {
  step walt-stopped 'the service walt is stopped'
  step etc-saved '/etc is saved' once
}

main() {
  perform "$@"
}

# ---- Below: the runtime. It is the same in every script that needs the same parts of it. ----

# walt-stopped: not this
walt_stopped__check() {
  false
}
main "$@"
`;

/** The first line of the script that holds this, and what it belongs to. */
const TABLE: readonly [string, string][] = [
  ['#!/bin/bash', 'script'],
  ['dir=', 'script'],
  ['# walt-stopped: the', 'walt-stopped'],
  ['#   Why', 'walt-stopped'],
  ['walt_stopped__check() {', 'walt-stopped'],
  ['is_stopped walt', 'walt-stopped'],
  ['run systemctl', 'walt-stopped'],
  ['# etc-saved:', 'etc-saved'],
  ["  x='", 'etc-saved'],
  ['# note:', 'script'],
  ['helper()', 'script'],
  ['  true', 'script'],
  ["  step walt-stopped 'the", 'walt-stopped'],
  ['  step etc-saved', 'etc-saved'],
  ['  perform', 'script'],
  ['# ---- Below', 'runtime'],
  ['# walt-stopped: not', 'runtime'],
  ['  false', 'runtime'],
  ['main "$@"', 'runtime'],
];

describe('a line belongs to', () => {
  test.each(TABLE)('%j: %s', (start, expected) => {
    const line = SCRIPT.split('\n').findIndex((text) => text.includes(start)) + 1;
    const belongs = stepAt(SCRIPT, line);
    expect(belongs.part === 'step' ? belongs.id : belongs.part).toBe(expected);
  });

  test('the script, where none was generated', () => {
    expect(stepAt('echo a\n', 1)).toEqual({ part: 'script' });
    expect(stepAt('', 7)).toEqual({ part: 'script' });
  });
});
