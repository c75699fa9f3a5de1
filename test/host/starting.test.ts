import { expect, test } from 'vitest';
import { provePowerLosses } from '../../src/simulate/proofs/cut-off.ts';
import { proveAll } from '../../src/simulate/proofs/prove.ts';
import { Report } from '../../src/simulate/proofs/report.ts';
import type { Subject } from '../../src/simulate/proofs/subject.ts';
import { growTrunk, type Trunk } from '../../src/simulate/proofs/trunk.ts';
import twelveToThirteenModel from '../../steps/debian-12-to-13/host.ts';
import twelveToThirteen from '../../steps/debian-12-to-13/index.ts';
import waltModel from '../../steps/walt-4-to-5/host.ts';
import walt from '../../steps/walt-4-to-5/index.ts';
import { spoilt, subjectOf } from '../support/subject.ts';

const TIME = { timeout: 1_500_000 };
/** The steps that are the upgrade itself. */
const UPGRADES = new Set(['distribution-upgraded', 'os-upgraded']);

/** The moments in the midst of the upgrade: between its removals, its new packages and their setup. */
async function trunkAmidst(subject: Subject): Promise<Trunk> {
  const trunk = await growTrunk(subject, 'healthy');
  const moments = trunk.moments.filter(
    ({ phase, call }) => phase === 'midway' && UPGRADES.has(call.step ?? ''),
  );
  expect(moments.length).toBeGreaterThan(1);
  return { ...trunk, moments };
}

/** What is found wrong when the power fails there, as far as it takes to be told `enough`. */
async function lossesAmidst(
  subject: Subject,
  trunk: Trunk,
  enough: (told: string) => boolean = () => false,
): Promise<string> {
  const report = new Report(undefined, ({ wrong }) => enough(wrong));
  await provePowerLosses(subject, trunk, 4, report);
  return report.findings.map(({ wrong }) => wrong).join('\n');
}

/** The first that is found wrong there, with the same scripts but for one line: `line` is a pattern. */
async function wrongWithout(subject: Subject, line: string): Promise<string> {
  const wrong = spoilt(subject, new RegExp(`^ +${line}$`, 'm'), '  :');
  expect(wrong.scripts[0]?.text).not.toBe(subject.scripts[0]?.text);
  const trunk = await trunkAmidst(wrong);
  return lossesAmidst(wrong, trunk, () => true);
}

test('the power fails while what systemd needs changes its package', TIME, async () => {
  const subject = await subjectOf('debian.ts', twelveToThirteen, twelveToThirteenModel);
  expect(await lossesAmidst(subject, await trunkAmidst(subject))).toBe('');
  const wrong = spoilt(subject, /^ +keep_libraries$/m, '  :');
  const notSeen = new Set(['libcrypto.so.3', 'libsystemd-shared-252.so']);
  await lossesAmidst(wrong, await trunkAmidst(wrong), (told) => {
    const [, library = ''] =
      /systemd does not start: error while loading shared libraries: ([^:]*)/.exec(told) ?? [];
    notSeen.delete(library);
    return notSeen.size === 0;
  });
  expect([...notSeen]).toEqual([]);
});

test('a copy that is the only one when ldconfig runs is found out', TIME, async () => {
  const subject = await subjectOf('debian.ts', twelveToThirteen, twelveToThirteenModel);
  // Nothing is put back before dpkg goes on.
  expect(await wrongWithout(subject, 'restore_libraries')).toContain(
    '/lib/libcrypto.so.3: version 3.4 not found',
  );
});

test('a machine that does not start after its upgrade is found out', TIME, async () => {
  const subject = await subjectOf('debian.ts', twelveToThirteen, twelveToThirteenModel);
  const library = '/usr/lib/x86_64-linux-gnu/libcrypto.so.3';
  const wrong = spoilt(subject, /^ {2}drop_libraries$/m, `  drop_libraries\n  rm -f ${library}`);
  const report = await proveAll(wrong, { states: ['healthy'], proofs: [] });
  expect(report.findings).toMatchObject([
    { what: 'the undisturbed run', wrong: expect.stringContaining('systemd does not start') },
  ]);
});

test(
  'a library that has moved out of /lib is not put back beside its successor',
  TIME,
  async () => {
    const subject = await subjectOf('steps/walt-4-to-5/index.ts', walt, waltModel);
    expect(await lossesAmidst(subject, await trunkAmidst(subject))).toBe('');
    expect(await wrongWithout(subject, String.raw`\[\[ ! -e \$sw_text .* \|\| continue`)).toContain(
      '/lib/x86_64-linux-gnu/libgcrypt.so.20: version 1.8 not found',
    );
  },
);

test('a cluster that would not know its time zone any more is found out', TIME, async () => {
  const subject = await subjectOf('debian.ts', twelveToThirteen, twelveToThirteenModel);
  const wrong = spoilt(subject, / tzdata-legacy\b/g, '');
  const report = await proveAll(wrong, { states: ['old-time-zone'], proofs: [] });
  expect(report.findings).toMatchObject([
    { wrong: expect.stringContaining('invalid value for parameter "TimeZone": "US/Eastern"') },
  ]);
});
