import { and, command, comment, word } from '../../bash/build.ts';
import type { Node, Word } from '../../bash/nodes.ts';
import type { StepOf } from '../../model/step.ts';
import { isReference, template, text } from '../../model/value.ts';
import { call, inProse, listed, valueWord, type Lowered } from '../lowered.ts';
import type { Lowering } from '../lowering.ts';

type SourceKind = 'apt.suites' | 'apt.repository' | 'apt.thirdPartyDisabled' | 'apt.indexes';

/** What the three functions of kind `apt.suites` are told. */
function suiteWords(step: StepOf<'apt.suites'>): Word[] {
  const { from, to, mirror, securityMirror, archived, components } = step;
  return [
    word(from),
    word(to),
    ...(mirror === undefined ? [] : [word('mirror=', ...valueWord(mirror).parts)]),
    ...(securityMirror === undefined
      ? []
      : [word('security-mirror=', ...valueWord(securityMirror).parts)]),
    ...(archived ? [word('archived')] : []),
    ...Object.entries(components).map(([old, now]) => word(`component=${old}:${now.join(',')}`)),
  ];
}

function suites(step: StepOf<'apt.suites'>): Lowered {
  const words = suiteWords(step);
  const { from, to } = step;
  return {
    title: `the distribution's sources speak of ${to}`,
    sentence: `Has every source of the distribution speak of ${to} instead of ${from}.`,
    check: [command('suites_are', ...words)],
    apply: [command('change_suites', ...words)],
    plan: [command('would_change_suites', ...words)],
    manual: [
      command('sed', '-i', `s/${from}/${to}/g`, '/etc/apt/sources.list'),
      comment('The same in each file that this shows:'),
      command('grep', '-rlw', from, '/etc/apt/sources.list.d'),
      ...moved(step),
    ],
    owns: ["suites of the distribution's sources"],
    programs: ['diff'],
  };
}

/** What is left to an editor where the new release is to be had elsewhere, or is archived. */
function moved({ to, mirror, securityMirror, archived }: StepOf<'apt.suites'>): Node[] {
  const options = archived ? '[check-valid-until=no] ' : '';
  const lines = [
    ...(mirror === undefined ? [] : [`deb ${options}${inProse(mirror)} ${to} …`]),
    ...(securityMirror === undefined
      ? []
      : [`for security updates: deb ${options}${inProse(securityMirror)} …`]),
  ];
  if (lines.length === 0 && !archived) return [];
  const wanted = lines.length === 0 ? [`deb ${options}… ${to} …`] : lines;
  const unset = [mirror, securityMirror].some(
    (address) => isReference(address) && address.type === 'url-or-none',
  );
  const begin = 'lines have to begin like this:';
  const told = [
    unset ? `Where a mirror is set, the ${begin}` : `Its ${begin}`,
    ...wanted.map((line) => `  ${line}`),
  ];
  return [comment(told.join('\n')), command('editor', '/etc/apt/sources.list')];
}

/** The one line of the list file. */
function repositoryLine(step: StepOf<'apt.repository'>) {
  const { name, url, suite, components, architectures } = step;
  const options = [
    ...(architectures.length === 0 ? [] : [`arch=${architectures.join(',')}`]),
    `signed-by=/usr/share/keyrings/${name}.asc`,
  ];
  const after = components.map((component) => ` ${component}`);
  return template('text', `deb [${options.join(' ')}] `, url, ' ', suite, ...after);
}

function repository(step: StepOf<'apt.repository'>): Lowered {
  const { name, key, fingerprints } = step;
  const line = repositoryLine(step);
  const file = `/usr/share/keyrings/${name}.asc`;
  const trusted =
    fingerprints.length === 0
      ? 'whatever key its address gives (it is not pinned)'
      : text`the key ${listed(fingerprints)}`;
  return {
    title: text`the repository ${name} is among the sources, signed by ${trusted}`,
    sentence: text`Adds the repository ${step.url}, signed by ${trusted}.`,
    check: [
      fingerprints.length === 0
        ? and(call('repository_is_there', name, line), call('key_is_from', name, key))
        : call('repository_is_there', name, line, ...fingerprints),
    ],
    apply: [call('fetch_key', name, key, ...fingerprints), call('write_repository', name, line)],
    plan: [call('would_write_repository', name, key, line)],
    manual: [
      call('curl', '-fsSL', '-o', file, key),
      ...(fingerprints.length === 0
        ? []
        : [command('gpg', '--dry-run', '--import-options', 'import-show', '--import', file)]),
      listCommand(name, valueWord(line)),
    ],
    owns: [`apt list ${name}`],
    programs: ['curl', 'gpg'],
  };
}

function listCommand(name: string, line: Word): Node {
  return {
    ...command('echo', line),
    redirects: [{ operator: '>', target: word(`/etc/apt/sources.list.d/${name}.list`) }],
  };
}

function thirdPartyDisabled(step: StepOf<'apt.thirdPartyDisabled'>): Lowered {
  const words = [
    'own',
    ...step.hosts.map((host) => `host=${host}`),
    ...step.lists.map((list) => `list=${list}`),
  ];
  return {
    title: 'no source of others is enabled',
    sentence:
      "Comments out every source that is not the distribution's, to be enabled again later.",
    check: [command('foreign_sources_are_disabled', ...words)],
    apply: [command('disable_foreign_sources', ...words)],
    plan: [command('would_disable_foreign_sources', ...words)],
    manual: [
      command('grep', '-rnE', '^(deb|URIs:)', '/etc/apt/sources.list', '/etc/apt/sources.list.d'),
      command('sed', '-i', 's/^deb/# deb/', '/etc/apt/sources.list.d/NAME.list'),
      comment('In a file NAME.sources, each stanza of theirs gets the line: Enabled: no'),
    ],
    owns: ['sources of others'],
    programs: ['diff', 'grep'],
  };
}

function indexes({ suite, orSuite, recent }: StepOf<'apt.indexes'>): Lowered {
  const wanted = orSuite === undefined ? [suite] : [suite, orSuite];
  const told = wanted.join(' or ');
  return {
    title: `apt knows the ${recent === true ? 'newest ' : ''}packages of ${told}`,
    sentence: `Fetches the lists of packages of every source, and makes sure that ${told} is among them.`,
    check: [
      recent === true
        ? and(command('indexes_are_recent'), command('indexes_speak_of', ...wanted))
        : command('indexes_speak_of', ...wanted),
    ],
    apply: [command('apt_begin', 'conffiles=keep'), command('fetch_indexes')],
    plan: [command('would', 'apt-get', 'update')],
    manual: [command('apt-get', 'update'), command('apt-cache', 'policy', 'base-files')],
    owns: ["apt's lists of packages"],
    programs: ['apt-get', 'apt-cache'],
  };
}

/** Sources of packages. */
export const aptSources: Lowering<SourceKind> = {
  'apt.suites': suites,
  'apt.repository': repository,
  'apt.thirdPartyDisabled': thirdPartyDisabled,
  'apt.indexes': indexes,
};
