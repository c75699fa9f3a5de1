import { command } from '../../bash/build.ts';
import type { Word } from '../../bash/nodes.ts';
import { spelled } from '../../model/spelling.ts';
import type { StepOf } from '../../model/step.ts';
import {
  isReference,
  isTemplate,
  template,
  text,
  type AnyValue,
  type ListValue,
  type PathValue,
} from '../../model/value.ts';
import { call, listWords, listed, valueWord, would, type Lowered } from '../lowered.ts';
import type { Lowering } from '../lowering.ts';
import { curl, digestByHand } from './download.ts';

type PipKind = 'pip.absent' | 'pip.installed' | 'pip.itself' | 'pip.venv';

interface Which {
  readonly python: string;
  readonly venv?: PathValue | undefined;
}

/** The program that is that Python. */
function programOf({ python, venv }: Which): Word {
  return valueWord(venv === undefined ? python : template('path', venv, '/bin/python3'));
}

/** Where the packages are, for a title. */
function placeOf({ python, venv }: Which): AnyValue {
  return venv === undefined ? `${python === 'python2' ? 'Python 2' : 'Python 3'}` : venv;
}

function ownedBy({ python, venv }: Which, names: readonly AnyValue[]): string[] {
  const where = venv === undefined ? python : spelled(venv);
  return names.map((name) => `pip package ${spelled(name)} of ${where}`);
}

function namesIn(list: ListValue): readonly AnyValue[] {
  return isReference(list) ? [list] : list;
}

function absent(step: StepOf<'pip.absent'>): Lowered {
  const python = programOf(step);
  const words = listWords(step.packages);
  return {
    title: text`${placeOf(step)} is without ${listed(step.packages)}`,
    sentence: text`Removes the packages ${listed(step.packages)} of ${placeOf(step)}.`,
    check: [command('pip_lacks', python, ...words)],
    apply: [command('pip_remove', python, ...words)],
    onlyRuns: true,
    manual: [command(python, '-m', 'pip', 'uninstall', ...words)],
    owns: ownedBy(step, namesIn(step.packages)),
    programs: [],
  };
}

type Requirement = StepOf<'pip.installed'>['packages'][number];

function nameOf(requirement: Requirement): AnyValue {
  if (typeof requirement === 'string') return requirement;
  return isReference(requirement) || isTemplate(requirement) ? requirement : requirement.name;
}

/** `name` or `name==version`, one word. */
function specifier(requirement: Requirement): AnyValue {
  if (typeof requirement === 'string') return requirement;
  if (isReference(requirement) || isTemplate(requirement)) return requirement;
  return text`${requirement.name}==${requirement.version}`;
}

/** The same for a reader: "walt-server 5". */
function described(requirement: Requirement): AnyValue {
  if (typeof requirement === 'string') return requirement;
  if (isReference(requirement) || isTemplate(requirement)) return requirement;
  return text`${requirement.name} ${requirement.version}`;
}

function installed(step: StepOf<'pip.installed'>): Lowered {
  const python = programOf(step);
  const words = step.packages.map((requirement) => valueWord(specifier(requirement)));
  const packages = listed(step.packages.map(described));
  return {
    title: text`${placeOf(step)} has ${packages}`,
    sentence: text`Installs ${packages} for ${placeOf(step)}.`,
    check: [command('pip_has', python, ...words)],
    apply: [command('pip_install', python, ...words)],
    onlyRuns: true,
    manual: [command(python, '-m', 'pip', 'install', ...words)],
    owns: ownedBy(step, step.packages.map(nameOf)),
    programs: [],
  };
}

function itself({ url, sha256, minimum }: StepOf<'pip.itself'>): Lowered {
  const atLeast = minimum === undefined ? [] : [valueWord(minimum)];
  const digest = sha256 === undefined ? [] : [sha256];
  return {
    title: minimum === undefined ? 'Python 3 has pip' : text`Python 3 has pip ${minimum} or later`,
    sentence: text`Installs pip for Python 3 with the script from ${url}.`,
    check: [command('pip_is_there', 'python3', ...atLeast)],
    apply: [command('get_pip', 'python3', valueWord(url), ...digest)],
    plan: [
      would(curl(url, 'get-pip.py')),
      ...digest.map((found) => command('would_say', `its SHA-256 must be ${found}`)),
      would(command('python3', 'get-pip.py')),
    ],
    manual: [
      curl(url, 'get-pip.py'),
      ...digestByHand('get-pip.py', sha256),
      command('python3', 'get-pip.py'),
    ],
    owns: ['pip of python3'],
    programs: ['curl'],
  };
}

/** Python packages that pip looks after. */
export const pip: Lowering<PipKind> = {
  'pip.absent': absent,
  'pip.installed': installed,
  'pip.itself': itself,
  'pip.venv': ({ path }) => ({
    title: text`${path} is a Python environment`,
    sentence: text`Makes ${path} a virtual environment of Python 3.`,
    check: [call('venv_is_there', path)],
    apply: [call('make_venv', path)],
    onlyRuns: true,
    manual: [call('python3', '-m', 'venv', path)],
    owns: [`file ${spelled(path)}`],
    programs: [],
  }),
};
