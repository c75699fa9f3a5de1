import { describe, expect, test } from 'vitest';
import { carried, file, learn, text } from '../../src/dsl/index.ts';
import {
  canMount,
  scriptsOf,
  serverOf,
  serverWith,
  STATE,
  touches,
  UNATTENDED,
} from '../support/runtime.ts';

const found = carried.text('found', 'what was found');
const place = carried.path('place', 'where it goes');
const list = carried.lines('list', 'what there is');

const learns = (id: string, into: typeof found | typeof place | typeof list, from: string) =>
  learn({ id, title: `${id} is so`, why: 'it is tried', into, from });

/** What the steps' lines end with, before they are learnt and after. */
const BEFORE = `looked  looked is so
chosen  chosen is so
listed  listed is so
noted  /run/notes has the line x=$found  (depends on what looked learns)
made  the directory $place is there  (depends on what chosen learns)
gone  gone is there  (depends on what listed learns)
`;
const AFTER = `looked  looked is so
chosen  chosen is so
listed  listed is so
noted  /run/notes has the line x=a b
made  the directory /run/there is there
gone  gone is there
`;

const unnumbered = (output: string): string => output.replace(/^ *(\d|[a-z]+|-) +/gm, '');
const numbered = (titles: string): string =>
  titles.replace(/^(?=.)/gm, (_, at: number) => `${titles.slice(0, at).split('\n').length}  `);

describe.runIf(canMount)('a step that reads what another step of the part learns', async () => {
  const scripts = await scriptsOf({
    steps: [
      learns('looked', found, 'cat /run/source'),
      learns('chosen', place, 'echo /run/there'),
      learns('listed', list, 'cat /run/source'),
      file.line({ id: 'noted', why: 'it is tried', path: '/run/notes', line: text`x=${found}` }),
      file.directory({ id: 'made', why: 'it is tried', path: place }),
      // The check holds where the list is empty.
      touches('gone', { values: { list }, check: '((${#list[@]} == 0)) || [[ -e /run/gone ]]' }),
    ],
  });
  const prepared = () => {
    const server = serverOf(scripts);
    server.write('run/source', 'a b\n');
    // What its check would find if it took the value for an empty one.
    server.write('run/notes', 'x=\n');
    return server;
  };

  test('says so wherever steps are listed, and its title is right once it is learnt', () => {
    const server = prepared();
    const listed = () => [
      server.run(['--list']).stdout,
      server.run(['--check']).stdout.replace(/^Nothing.*\n/, ''),
    ];
    const status = () => unnumbered(server.run(['--status']).stdout);
    expect(listed()).toEqual([numbered(BEFORE), numbered(BEFORE)]);
    expect(status()).toContain(`\n${BEFORE}\n`);
    const first = server.run();
    expect(first).toMatchObject({ status: 0 });
    expect(first.stdout.match(/^\[.*$/gm)?.slice(3)).toEqual([
      expect.stringMatching(/^\[4\/6\] changed {2}noted {2}\/run\/notes has the line x=a b {2}\(/),
      expect.stringMatching(
        /^\[5\/6\] changed {2}made {2}the directory \/run\/there is there {2}\(/,
      ),
      expect.stringMatching(/^\[6\/6\] changed {2}gone /),
    ]);
    expect(server.read('log/stepwright/tried.log')).toContain(
      '--- noted: /run/notes has the line x=a b\n',
    );
    expect(listed()).toEqual([numbered(AFTER), numbered(AFTER)]);
    expect(status()).toContain(`\n${AFTER}\n`);
    expect(server.run().stdout).toContain('0 changed, 6 ok');
  });

  test('is unknown to a dry run until then', () => {
    const server = prepared();
    const { status, stdout, stderr } = server.run(['--dry-run']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.slice(stdout.indexOf('[4/6]'))).toBe(
      `[4/6] unknown  noted  /run/notes has the line x=$found  (depends on what looked learns)
           put into /run/notes, at the end
             | x=$found
[5/6] unknown  made  the directory $place is there  (depends on what chosen learns)
           mkdir -p -- '$place'
[6/6] unknown  gone  gone is there  (depends on what listed learns)
           run touch /run/gone
Dry run: nothing was changed. Of 6 steps, 6 are still to be done.
`,
    );
    server.run();
    expect(server.run(['--dry-run']).stdout.match(/^\[.*\] ok /gm)).toHaveLength(6);
  });

  test.each([
    [['--only', 'noted'], 'noted', 'looked'],
    [['--from', 'made'], 'made', 'chosen'],
    [['--skip', 'listed'], 'gone', 'listed'],
  ])('fails where %j leaves that one out', (args, step, learner) => {
    const server = prepared();
    expect(server.run(['--dry-run', ...args]).stdout).toMatch(
      new RegExp(`unknown  ${step}  .* \\(depends on what ${learner} learns\\)\n`),
    );
    const { status, stderr } = server.run([...UNATTENDED, ...args]);
    expect(status).toBe(1);
    expect(stderr).toContain(
      `Step ${step} failed: it depends on what ${learner} learns, which is not known (was that left out? run the script without --skip, --only and --from)\n`,
    );
    expect(server.events()).not.toContain(`start ${step}`);
  });
});

test.runIf(canMount)('what was learnt and is lost counts as not learnt', async () => {
  const server = await serverWith({
    steps: [
      learns('looked', found, 'cat /run/source'),
      touches('noted', { values: { found }, check: 'true' }),
    ],
  });
  server.write('run/source', 'a\n');
  expect(server.run()).toMatchObject({ status: 0 });
  expect(server.run(['--dry-run']).stdout).toContain('[2/2] ok ');
  server.write(`${STATE}/carried/found`, '');
  expect(server.run(['--dry-run']).stdout).toContain(
    '[2/2] unknown  noted  noted is there  (depends on what looked learns)\n',
  );
  expect(server.run().stdout).toContain('1 changed, 1 ok');
});
