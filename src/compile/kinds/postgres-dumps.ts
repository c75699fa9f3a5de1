import {
  and,
  command,
  comment,
  forEach,
  redirected,
  subshell,
  toWord,
  word,
  type WordLike,
} from '../../bash/build.ts';
import type { Command, Node, WordPart } from '../../bash/nodes.ts';
import { spelled } from '../../model/spelling.ts';
import type { StepOf } from '../../model/step.ts';
import { text, type ListValue, type NameValue } from '../../model/value.ts';
import {
  call,
  inProse,
  listed,
  listWords,
  makeFolderOf,
  valueWord,
  type Lowered,
} from '../lowered.ts';

/** `words` as the operating system user who may ask the server. */
export function asUser(
  user: StepOf<'postgres.dump'>['as'],
  ...words: readonly WordLike[]
): Command {
  return user === 'root'
    ? command(...words)
    : command('runuser', '-u', valueWord(user), '--', ...words);
}

/** `of`, whose files only root may read: in a shell of its own, since others follow. */
function forRootAlone(of: Node): Node {
  return subshell(and(command('umask', '077'), of));
}

/** One database in one file. */
export function dump(step: StepOf<'postgres.dump'>): Lowered {
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
    owns: [`file ${spelled(to)}`],
    programs: ['pg_dump', 'pg_restore', 'psql', ...(as === 'root' ? [] : ['runuser'])],
  };
}

/** Several databases, a file each, of one cluster or of several. */
export function dumps(step: StepOf<'postgres.dumps'>): Lowered {
  const { databases, to, as } = step;
  return {
    title: text`each of the databases ${listed(databases)} is saved in ${to}`,
    ...(step.clusters === undefined
      ? dumpsOfOne(step, step.cluster ?? 'main')
      : dumpsOfSeveral(step, step.clusters)),
    owns: [`dumps ${spelled(to)}`],
    programs: ['pg_dump', 'pg_restore', 'psql', ...(as === 'root' ? [] : ['runuser'])],
  };
}

type Dumping = Pick<Lowered, 'sentence' | 'check' | 'apply' | 'plan' | 'manual'>;

const DATABASE: WordPart = { type: 'variable', name: 'database' };
const CLUSTER: WordPart = { type: 'variable', name: 'cluster' };

/** Each of the databases, from the cluster that `from` names, typed into its file in `folder`. */
function dumpEach(
  { databases, as }: StepOf<'postgres.dumps'>,
  from: readonly (string | WordPart)[],
  folder: readonly (string | WordPart)[],
): Node {
  const dumped = asUser(
    as,
    'pg_dump',
    word('--cluster=', ...from),
    '--format=custom',
    word('--dbname=', DATABASE),
  );
  const file = word(...folder, '/', DATABASE, '.dump');
  return forEach('database', listWords(databases), [
    redirected(dumped, { operator: '>', target: file }),
  ]);
}

function dumpsOfOne(step: StepOf<'postgres.dumps'>, cluster: NameValue): Dumping {
  const { databases, to, as, version } = step;
  const from = valueWord(text`${version}/${cluster}`);
  const words = [valueWord(to), valueWord(as), from, ...listWords(databases)];
  return {
    sentence: `Dumps each of the databases ${inProse(databases)} to a file of its own in ${inProse(to)}, which only root may read, and reads the dumps back.`,
    check: [call('dumps_are_whole', ...words)],
    apply: [call('save_dumps', ...words)],
    plan: [call('plan_dumps', ...words)],
    manual: [
      command('mkdir', '-p', '--', valueWord(to)),
      forRootAlone(dumpEach(step, from.parts, valueWord(to).parts)),
    ],
  };
}

function dumpsOfSeveral(step: StepOf<'postgres.dumps'>, clusters: ListValue): Dumping {
  const { databases, to, as, version } = step;
  const names = [...listWords(clusters), word('--'), ...listWords(databases)];
  const words = [valueWord(to), valueWord(as), valueWord(version), ...names];
  const folder = [...valueWord(to).parts, '/', CLUSTER];
  return {
    sentence:
      `Dumps each of the databases ${inProse(databases)}, from every one of the PostgreSQL clusters ` +
      `${inProse(clusters)} that holds it, to a file of its own in ${inProse(to)}, in a folder for ` +
      'each cluster. Only root may read them. Reads the dumps back.',
    check: [call('dumps_of_clusters_are_whole', ...words)],
    apply: [call('save_dumps_of_clusters', ...words)],
    plan: [call('plan_dumps_of_clusters', ...words)],
    manual: [
      comment('What a cluster does not hold, pg_dump refuses: each has to be in one of them.'),
      forEach('cluster', listWords(clusters), [
        command('mkdir', '-p', '--', word(...folder)),
        forRootAlone(dumpEach(step, [...valueWord(version).parts, '/', CLUSTER], folder)),
      ]),
    ],
  };
}
