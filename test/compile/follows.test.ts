import { expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { apt } from '../../src/index.ts';
import { small } from '../support/procedures.ts';

const why = 'it is tried';
const answers = {
  libcUpgrade: 'yes',
  restartServices: 'yes',
  postgresqlNotice: 'ignore',
  conffiles: 'keep',
  grub: 'boot-disk',
} as const;

test('a step that is done as far as apt knows follows the step that fetches the indexes', async () => {
  const { scripts } = await compile(
    'steps/small/index.ts',
    small({
      steps: [
        apt.settled({ id: 'settled', why }),
        apt.indexes({ id: 'old-fetched', why, suite: 'stretch', until: 'suites-changed' }),
        apt.suites({ id: 'suites-changed', why, from: 'stretch', to: 'buster' }),
        apt.indexes({ id: 'fetched', why, suite: 'buster' }),
        apt.prefetched({ id: 'lie-ready', why, suite: 'buster' }),
        apt.distUpgraded({ id: 'upgraded', why, suite: 'buster', answers }),
      ],
    }),
  );
  const steps = [...(scripts[0]?.text ?? '').matchAll(/^ {2}step ([\w-]+) .*$/gm)];
  const followers = steps.filter(([line]) => line.includes('follows=fetched'));
  expect(followers.map(([, id]) => id)).toEqual(['lie-ready', 'upgraded']);
});
