import {
  and,
  command,
  comment,
  redirected,
  subshell,
  toWord,
  word,
  type WordLike,
} from '../../bash/build.ts';
import type { Command, Node } from '../../bash/nodes.ts';
import type { StepOf } from '../../model/step.ts';
import { text } from '../../model/value.ts';
import {
  call,
  inProse,
  listed,
  listWords,
  makeFolderOf,
  valueWord,
  would,
  type Lowered,
} from '../lowered.ts';
import type { Lowering } from '../lowering.ts';

function asUser(user: StepOf<'postgres.dump'>['as'], ...words: readonly WordLike[]): Command {
  return user === 'root'
    ? command(...words)
    : command('runuser', '-u', valueWord(user), '--', ...words);
}

/** `of`, whose files only root may read: in a shell of its own, since others follow. */
function forRootAlone(of: Node): Node {
  return subshell(and(command('umask', '077'), of));
}

function dump(step: StepOf<'postgres.dump'>): Lowered {
  const { database, to, as, version } = step;
  const cluster = version === undefined ? [] : [text`${version}/${step.cluster}`];
  const dumped = asUser(
    as,
    'pg_dump',
    ...cluster.map((name) => valueWord(text`--cluster=${name}`)),
    '--format=custom',
    valueWord(text`--dbname=${database}`),
  );
  return {
    title: text`the database ${database} is saved in ${to}`,
    sentence: text`Dumps the database ${database} to ${to}, which only root may read, and reads the dump back.`,
    check: [call('dump_is_whole', to, database, as, ...cluster)],
    apply: [call('save_dump', to, database, as, ...cluster)],
    plan: [call('plan_dump', to, database, as, ...cluster)],
    manual: [
      makeFolderOf(to),
      forRootAlone(redirected(dumped, { operator: '>', target: valueWord(to) })),
      redirected(command('pg_restore', '--list', valueWord(to)), {
        operator: '>',
        target: toWord('/dev/null'),
      }),
    ],
    owns: [`file ${JSON.stringify(to)}`],
    programs: ['pg_dump', 'pg_restore', 'psql', ...(as === 'root' ? [] : ['runuser'])],
  };
}

function dumps(step: StepOf<'postgres.dumps'>): Lowered {
  const { databases, to, as, version, cluster } = step;
  const words = [valueWord(to), valueWord(as), valueWord(text`${version}/${cluster}`)];
  const names = listWords(databases);
  return {
    title: text`each of the databases ${listed(databases)} is saved in ${to}`,
    sentence: `Dumps each of the databases ${inProse(databases)} to a file of its own in ${inProse(to)}, which only root may read, and reads the dumps back.`,
    check: [call('dumps_are_whole', ...words, ...names)],
    apply: [call('save_dumps', ...words, ...names)],
    plan: [call('plan_dumps', ...words, ...names)],
    manual: [
      command('mkdir', '-p', '--', valueWord(to)),
      forRootAlone({
        type: 'for',
        variable: 'database',
        words: names,
        body: [
          redirected(
            asUser(
              as,
              'pg_dump',
              valueWord(text`--cluster=${version}/${cluster}`),
              '--format=custom',
              word('--dbname=', { type: 'variable', name: 'database' }),
            ),
            {
              operator: '>',
              target: word(
                ...valueWord(to).parts,
                '/',
                { type: 'variable', name: 'database' },
                '.dump',
              ),
            },
          ),
        ],
      }),
    ],
    owns: [`dumps ${JSON.stringify(to)}`],
    programs: ['pg_dump', 'pg_restore', 'psql', ...(as === 'root' ? [] : ['runuser'])],
  };
}

function upgraded(step: StepOf<'postgres.upgraded'>): Lowered {
  const { from, to, cluster } = step;
  const old = step.keepOld ? 'keep' : 'drop';
  const analyze = step.analyze ? 'analyze' : '-';
  const databases = step.databases === undefined ? [] : listWords(step.databases);
  return {
    title: text`the PostgreSQL cluster ${cluster} is upgraded from version ${from} to ${to}`,
    sentence: sentenceOf(step),
    check: [call('cluster_is_upgraded', from, to, cluster, old, ...databases)],
    apply: [call('upgrade_cluster', from, to, cluster, old, analyze)],
    plan: [call('plan_cluster_upgrade', from, to, cluster, old, analyze)],
    manual: [
      call('pg_dropcluster', '--stop', to, cluster),
      call('pg_upgradecluster', '-v', to, from, cluster),
      ...(step.analyze
        ? [
            asUser(
              'postgres',
              'vacuumdb',
              valueWord(text`--cluster=${to}/${cluster}`),
              '--all',
              '--analyze-in-stages',
            ),
          ]
        : []),
      ...(step.keepOld ? [] : [call('pg_dropcluster', from, cluster)]),
    ],
    owns: [from, to].map((version) => `cluster ${JSON.stringify([version, cluster])}`),
    programs: [
      'pg_lsclusters',
      'pg_ctlcluster',
      'pg_conftool',
      'pg_upgradecluster',
      'pg_dropcluster',
      'psql',
      'runuser',
    ],
  };
}

function sentenceOf({ from, to, cluster, keepOld }: StepOf<'postgres.upgraded'>): string {
  const names = [from, to].map((version) => `${inProse(version)}/${inProse(cluster)}`);
  const end = keepOld ? 'which is kept, stopped' : 'and then drops that';
  return (
    `Drops the PostgreSQL cluster ${names[1]} if it is empty, makes it anew as a copy of ${names[0]}, ` +
    `compares both, with no client let in, lets it take the place of ${names[0]}, ${end}.`
  );
}

function answering({ version, cluster, databases }: StepOf<'postgres.answering'>): Lowered {
  const words = databases === undefined ? [] : listWords(databases);
  const start = call('pg_ctlcluster', version, cluster, 'start');
  const holding = databases === undefined ? '' : ` and holds ${inProse(databases)}`;
  return {
    title: text`the PostgreSQL cluster ${version}/${cluster} answers${holding}`,
    sentence: text`Starts the PostgreSQL cluster ${version}/${cluster} if it is down, and makes sure that it answers${holding}.`,
    check: [call('cluster_answers', version, cluster, ...words)],
    apply: [call('answer_from_cluster', version, cluster, ...words)],
    plan: [would(start)],
    manual: [command('pg_lsclusters'), comment('Where it is down:'), start],
    owns: [],
    programs: ['pg_lsclusters', 'pg_ctlcluster', 'psql', 'runuser'],
  };
}

/** PostgreSQL databases, and clusters as Debian's tools keep them. */
export const postgres: Lowering<
  'postgres.dump' | 'postgres.dumps' | 'postgres.upgraded' | 'postgres.answering'
> = {
  'postgres.dump': dump,
  'postgres.dumps': dumps,
  'postgres.upgraded': upgraded,
  'postgres.answering': answering,
};
