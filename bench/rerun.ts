import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../src/compile/compile.ts';
import { procedure, shell, file } from '../src/index.ts';
import { mediansOf, tell } from './measure.ts';

/** Steps whose checks ask a program, as most checks of a real upgrade do. */
function askingSteps(count: number, folder: string) {
  return Array.from({ length: count }, (_, n) =>
    shell({
      id: `file-${n}`,
      title: `file ${n} is as it should be`,
      why: 'it is read',
      check: `grep -qx "n=${n}" "${folder}/${n}"`,
      apply: `printf '%s\\n' "n=${n}" x >"${folder}/${n}"`,
    }),
  );
}

/** Steps whose checks start no program at all. */
function steps(count: number, folder: string) {
  return Array.from({ length: count }, (_, n) =>
    file.content({
      id: `file-${n}`,
      why: 'it is read',
      path: `${folder}/${n}`,
      lines: [`n=${n}`, 'x'],
    }),
  );
}

/** The same checks and the same lines as an administrator writes them who needs it just once. */
function byHand(count: number, folder: string, asking: boolean): string {
  const lines = Array.from(
    { length: count },
    (
      _,
      n,
    ) => `if ${asking ? `grep -qx n=${n} ${folder}/${n}` : `[[ -f ${folder}/${n} && "$(< ${folder}/${n})" == $'n=${n}\\nx' ]]`}; then
  echo "ok file-${n}: file ${folder}/${n} is as it should be"
else
  printf '%s\\n' n=${n} x >${folder}/${n}
  echo "changed file-${n}"
fi`,
  );
  return `#!/bin/bash\nset -eu\n[[ $EUID == 0 ]] || exit 3\nexec 9>>/run/lock/by-hand.lock\nflock -n 9 || exit 4\n${lines.join('\n')}\n`;
}

async function rerun(count: number, asking: boolean): Promise<void> {
  const id = 'stepwright-bench-rerun';
  const folder = mkdtempSync(join(tmpdir(), 'stepwright-bench-'));
  mkdirSync(join(folder, 'made'));
  const made = join(folder, 'made');
  const input = procedure({
    id,
    title: 'Re-run',
    summary: 'Nothing is left to do.',
    from: { release: 'bookworm', name: 'Debian 12' },
    to: { release: 'bookworm', name: 'Debian 12' },
    steps: asking ? askingSteps(count, made) : steps(count, made),
  });
  const { scripts } = await compile('bench', input);
  const ours = join(folder, 'upgrade.sh');
  const hand = join(folder, 'by-hand.sh');
  // The bench runs on any release.
  writeFileSync(ours, (scripts[0]?.text ?? '').replace(/^ {2}require_release .*$/m, '  :'));
  writeFileSync(hand, byHand(count, made, asking));
  // Their first runs bring the steps about.
  const [handTime, oursTime] = mediansOf(9, ['bash', hand], ['bash', ours, '--yes', '--allow-ssh']);
  const what = asking ? 'checks that start a program' : 'checks of bash alone';
  tell(`${count} steps, ${what}, by hand`, handTime);
  tell(`${count} steps, ${what}, generated`, oursTime, { name: 'by hand', time: handTime });
  rmSync(folder, { recursive: true });
  rmSync(`/var/lib/stepwright/${id}`, { recursive: true, force: true });
  rmSync(`/var/log/stepwright/${id}.log`, { force: true });
}

/** Prints how long a re-run that changes nothing takes, against a script written by hand. */
export async function benchRerun(): Promise<void> {
  if (process.getuid?.() !== 0) {
    process.stdout.write('re-runs: left out, they need root\n');
    return;
  }
  for (const asking of [true, false]) {
    for (const count of [10, 100, 500]) await rerun(count, asking);
  }
}
