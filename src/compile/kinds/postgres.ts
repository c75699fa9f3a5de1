import { command, comment, forEach, variable, word, type WordLike } from '../../bash/build.ts';
import type { Node, Word } from '../../bash/nodes.ts';
import { spelled } from '../../model/spelling.ts';
import type { StepOf } from '../../model/step.ts';
import {
  isReference,
  text,
  type AnyValue,
  type ListValue,
  type NameValue,
} from '../../model/value.ts';
import { call, inProse, listed, listWords, valueWord, would, type Lowered } from '../lowered.ts';
import type { Lowering } from '../lowering.ts';
import { asUser, dump, dumps } from './postgres-dumps.ts';

/** The clusters, then the databases: no name begins with a hyphen. */
function bothLists(clusters: ListValue, databases: ListValue | undefined): Word[] {
  return [...listWords(clusters), word('--'), ...optionalWords(databases)];
}

function optionalWords(list: ListValue | undefined): Word[] {
  return list === undefined ? [] : listWords(list);
}

function upgraded(step: StepOf<'postgres.upgraded'>): Lowered {
  return {
    ...(step.clusters === undefined
      ? upgradedOne(step, step.cluster ?? 'main')
      : upgradedSeveral(step, step.clusters)),
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

type Upgrading = Omit<Lowered, 'programs'>;

/** What the runtime's functions take for what becomes of the old cluster, and of the planner's figures. */
function waysOf({ keepOld, analyze }: StepOf<'postgres.upgraded'>): [old: string, figures: string] {
  return [keepOld ? 'keep' : 'drop', analyze ? 'analyze' : '-'];
}

function upgradedOne(step: StepOf<'postgres.upgraded'>, cluster: NameValue): Upgrading {
  const { from, to } = step;
  const [old, analyze] = waysOf(step);
  const names = [from, to].map((version) => `${inProse(version)}/${inProse(cluster)}`);
  return {
    title: text`the PostgreSQL cluster ${cluster} is upgraded from version ${from} to ${to}`,
    sentence:
      `Drops the PostgreSQL cluster ${names[1]} if it is empty, makes it anew as a copy of ` +
      `${names[0]}, compares both, with no client let in, lets it take the place of ${names[0]}, ` +
      `${endOf(step)}.`,
    check: [call('cluster_is_upgraded', from, to, cluster, old, ...optionalWords(step.databases))],
    apply: [call('upgrade_cluster', from, to, cluster, old, analyze)],
    plan: [call('plan_cluster_upgrade', from, to, cluster, old, analyze)],
    manual: upgradedByHand(step, valueWord(cluster)),
    owns: ownedBy(step, [cluster]),
  };
}

function upgradedSeveral(step: StepOf<'postgres.upgraded'>, clusters: ListValue): Upgrading {
  const { from, to, databases } = step;
  const [old, analyze] = waysOf(step);
  const names = listWords(clusters);
  return {
    title: text`each of the PostgreSQL clusters ${listed(clusters)} is upgraded from version ${from} to ${to}`,
    sentence:
      `For each of the PostgreSQL clusters ${inProse(clusters)}: drops the one of version ` +
      `${inProse(to)} if it is empty, makes it anew as a copy of the one of version ` +
      `${inProse(from)}, compares both, with no client let in, lets it take the place of the old ` +
      `one, ${endOf(step)}.`,
    check: [call('clusters_are_upgraded', from, to, old, ...bothLists(clusters, databases))],
    apply: [call('upgrade_clusters', from, to, old, analyze, ...names)],
    plan: [call('plan_clusters_upgrade', from, to, old, analyze, ...names)],
    manual: [
      forEach('cluster', names, [
        comment('The first command only where there is a new cluster, and it is empty.'),
        ...upgradedByHand(step, word(variable('cluster'))),
      ]),
    ],
    owns: ownedBy(step, isReference(clusters) ? [clusters] : clusters),
  };
}

function endOf({ keepOld }: StepOf<'postgres.upgraded'>): string {
  return keepOld ? 'which is kept, stopped' : 'and then drops that';
}

function ownedBy(
  { from, to }: StepOf<'postgres.upgraded'>,
  clusters: readonly AnyValue[],
): string[] {
  return clusters.flatMap((cluster) =>
    [from, to].map((version) => `cluster ${spelled(cluster)} of version ${spelled(version)}`),
  );
}

/** The commands for the cluster that `cluster` names. */
function upgradedByHand(
  { from, to, analyze, keepOld }: StepOf<'postgres.upgraded'>,
  cluster: Word,
): Node[] {
  const named = word('--cluster=', ...valueWord(to).parts, '/', ...cluster.parts);
  const analyzing: WordLike[] = ['vacuumdb', named, '--all', '--analyze-in-stages'];
  return [
    call('pg_dropcluster', '--stop', to, cluster),
    call('pg_upgradecluster', '-v', to, from, cluster),
    ...(analyze ? [asUser('postgres', ...analyzing)] : []),
    ...(keepOld ? [] : [call('pg_dropcluster', from, cluster)]),
  ];
}

function answering(step: StepOf<'postgres.answering'>): Lowered {
  return {
    ...(step.clusters === undefined
      ? answeringOne(step, step.cluster ?? 'main')
      : answeringSeveral(step, step.clusters)),
    owns: [],
    programs: ['pg_lsclusters', 'pg_ctlcluster', 'psql', 'runuser'],
  };
}

type Answering = Omit<Lowered, 'owns' | 'programs'>;

function answeringOne(
  { version, databases }: StepOf<'postgres.answering'>,
  cluster: NameValue,
): Answering {
  const words = optionalWords(databases);
  const start = call('pg_ctlcluster', version, cluster, 'start');
  const [held, holding] =
    databases === undefined
      ? ['', '']
      : [text` and holds ${listed(databases)}`, ` and holds ${inProse(databases)}`];
  return {
    title: text`the PostgreSQL cluster ${version}/${cluster} answers${held}`,
    sentence: text`Starts the PostgreSQL cluster ${version}/${cluster} if it is down, and makes sure that it answers${holding}.`,
    check: [call('cluster_answers', version, cluster, ...words)],
    apply: [call('answer_from_cluster', version, cluster, ...words)],
    plan: [would(start)],
    manual: [command('pg_lsclusters'), comment('Where it is down:'), start],
  };
}

function answeringSeveral(
  { version, databases }: StepOf<'postgres.answering'>,
  clusters: ListValue,
): Answering {
  const names = listWords(clusters);
  const words = bothLists(clusters, databases);
  const all = text`each of the PostgreSQL clusters ${listed(clusters)} of version ${version}`;
  const holding =
    databases === undefined
      ? ''
      : `, and that each of the databases ${inProse(databases)} is in one of them`;
  return {
    title: text`${all} answers${databases === undefined ? '' : ', with all databases that are named'}`,
    sentence: text`Starts each of the PostgreSQL clusters ${inProse(clusters)} of version ${version} that is down, and makes sure that they answer${holding}.`,
    check: [call('clusters_answer', version, ...words)],
    apply: [call('answer_from_clusters', version, ...words)],
    plan: [call('plan_clusters_start', version, ...names)],
    manual: [
      command('pg_lsclusters'),
      comment('Each that is down:'),
      forEach('cluster', names, [
        command('pg_ctlcluster', valueWord(version), word(variable('cluster')), 'start'),
      ]),
    ],
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
