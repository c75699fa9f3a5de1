import { command, comment, redirected, word } from '../../bash/build.ts';
import type { Command, Word } from '../../bash/nodes.ts';
import { spelled } from '../../model/spelling.ts';
import type { StepOf } from '../../model/step.ts';
import { text, type ListValue } from '../../model/value.ts';
import { call, inProse, listed, listWords, valueWord, would, type Lowered } from '../lowered.ts';
import type { Lowering } from '../lowering.ts';

type PackageKind =
  | 'apt.installed'
  | 'apt.absent'
  | 'apt.foreignListed'
  | 'apt.obsoleteListed'
  | 'apt.obsoletePurged';

const PROGRAMS = ['apt-cache', 'apt-get', 'dpkg', 'dpkg-query'];

/** Each package is one thing to fight over; a parameter with names is one, too. */
function ownedPackages(list: ListValue): string[] {
  const items = 'reference' in list ? [list] : list;
  return items.map((item) => `package ${spelled(item)}`);
}

function installCommand({ packages, suite, recommends }: StepOf<'apt.installed'>): Command {
  return command(
    'apt-get',
    '--yes',
    'install',
    ...(suite === undefined ? [] : [`--target-release=${suite}`]),
    ...(recommends === undefined ? [] : [`--${recommends ? '' : 'no-'}install-recommends`]),
    '--',
    ...listWords(packages),
  );
}

function installed(step: StepOf<'apt.installed'>): Lowered {
  const { packages, suite, minimumVersion, recommends } = step;
  const minimum =
    minimumVersion === undefined ? [] : [word('minimum=', ...valueWord(minimumVersion).parts)];
  const origin = suite === undefined ? '' : ` from ${suite}`;
  return {
    title: text`installed: ${listed(packages)}${origin}`,
    sentence: text`Installs ${listed(packages)}${origin}.`,
    check: [command('packages_are_installed', ...minimum, '--', ...listWords(packages))],
    apply: [
      command('apt_begin', 'conffiles=keep'),
      command(
        'install_packages',
        ...(suite === undefined ? [] : [`suite=${suite}`]),
        ...(recommends === undefined ? [] : [`recommends=${recommends ? 'yes' : 'no'}`]),
        '--',
        ...listWords(packages),
      ),
    ],
    plan: [would(installCommand(step))],
    manual: [installCommand(step)],
    owns: ownedPackages(packages),
    programs: PROGRAMS,
  };
}

function absent({ packages, keep }: StepOf<'apt.absent'>): Lowered {
  const names = listWords(packages);
  const kept: (string | Word)[] = keep === undefined ? [] : ['--keep', ...listWords(keep)];
  return {
    title: text`not installed: ${listed(packages)}`,
    sentence: text`Removes ${listed(packages)}, whichever of them is installed; settings and data stay.`,
    check: [command('packages_are_absent', ...names)],
    apply: [
      command('apt_begin', 'conffiles=keep'),
      command('remove_packages', ...kept, '--', ...names),
    ],
    plan: [command('would_remove_packages', ...names)],
    manual: [
      ...(names.length > 1 ? [comment('Name those alone that are installed:')] : []),
      command('apt-get', 'remove', '--', ...names),
    ],
    owns: ownedPackages(packages),
    programs: PROGRAMS,
  };
}

/** apt 2.0 and later can tell by itself which packages no source has. */
function listObsolete(to: Word): Command {
  return redirected(command('apt', 'list', '?obsolete'), { operator: '>', target: to });
}

function foreignListed({ to, suite, except }: StepOf<'apt.foreignListed'>): Lowered {
  const excepted = except === undefined ? [] : [word('except=', ...valueWord(except).parts)];
  const left =
    except === undefined
      ? ''
      : text`, but for those in ${except}, which an earlier upgrade has left`;
  return {
    title: text`packages that no source has are listed in ${to}`,
    sentence: text`Writes to ${to} which installed packages come from no enabled source${left}.`,
    check: [call('foreign_is_listed', to, suite, ...excepted)],
    apply: [call('list_foreign', to, ...excepted)],
    plan: [call('would_say', text`list in ${to} the packages that no enabled source has`)],
    manual: [
      listObsolete(valueWord(to)),
      ...(except === undefined
        ? []
        : [
            comment(
              `If an earlier upgrade has left ${inProse(except)}: take out what that has, but for what you installed anew.`,
            ),
          ]),
    ],
    owns: [`file ${spelled(to)}`],
    programs: ['apt-cache', 'dpkg-query'],
  };
}

function obsoleteListed({ to, foreign }: StepOf<'apt.obsoleteListed'>): Lowered {
  const words = [
    valueWord(to),
    ...(foreign === undefined ? [] : [word('foreign=', ...valueWord(foreign).parts)]),
  ];
  return {
    title: text`obsolete packages are listed in ${to}`,
    sentence: text`Writes to ${to} which installed packages the new release does not have any more.`,
    check: [command('obsolete_is_listed', ...words)],
    apply: [command('list_obsolete', ...words)],
    plan: [call('would_say', text`list in ${to} the packages that no source has any more`)],
    manual: [listObsolete(valueWord(to))],
    owns: [`file ${spelled(to)}`],
    programs: ['apt-cache', 'dpkg-query'],
  };
}

function obsoletePurged({ foreign, keep }: StepOf<'apt.obsoletePurged'>): Lowered {
  const words = [valueWord(foreign), ...(keep === undefined ? [] : listWords(keep))];
  return {
    title: 'no obsolete package is left',
    sentence: 'Purges the packages that the new release does not have any more.',
    check: [command('obsolete_is_purged', ...words)],
    apply: [command('apt_begin', 'conffiles=keep'), command('purge_obsolete', ...words)],
    plan: [command('would_purge_obsolete', ...words)],
    manual: [command('apt', 'purge', '?obsolete')],
    owns: ['obsolete packages'],
    programs: PROGRAMS,
  };
}

/** Single packages, and those that no source has. */
export const aptPackages: Lowering<PackageKind> = {
  'apt.installed': installed,
  'apt.absent': absent,
  'apt.foreignListed': foreignListed,
  'apt.obsoleteListed': obsoleteListed,
  'apt.obsoletePurged': obsoletePurged,
};
