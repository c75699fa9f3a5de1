import { describe, expect, test } from 'vitest';
import {
  apt,
  carried,
  containers,
  download,
  file,
  learn,
  parameter,
  pip,
  postgres,
  requires,
  service,
  system,
} from '../../src/index.ts';
import type { ProcedureOptions } from '../../src/dsl/procedure.ts';
import type { StepInput } from '../../src/model/step.ts';
import { own, small, stopped } from '../support/procedures.ts';
import { changesOf, risksIn } from './compiled.ts';

const SHA = 'a'.repeat(64);
const KEY = 'B'.repeat(40);
const x = { id: 'x', why: 'it is due' };

const repository = (changes: object = {}): StepInput =>
  apt.repository({
    ...x,
    name: 'docker',
    url: 'https://example.org/debian',
    suite: 'bookworm',
    components: ['stable'],
    key: 'https://example.org/key',
    fingerprints: [KEY],
    ...changes,
  });
const fetched = (changes: object = {}): StepInput =>
  download.file({ ...x, url: 'https://example.org/a', path: '/srv/a', sha256: SHA, ...changes });
const absent = (...packages: string[]): StepInput => apt.absent({ ...x, packages });
const upgraded = (keepOld: boolean): StepInput =>
  postgres.upgraded({ ...x, from: '11', to: '15', cluster: 'main', keepOld });
const allUpgraded = (keepOld: boolean): StepInput =>
  postgres.upgraded({ ...x, from: '11', to: '15', clusters: ['main', 'other'], keepOld });
const bash = (apply: string, check = 'test -e /etc/x'): StepInput => own('x', { apply, check });
const dumps = postgres.dumps({
  id: 'dumps',
  title: 'saved',
  why: 'x',
  databases: ['walt'],
  to: '/srv/dumps',
  version: '13',
});
const docker = carried.lines('images', 'images of docker');
const images = learn({ ...x, id: 'images', title: 'x', into: docker, from: 'docker image ls' });
const dump = postgres.dump({ id: 'dump', why: 'x', database: 'walt', to: '/srv/walt.dump' });

/** Each edit of the steps, and the risks that are told of it, but that commands are new. */
const EDITS: readonly (readonly [string, StepInput[], StepInput[], readonly string[]])[] = [
  [
    'a new repository',
    [],
    [repository()],
    ['new package source: fetch_key', 'new package source: write_repository'],
  ],
  [
    'a key that is not pinned any more',
    [repository()],
    [repository({ fingerprints: [] })],
    [
      'new package source: fetch_key',
      'new download without hash: fetch_key',
      'removed guard: repository_is_there',
      'removed guard: fetch_key',
    ],
  ],
  [
    'a repository elsewhere',
    [repository()],
    [repository({ url: 'https://example.net/debian' })],
    ['new package source: write_repository'],
  ],
  [
    'other suites',
    [],
    [apt.suites({ ...x, from: 'bookworm', to: 'trixie' })],
    ['new package source: change_suites'],
  ],
  [
    'a list of sources written as a file',
    [],
    [
      file.content({
        ...x,
        path: '/etc/apt/sources.list.d/a.list',
        lines: ['deb https://e.org x y'],
      }),
    ],
    ['new package source: write_lines'],
  ],
  ['a download with its digest', [], [fetched()], []],
  [
    'a download without one',
    [],
    [fetched({ sha256: undefined })],
    ['new download without hash: download_file'],
  ],
  [
    'a digest that is gone',
    [fetched()],
    [fetched({ sha256: undefined })],
    [
      'new download without hash: download_file',
      'removed guard: is_downloaded',
      'removed guard: download_file',
    ],
  ],
  ['another digest', [fetched()], [fetched({ sha256: 'b'.repeat(64) })], []],
  [
    'pip without a digest',
    [],
    [pip.itself({ ...x, url: 'https://example.org/get-pip.py' })],
    ['new download without hash: get_pip'],
  ],
  [
    'pip with one',
    [],
    [pip.itself({ ...x, url: 'https://example.org/get-pip.py', sha256: SHA })],
    [],
  ],
  ['a package removed', [], [absent('a')], ['wider deletion: remove_packages']],
  [
    'one more package removed',
    [absent('a')],
    [absent('a', 'b')],
    ['wider deletion: remove_packages'],
  ],
  [
    'a package less removed',
    [absent('a', 'b')],
    [absent('a')],
    ['removed guard: packages_are_absent'],
  ],
  [
    'packages that are not kept any more',
    [apt.absent({ ...x, packages: ['a'], keep: ['b', 'c'] })],
    [apt.absent({ ...x, packages: ['a'], keep: ['b'] })],
    ['wider deletion: remove_packages', 'removed guard: remove_packages'],
  ],
  ['a file removed', [], [file.absent({ ...x, path: '/srv/a' })], ['wider deletion: remove_file']],
  [
    'a cluster that is dropped',
    [upgraded(true)],
    [upgraded(false)],
    ['wider deletion: upgrade_cluster'],
  ],
  [
    'clusters that are dropped',
    [allUpgraded(true)],
    [allUpgraded(false)],
    ['wider deletion: upgrade_clusters'],
  ],
  ['a service stopped', [], [service.stopped({ ...x, unit: 'a' })], []],
  ['rm', [bash('run true')], [bash('run rm -rf -- /srv')], ['wider deletion: run rm']],
  ['rm of less', [bash('run rm -- /srv/a /srv/b')], [bash('run rm -- /srv/a')], []],
  [
    'rm with another option',
    [bash('run rm -- /a')],
    [bash('run rm -r -- /a')],
    ['wider deletion: run rm'],
  ],
  [
    'purge',
    [bash('run true')],
    [bash('run apt-get --yes purge nginx')],
    ['wider deletion: run apt-get'],
  ],
  [
    'a dropped cluster',
    [bash('run true')],
    [bash('run pg_dropcluster 11 main')],
    ['wider deletion: run pg_dropcluster'],
  ],
  [
    'a dropped table',
    [bash('run true')],
    [bash("run runuser -u postgres -- psql --command 'drop table a'")],
    ['wider deletion: run runuser'],
  ],
  [
    'prune',
    [bash('run true')],
    [bash('run docker image prune --force')],
    ['wider deletion: run docker'],
  ],
  ['find', [bash('run true')], [bash('run find /srv -delete')], ['wider deletion: run find']],
  [
    'a deletion in a shell',
    [bash('run true')],
    [bash("run sh -c 'cd / && rm -rf srv'")],
    ['wider deletion: run sh'],
  ],
  [
    'curl into a shell',
    [bash('run true')],
    [bash('curl -fsS https://example.org/a | bash')],
    ['new download without hash: curl'],
  ],
  [
    'curl, and its digest',
    [bash('run true')],
    [bash(`run curl -o /a https://example.org/a\necho "${SHA}  /a" | sha256sum --check`)],
    [],
  ],
  [
    'curl on the loopback is a download, too',
    [bash('run true')],
    [bash('x=$(curl -fsS http://localhost/)\nrun test "$x"')],
    ['new download without hash: curl'],
  ],
  [
    'a test in apply that is gone',
    [bash('test -s /a\nrun true')],
    [bash('run true')],
    ['removed guard: test'],
  ],
  [
    'a check that asks for less',
    [bash('run true', 'test -e /a && test -s /b')],
    [bash('run true', 'test -e /a')],
    ['removed guard: test'],
  ],
  [
    'a check that asks for more',
    [bash('run true', 'test -e /a')],
    [bash('run true', 'test -e /a && test -s /b')],
    [],
  ],
  [
    'a check that asks either',
    [bash('run true', 'test -e /a')],
    [bash('run true', 'test -e /a || test -e /b')],
    ['removed guard: test'],
  ],
  [
    'a check turned round',
    [bash('run true', '! test -e /a')],
    [bash('run true', 'test -e /a')],
    ['removed guard: test'],
  ],
  [
    'a check that passes anyhow',
    [bash('run true', 'test -e /a')],
    [bash('run true', 'true')],
    ['removed guard: test'],
  ],
  [
    'a check that deletes',
    [bash('run true', 'test -e /a')],
    [bash('run true', 'test -e /a && rm -- /b')],
    ['wider deletion: rm'],
  ],
  [
    'a need that is gone',
    [stopped, own('x', { needs: ['stopped'] })],
    [stopped, own('x')],
    ['removed guard: needs=stopped'],
  ],
  [
    'an until that is gone',
    [own('x', { until: 'stopped' }), stopped],
    [own('x'), stopped],
    ['removed guard: until=stopped'],
  ],
  [
    'an until-begun that is gone',
    [own('x', { untilBegun: 'stopped' }), stopped],
    [own('x'), stopped],
    ['removed guard: until-begun=stopped'],
  ],
  [
    'an rsync that takes away what is not there',
    [bash('run rsync -a /srv/a/ /srv/b/')],
    [bash('run rsync -a --delete-after /srv/a/ /srv/b/')],
    ['wider deletion: run rsync'],
  ],
  [
    'saved images that are gone',
    [images, containers.saved({ ...x, images: docker, to: '/srv/images' })],
    [images],
    ['removed guard: containers.saved'],
  ],
  ['a dump that is gone', [dump], [], ['removed guard: postgres.dump dump']],
  ['dumps that are gone', [dumps], [], ['removed guard: postgres.dumps dumps']],
  [
    'a dump that comes later',
    [dump, own('x')],
    [own('x'), dump],
    ['removed guard: postgres.dump dump'],
  ],
  [
    'a proof that is gone',
    [system.verified({ ...x, release: 'bookworm', kernel: false })],
    [],
    ['removed guard: system.verified x'],
  ],
  ['a step of its own that is gone', [bash('run true')], [], ['removed guard: test']],
  [
    'a step that runs once, renamed',
    [own('x', { check: undefined, once: true } as object)],
    [own('y', { check: undefined, once: true, title: 'x is so' } as object)],
    ['removed guard: step'],
  ],
];

function procedureOf(steps: StepInput[], more: Partial<ProcedureOptions> = {}) {
  return small({ steps: [own('first', { owns: 'first' }), ...steps], ...more });
}

/** A risk with the name of the command that it is about alone. */
function short(risk: string): string {
  const [, name, line] = /^([a-z ]+): (.*)$/s.exec(risk) ?? [];
  const words = (line ?? '').split(' ');
  const isWhole = name === 'removed guard' && /^(?:needs|until|postgres|system)/.test(line ?? '');
  return `${name}: ${isWhole ? line : words.slice(0, words[0] === 'run' ? 2 : 1).join(' ')}`;
}

describe('risks of what changed in steps', () => {
  test.each(EDITS)('%s', async (_, before, after, told) => {
    const changes = await changesOf(procedureOf(before), procedureOf(after));
    expect(risksIn(changes).map(short).toSorted()).toEqual(told.toSorted());
  });

  test('a command that changes something is told, one that only looks is not', async () => {
    const changes = await changesOf(
      procedureOf([bash('run touch /a')]),
      procedureOf([
        bash('run touch /a\nx=$(cat /b)\n[[ $x ]]\necho "$x"\nrun touch -- "$x"\necho >/c'),
      ]),
    );
    const lines = changes.flatMap(({ risks }) => risks.map(({ line }) => line));
    expect(lines).toEqual(['run touch -- "$x"', 'echo >/c']);
  });
});

const number = parameter.integer('n', { default: 3, help: 'how many', minimum: 1, maximum: 9 });
const choice = parameter.choice('c', { default: 'a', help: 'which', choices: ['a', 'b'] });

const clustersIn = (names: string[], ...versions: string[]) => ({
  requires: [requires.clusters({ clusters: names, versions })],
});

const asks = (name: string, refusal = `no ${name}`, more: object = {}) =>
  requires.holds({ check: `test -e /${name}`, refusal, remedy: 'mend it', ...more });
const asking = (...items: readonly ReturnType<typeof asks>[]) => ({ requires: [...items] });
const unit = requires.unit({ unit: 'nginx' });
const noA = "require_true requirement__holds 'no a' 'mend it'";

/** Each edit of requirements or parameters, and the guards that are told as removed. */
const LIMITS: readonly (readonly [
  string,
  Partial<ProcedureOptions>,
  Partial<ProcedureOptions>,
  string[],
])[] = [
  ['a requirement that is gone', { requires: [requires.noPins()] }, {}, ['require_no_pins']],
  ['a requirement more', {}, { requires: [requires.noPins()] }, []],
  [
    'less space',
    { requires: [requires.space({ path: '/var', mebibytes: 2000, purpose: 'x' })] },
    { requires: [requires.space({ path: '/var', mebibytes: 1000, purpose: 'x' })] },
    ['require_space /var 2000 x'],
  ],
  [
    'more space',
    { requires: [requires.space({ path: '/var', mebibytes: 2000, purpose: 'x' })] },
    { requires: [requires.space({ path: '/var', mebibytes: 3000, purpose: 'y' })] },
    [],
  ],
  [
    'another source that is known',
    { requires: [requires.knownSources({ hosts: ['a.example'] })] },
    { requires: [requires.knownSources({ hosts: ['a.example', 'b.example'] })] },
    ['require_known_sources a.example'],
  ],
  [
    'a version more that a cluster may have',
    clustersIn(['main'], '13', '15'),
    clustersIn(['main'], '13', '14', '15'),
    ['require_clusters main -- 13 15'],
  ],
  [
    'a cluster less that has to be there',
    clustersIn(['main', 'shop'], '13', '15'),
    clustersIn(['main'], '13', '15'),
    ['require_clusters main shop -- 13 15'],
  ],
  [
    'a cluster more, and a version less',
    clustersIn(['main'], '13', '14', '15'),
    clustersIn(['main', 'shop'], '13', '15'),
    [],
  ],
  [
    'a source that is not known any more',
    { requires: [requires.knownSources({ hosts: ['a.example', 'b.example'] })] },
    { requires: [requires.knownSources({ hosts: ['a.example'] })] },
    [],
  ],
  ['a requirement before an own one', asking(asks('a')), asking(unit, asks('a')), []],
  ['an own requirement more, first', asking(asks('a')), asking(asks('b'), asks('a')), []],
  ['own requirements exchanged', asking(asks('a'), asks('b')), asking(asks('b'), asks('a')), []],
  ['one that is gone', asking(asks('a'), asks('b')), asking(asks('b')), [noA]],
  ['one that is gone, and one that has come', asking(asks('a')), asking(asks('b')), [noA]],
  [
    'one that is gone, where the others are exchanged',
    asking(asks('a'), unit, asks('b'), asks('c')),
    asking(asks('c'), asks('b'), unit),
    [noA],
  ],
  ['one of two equal ones that is gone', asking(asks('a'), asks('a')), asking(asks('a')), [noA]],
  [
    'one of two with the same words that is gone',
    asking(asks('a'), asks('b', 'no a')),
    asking(asks('b', 'no a')),
    [noA],
  ],
  ['other words of it', asking(asks('a')), asking(asks('a', 'there is no a')), []],
  [
    'one that is not always asked any more',
    asking(asks('a', 'no a', { always: true })),
    asking(asks('a', 'there is no a')),
    [`${noA} always`],
  ],
  ['another one in its words', asking(asks('a')), asking(asks('b', 'no a')), ['test -e /a']],
  [
    'one that asks for less',
    asking(asks('a', 'no a', { check: 'test -e /a && test -e /b' })),
    asking(asks('a')),
    ['test -e /b'],
  ],
  [
    'one that asks either',
    asking(asks('a', 'no a', { check: 'test -e /a && test -e /b' })),
    asking(asks('a', 'no a', { check: 'test -e /a || test -e /b' })),
    ['test -e /a || test -e /b'],
  ],
  [
    'one that asks for more',
    asking(asks('a')),
    asking(asks('a', 'no a', { check: 'test -e /a && test -e /b' })),
    [],
  ],
];

describe('guards of the procedure', () => {
  test.each(LIMITS)('%s', async (_, before, after, told) => {
    const changes = await changesOf(procedureOf([], before), procedureOf([], after));
    expect(risksIn(changes)).toEqual(told.map((line) => `removed guard: ${line}`));
  });

  test.each([
    ['a greater maximum', number, { ...number, maximum: 99 }, 'integer 1 9'],
    ['no limits', number, { ...number, minimum: undefined, maximum: undefined }, 'integer 1 9'],
    ['a smaller maximum', number, { ...number, maximum: 5 }, undefined],
    ['another choice', choice, { ...choice, choices: ['a', 'b', 'c'] }, 'choice a b'],
    ['a choice less', { ...choice, choices: ['a', 'b', 'c'] }, choice, undefined],
  ])('%s', async (_, before, after, told) => {
    const using = (value: typeof before | typeof after) =>
      procedureOf([own('x', { values: { v: value as typeof number }, check: 'test "$v"' })], {
        parameters: [value as typeof number],
      });
    const changes = await changesOf(using(before), using(after));
    expect(risksIn(changes)).toEqual(told === undefined ? [] : [`removed guard: ${told}`]);
  });
});
