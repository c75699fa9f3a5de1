import { command, word } from '../../bash/build.ts';
import type { Command, Node, Word } from '../../bash/nodes.ts';
import type { StepOf } from '../../model/step.ts';
import type { ListValue } from '../../model/value.ts';
import { listWords, valueWord, would, type Lowered } from '../lowered.ts';
import type { Lowering } from '../lowering.ts';

type UpgradeKind = 'apt.prefetched' | 'apt.minimalUpgrade' | 'apt.distUpgraded' | 'apt.settled';
type Answers = StepOf<'apt.distUpgraded'>['answers'];

const PROGRAMS = ['apt-cache', 'apt-get', 'debconf-set-selections', 'dpkg', 'dpkg-query'];

/** `option NAME…`, and nothing where no name is given. */
function after(option: string, names: ListValue | undefined): Word[] {
  return names === undefined ? [] : [word(option), ...listWords(names)];
}

function aptGet(...words: readonly (string | Word)[]): Command {
  return command('apt-get', '--yes', ...words);
}

function prefetched({ id, suite, packages, keep }: StepOf<'apt.prefetched'>): Lowered {
  const words = [word(suite), ...after('--keep', keep), ...after('--install', packages)];
  // An upgrade takes names of packages, too: apt plans both at once.
  const fetch = aptGet('--download-only', 'dist-upgrade', ...after('--', packages));
  return {
    title: `the packages of ${suite} lie ready`,
    sentence: `Fetches everything that the upgrade to ${suite} installs, when there is room for it.`,
    check: [command('packages_are_fetched', id, ...words)],
    apply: [command('apt_begin', 'conffiles=keep'), command('fetch_packages', ...words)],
    plan: [would(fetch)],
    manual: [fetch],
    owns: [`packages of ${suite} in apt's cache`],
    programs: PROGRAMS,
  };
}

function grubWord({ grub }: Answers): Word {
  return grub === 'boot-disk'
    ? word('grub=boot-disk')
    : word('grub=', ...valueWord(grub.disk).parts);
}

/** What an upgrade needs before it begins, and the upgrade. */
function upgradeCommands(
  suite: string,
  answers: Answers,
  action: readonly string[],
  upgrade = 'upgrade_packages',
): Node[] {
  return [
    command('apt_begin', `conffiles=${answers.conffiles}`),
    command('answer_questions', 'restart-services', 'libc-upgrade', grubWord(answers)),
    command('prepare_upgrade', suite),
    command(upgrade, ...action),
  ];
}

/** The same as one types it. */
function typed(answers: Answers, action: readonly string[]): Command {
  const force =
    answers.conffiles === 'keep' ? ['--force-confdef', '--force-confold'] : ['--force-confnew'];
  const options = force.map((option) => `--option=Dpkg::Options::=${option}`);
  const environment = ['DEBIAN_FRONTEND=noninteractive', 'NEEDRESTART_MODE=a'];
  return command('env', ...environment, 'apt-get', '--yes', ...options, ...action);
}

function minimalUpgrade({ id, suite, answers }: StepOf<'apt.minimalUpgrade'>): Lowered {
  const action = ['upgrade', '--without-new-pkgs'];
  return {
    title: `what can be upgraded to ${suite} by itself is upgraded`,
    sentence: 'Upgrades the packages that need no other one to come or go.',
    check: [command('minimal_upgrade_is_done', id, suite, ...action)],
    apply: upgradeCommands(suite, answers, action),
    plan: [would(typed(answers, action))],
    manual: [typed(answers, action)],
    owns: ['minimal upgrade'],
    programs: PROGRAMS,
  };
}

function distUpgraded(step: StepOf<'apt.distUpgraded'>): Lowered {
  const { id, suite, orSuite, answers, keep } = step;
  const [begin, answer, prepare, upgrade] = upgradeCommands(
    suite,
    answers,
    ['dist-upgrade'],
    orSuite === undefined ? 'upgrade_packages' : 'update_packages',
  );
  const guard =
    keep === undefined ? [] : [command('keep_packages', 'dist-upgrade', '--', ...listWords(keep))];
  return {
    title: `the distribution is upgraded to ${suite}`,
    sentence: `Upgrades the whole distribution to ${suite}, without a question.`,
    check: [
      command('distribution_is_upgraded', id, suite, ...(orSuite === undefined ? [] : [orSuite])),
    ],
    // What apt would remove can be told only of settled packages, by the lists that it goes by.
    apply: [begin, answer, prepare, ...guard, upgrade].filter((node) => node !== undefined),
    plan: [would(typed(answers, ['dist-upgrade']))],
    manual: [typed(answers, ['dist-upgrade'])],
    owns: ['upgrade of the distribution'],
    programs: PROGRAMS,
  };
}

function settled(): Lowered {
  const commands = [command('dpkg', '--configure', '--pending'), aptGet('--fix-broken', 'install')];
  return {
    title: 'every package is configured and has what it depends on',
    sentence: 'Brings to its end what an interrupted dpkg has left.',
    check: [command('packages_are_settled')],
    apply: [command('apt_begin', 'conffiles=keep'), command('settle_packages')],
    plan: commands.map(would),
    manual: commands,
    owns: ['state of dpkg'],
    programs: ['apt-get', 'dpkg'],
  };
}

/** Upgrades of everything that is installed. */
export const aptUpgrades: Lowering<UpgradeKind> = {
  'apt.prefetched': prefetched,
  'apt.minimalUpgrade': minimalUpgrade,
  'apt.distUpgraded': distUpgraded,
  'apt.settled': settled,
};
