import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { installServer, makeWorld, powerOn } from '../../src/simulate/define.ts';
import type { Host } from '../../src/simulate/host.ts';
import { runScript, type RunOptions } from '../../src/simulate/run.ts';

const DATA = '/var/lib/postgresql/13/main';
const PID = `pid=$(head -n 1 ${DATA}/postmaster.pid)\n`;
const GONE = 'while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done\n';

let host: Host;
beforeAll(() => {
  host = powerOn(installServer(makeWorld({ releases: ['bullseye'] }), 'bullseye'));
});
afterAll(() => host.dispose());

async function run(
  body: string,
  on = host,
  options: RunOptions = {},
): ReturnType<typeof runScript> {
  on.files.write('/root/script.sh', `${PID}${body}\n`, 0o755);
  return runScript(on, '/root/script.sh', { patience: 60, ...options });
}

function another(): Host {
  const made = powerOn(installServer(makeWorld({ releases: ['bullseye'] }), 'bullseye'));
  onTestFinished(() => made.dispose());
  return made;
}

const ONLINE = /^13 main +5432 online /m;
const DOWN = /^13 main +5432 down /m;

test('a server is a process of its own, in its folder, below the first one', async () => {
  const { stdout } = await run(
    'readlink "/proc/$pid/cwd" "/proc/$pid/fd/0" "/proc/$pid/fd/1"\nps -o ppid=,pgid= -p "$pid"\necho "$pid $$"\nps -o pgid= -p $$',
  );
  const [cwd, input, output, parents = '', pids = '', group] = stdout.trim().split('\n');
  expect([cwd, input, output]).toEqual([DATA, '/dev/null', '/dev/null']);
  const [pid = '', script = ''] = pids.split(' ');
  expect(parents.trim().split(/\s+/)).toEqual(['1', pid]);
  expect(group?.trim()).toBe(script);
});

test.each(['TERM', 'INT', 'QUIT', 'KILL'])(
  'SIG%s ends a server, which is known at once, and runs again after a start',
  async (signal) => {
    const { stdout } = await run(`kill -${signal} "$pid"\n${GONE}pg_lsclusters -h`);
    expect(stdout).toMatch(DOWN);
    expect(host.state.daemons).toEqual([]);
    const again = await run(
      `pg_ctlcluster 13 main start\n${PID}kill -0 "$pid" && pg_lsclusters -h`,
    );
    expect(again.stdout).toMatch(ONLINE);
  },
);

test('SIGHUP does not, nor does the end of who started it, and of all its group', async () => {
  expect((await run('kill -HUP "$pid"; sleep 0.1; pg_lsclusters -h')).stdout).toMatch(ONLINE);
  expect(await run('pg_ctlcluster 13 main restart; kill -KILL 0')).toMatchObject({ status: 137 });
  expect((await run('kill -0 "$pid" && pg_lsclusters -h')).stdout).toMatch(ONLINE);
  expect(host.state.daemons).toMatchObject([{ folder: DATA }]);
});

test('what it stops is gone when the command has ended', async () => {
  const { stdout } = await run(
    'pg_ctlcluster 13 main stop\nkill -0 "$pid" 2>&1\npg_lsclusters -h\npg_ctlcluster 13 main start',
  );
  expect(stdout).toMatch(/No such process/);
  expect(stdout).toMatch(DOWN);
});

test('what was started while signals are ignored, as steps ignore them, is ended by them', async () => {
  for (const signal of ['INT', 'QUIT']) {
    const { stdout } = await run(
      `(trap '' HUP INT QUIT; pg_ctlcluster 13 main restart)\n${PID}kill -${signal} "$pid"\n${GONE}pg_lsclusters -h; pg_ctlcluster 13 main start`,
    );
    expect(stdout).toMatch(DOWN);
  }
});

test('two commands that meet while a server starts wait for the one process', async () => {
  // A server is known before the process that becomes it has its name.
  const body = `pg_ctlcluster 13 main stop
pg_ctlcluster 13 main start & for ((n = 0; n < 16; n++)); do touch "/tmp/$n" & done; wait
until pgrep -x daemon >/dev/null; do sleep 0.02; done; sleep 0.1
pgrep -c -x daemon; pg_lsclusters -h`;
  for (let times = 0; times < 3; times++) {
    const { stdout, hangs } = await run(body);
    expect(hangs).toEqual([]);
    expect(stdout).toMatch(/^1\n/);
    expect(stdout).toMatch(ONLINE);
  }
});

test('a server that cannot write its process id does not run, and nothing waits for it', async () => {
  const full =
    'pg_ctlcluster 13 main stop; yes >/srv/full; pg_ctlcluster 13 main start; rm /srv/full';
  const { status, hangs, stdout } = await run(`${full}; pg_lsclusters -h`, another(), {
    faults: { disk: 4096 * 600 },
  });
  expect({ status, hangs }).toEqual({ status: 0, hangs: [] });
  expect(stdout).toMatch(DOWN);
});

test('the end of a server whose files cannot be changed ends nothing else', async () => {
  const { status, stdout } = await run(`kill -TERM "$pid"\n${GONE}pg_lsclusters -h`, another(), {
    faults: { readOnly: ['/var'] },
  });
  expect(status).toBe(0);
  expect(stdout).toMatch(DOWN);
});

function failing(): never {
  throw new Error('precious cannot be told');
}

test('what a judge throws is told', async () => {
  await expect(run('touch /tmp/x', another(), { faults: { judge: failing } })).rejects.toThrow(
    'precious cannot be told',
  );
});
