import { expect, test } from 'vitest';
import { expectAnswers, type Row } from '../../support/modules.ts';
import { temporaryHost } from '../../support/kinds.ts';

const ASKS = ['unit_is_stopped', 'unit_runs', 'unit_is_enabled', 'unit_is_disabled'];

/** A systemctl that answers with the lines of $answer. */
const ANSWER = 'systemctl() { printf "%s\\n" "${told[@]}"; }\n';

/** The rows of a unit that systemd tells this of: what each of ASKS answers. */
function rows(answer: readonly string[], statuses: readonly number[]): Row[] {
  const words = answer.map((word) => `'${word}'`).join(' ');
  return ASKS.map((ask, index) => [`told=(${words}); ${ask} x >/dev/null`, statuses[index]!]);
}

test('each state of a unit, and of its file', () => {
  const activity: [string, number, number][] = [
    ['active', 1, 0],
    ['activating', 1, 1],
    ['deactivating', 1, 1],
    ['reloading', 1, 0],
    ['refreshing', 1, 0],
    ['maintenance', 1, 1],
    ['inactive', 0, 1],
    ['failed', 0, 1],
    ['something-new', 2, 2],
    ['', 2, 2],
  ];
  const file: [string, number, number][] = [
    ['enabled', 0, 1],
    ['disabled', 1, 0],
    ['enabled-runtime', 1, 1],
    ['linked', 1, 0],
    ['linked-runtime', 1, 0],
    ['masked', 1, 0],
    ['masked-runtime', 1, 2],
    ['bad', 2, 2],
    ['invalid', 2, 2],
    ['static', 1, 0],
    ['', 1, 0],
  ];
  expectAnswers(
    temporaryHost(),
    [
      ...activity.flatMap(([state, stopped, runs]) =>
        rows([`ActiveState=${state}`, 'UnitFileState=enabled'], [stopped, runs]).slice(0, 2),
      ),
      ...file.flatMap(([state, enabled, disabled]) =>
        rows(['ActiveState=active', `UnitFileState=${state}`], [0, 0, enabled, disabled]).slice(2),
      ),
    ],
    { before: ANSWER },
  );
});

/** A unit without a state of its own, of which systemd tells these `words`, too. */
function wanted(...words: string[]): string {
  return `told=(ActiveState=active UnitFileState=static ${words.join(' ')})`;
}

test('what has no state of its own is started by others, or not at all', () => {
  expectAnswers(
    temporaryHost(),
    [
      [`${wanted('WantedBy=')}; unit_is_enabled x`, 1, ''],
      [`${wanted('WantedBy=a.target')}; unit_is_enabled x`, 0, ''],
      [`${wanted('RequiredBy=a.target')}; unit_is_enabled x`, 0, ''],
      [
        `${wanted('"WantedBy=a.target b.target"', 'RequiredBy=c.service')}; unit_is_disabled x`,
        2,
        'x cannot be disabled (its file is static): a.target b.target c.service starts it\n',
      ],
      [
        `${wanted('RequiredBy=c.service')}; told[1]=UnitFileState=; unit_is_disabled 'a b'`,
        2,
        'a b cannot be disabled (its file is missing): c.service starts it\n',
      ],
      [
        'told=(ActiveState=active UnitFileState=generated WantedBy=a.target); unit_is_disabled x',
        1,
      ],
      [
        'told=(ActiveState=active UnitFileState=masked-runtime); unit_is_disabled x',
        2,
        expect.stringMatching(/^x is masked until the next boot/),
      ],
    ],
    { before: ANSWER },
  );
});

test('a unit of any name is asked for as one word, and a systemctl that fails tells nothing', () => {
  const host = temporaryHost();
  host.stub('systemctl', 'exit "$(<"$host/status")"');
  host.write('status', '1');
  const names = ['it\'s a "unit" $(touch x) *', '--help', 'ünit\\x2d', 'two\nlines'];
  const words = names.map((name) => `$'${name.replace(/[\\']/g, '\\$&').replace('\n', '\\n')}'`);
  expectAnswers(
    host,
    ASKS.flatMap((ask) => words.map((word) => [`${ask} ${word}`, 2, ''] as const)),
  );
  expect(host.calls('systemctl').map(({ args }) => args)).toEqual(
    ASKS.flatMap(() =>
      names.map((name) => [
        'show',
        '--property=ActiveState,UnitFileState,WantedBy,RequiredBy',
        '--',
        name,
      ]),
    ),
  );
});
