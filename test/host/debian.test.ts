import { describe, expect, test } from 'vitest';
import type { ProcedureInput } from '../../src/model/procedure.ts';
import type { HostModel } from '../../src/simulate/define.ts';
import { Host } from '../../src/simulate/host.ts';
import { expectSameEnd } from '../../src/simulate/proofs/outcomes.ts';
import { proveAll, QUICK } from '../../src/simulate/proofs/prove.ts';
import { inParallel, Report } from '../../src/simulate/proofs/report.ts';
import { runPart } from '../../src/simulate/proofs/subject.ts';
import { distinct, growTrunk, tellMoment } from '../../src/simulate/proofs/trunk.ts';
import elevenToThirteenModel from '../../steps/debian-11-to-13/host.ts';
import elevenToThirteen from '../../steps/debian-11-to-13/index.ts';
import elevenToTwelveModel from '../../steps/debian-11-to-12/host.ts';
import elevenToTwelve from '../../steps/debian-11-to-12/index.ts';
import twelveToThirteenModel from '../../steps/debian-12-to-13/host.ts';
import twelveToThirteen from '../../steps/debian-12-to-13/index.ts';
import { subjectOf } from '../support/subject.ts';

const TIME = { timeout: 1_500_000 };

/**
 * From every server to the end and again, as the dry run says it; from a healthy one with all that
 * takes seconds. What takes minutes does `stepwright simulate PROCEDURE --everything`.
 */
function proves(
  name: string,
  input: ProcedureInput,
  model: HostModel,
  states: readonly string[] = Object.keys(model.states),
): void {
  const subject = subjectOf('debian.ts', input, model);
  describe.concurrent(`${name} on simulated servers`, () => {
    test.each(states)('%s', TIME, async (state) => {
      const proofs = state === 'healthy' ? QUICK : (['second-run', 'promises'] as const);
      const report = await proveAll(await subject, { states: [state], proofs });
      expect(report.findings).toEqual([]);
      const parts = model.states[state]?.stops === undefined ? (await subject).scripts.length : 0;
      expect(report.counts.get('second runs') ?? 0).toBe(parts);
    });
  });
}

proves('debian-11-to-12', elevenToTwelve, elevenToTwelveModel);
proves('debian-12-to-13', twelveToThirteen, twelveToThirteenModel);
// What it does on the way to Debian 12, and from there, it does by the same steps as those two.
proves('debian-11-to-13', elevenToThirteen, elevenToThirteenModel, [
  'healthy',
  'deb822',
  'two-clusters',
  'at-bookworm',
  'by-hand-trixie-3',
  'by-hand-trixie-6',
  'at-trixie',
]);

test('debian-11-to-13 asks again before it goes on to its second release', TIME, async () => {
  const subject = await subjectOf('debian.ts', elevenToThirteen, elevenToThirteenModel);
  const trunk = await growTrunk(subject, 'healthy');
  const host = Host.from(subject.model.world, trunk.between[0]!);
  host.boot();
  host.files.write(
    '/etc/apt/preferences.d/late',
    'Package: *\nPin: release n=bookworm\nPin-Priority: 900\n',
  );
  host.files.write('/etc/crypttab', 'old /dev/sdb /root/key plain\n');
  const refused = await runPart(host, subject, 1, trunk.state);
  expect([refused.status, refused.calls.filter(({ changing }) => changing)]).toEqual([3, []]);
  expect(refused.stderr).toMatch(/preferences\.d\/late pins packages[\s\S]*cannot be read: old$/m);
  for (const path of ['/etc/apt/preferences.d/late', '/etc/crypttab']) host.files.remove(path);
  expect(await runPart(host, subject, 1, trunk.state)).toMatchObject({ status: 10 });
  host.dispose();
});

/** Of so many different moments, one is tried here. */
const SAMPLE = 8;

/** Kills at a sample of the moments in `steps`, or in all of them, and expects the same end. */
async function expectKillsNothing(
  state: string,
  steps?: readonly string[],
  made = subjectOf('debian.ts', elevenToTwelve, elevenToTwelveModel),
  sample = SAMPLE,
): Promise<void> {
  const subject = await made;
  const trunk = await growTrunk(subject, state);
  const report = new Report();
  const moments = distinct(trunk.moments).filter(
    ({ call }) => steps === undefined || steps.includes(call.step ?? ''),
  );
  const chosen = moments.filter((_, index) => index % sample === 0);
  expect(chosen.length).toBeGreaterThan(10);
  await inParallel(chosen, 4, report, async (moment) => {
    const { snapshot, part, call } = moment;
    await expectSameEnd(subject, trunk, snapshot, part, tellMoment(moment), report, call.step);
  });
  expect(report.findings).toEqual([]);
}

test('debian-11-to-12, killed, comes to the same end', TIME, async () => {
  await expectKillsNothing('healthy');
});

test('debian-11-to-12, killed at one of two clusters, comes to the same end', TIME, async () => {
  await expectKillsNothing('two-clusters', ['databases-saved', 'cluster-upgraded']);
});

test(
  'debian-11-to-13, killed on the way to its second release, comes to the same end',
  TIME,
  async () => {
    await expectKillsNothing(
      'healthy',
      [
        'to-13-suites-changed',
        'to-13-indexes-fetched',
        'to-13-packages-fetched',
        'to-13-service-stopped',
        'to-13-databases-saved',
        'to-13-minimally-upgraded',
        'to-13-distribution-upgraded',
        'to-13-cluster-upgraded',
      ],
      subjectOf('debian.ts', elevenToThirteen, elevenToThirteenModel),
      5,
    );
  },
);
