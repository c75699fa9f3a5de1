import { expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { followUps } from '../../src/compile/follow-ups.ts';
import { apt, service, shell, type StepInput } from '../../src/index.ts';
import { stepSchema } from '../../src/model/step.ts';
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

/** Steps of one part, and the option that the last of them has on its line. */
const { started, stopped, enabled, disabled } = service;
const nginx = { why, unit: 'nginx' };
const between = shell({ id: 'between', title: 'x', why, check: 'true', apply: 'true' });
const until = between.id;
const OPPOSITES: readonly (readonly [string, readonly StepInput[], string])[] = [
  [
    'a start after a stop',
    [stopped({ id: 'one', ...nginx }), between, started({ id: 'two', ...nginx })],
    'opposite=one',
  ],
  [
    'a stop after a start',
    [started({ id: 'one', ...nginx }), stopped({ id: 'two', ...nginx })],
    'opposite=one',
  ],
  [
    'at boot',
    [disabled({ id: 'one', ...nginx }), enabled({ id: 'two', ...nginx })],
    'opposite=one',
  ],
  [
    'of several, the last',
    [
      stopped({ id: 'one', ...nginx, until }),
      started({ id: 'two', ...nginx, until }),
      between,
      stopped({ id: 'three', ...nginx }),
      started({ id: 'four', ...nginx }),
    ],
    'opposite=three',
  ],
  [
    'what was started again already',
    [
      stopped({ id: 'one', ...nginx, until }),
      started({ id: 'two', ...nginx, until }),
      between,
      started({ id: 'three', ...nginx }),
    ],
    '',
  ],
  ['a start alone', [between, started({ id: 'two', ...nginx })], ''],
  ['at boot and now', [disabled({ id: 'one', ...nginx }), started({ id: 'two', ...nginx })], ''],
  [
    'another unit',
    [stopped({ id: 'one', why, unit: 'apache2' }), started({ id: 'two', ...nginx })],
    '',
  ],
];

test.each(OPPOSITES)('a step knows the one that undoes it: %s', (_, steps, option) => {
  const parsed = steps.map((step) => stepSchema.parse(step));
  expect(followUps(parsed, parsed.length - 1).join(' ')).toBe(option);
});
