import type { Command, CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import { mentioned, statusWords } from '../debian/status.ts';
import { packageOf } from '../debian/known.ts';

const ABBREVIATIONS: Readonly<Record<string, string>> = {
  installed: 'i',
  'config-files': 'c',
  'half-installed': 'H',
  unpacked: 'U',
  'half-configured': 'F',
  'not-installed': 'n',
};

function matches(name: string, pattern: string): boolean {
  if (!/[*?[]/.test(pattern)) return name === pattern.replace(/:(?:amd64|any|all)$/, '');
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}

/** One field of `--showformat`; an unknown one is empty, as dpkg-query has it. */
function fieldOf(call: CommandCall, name: string, field: string): string {
  const state = call.host.state.packages[name];
  const [want = '', flag = '', status = ''] = statusWords(call.host, name).split(' ');
  switch (field) {
    case 'Package':
    case 'binary:Package':
    case 'source:Package':
      return name;
    case 'Version':
    case 'source:Version':
      return state?.version ?? '';
    case 'Architecture':
      return state === undefined ? '' : call.host.state.architecture;
    case 'Status':
      return `${want} ${flag} ${status}`;
    case 'db:Status-Want':
      return want;
    case 'db:Status-Eflag':
      return flag;
    case 'db:Status-Status':
      return status;
    case 'db:Status-Abbrev': {
      const first = want === 'unknown' ? 'u' : want === 'deinstall' ? 'r' : want[0];
      return `${first ?? ''}${ABBREVIATIONS[status] ?? '?'}${flag === 'reinstreq' ? 'R' : ' '}`;
    }
    case 'Essential':
      return state !== undefined && packageOf(call.host, name, state.version).essential === true
        ? 'yes'
        : '';
    case 'Installed-Size':
      return state === undefined
        ? ''
        : String(packageOf(call.host, name, state.version).size ?? 1000);
    default:
      return '';
  }
}

function format(call: CommandCall, name: string, pattern: string): string {
  return pattern
    .replace(/\\n/g, '\n')
    .replace(/\\t/g, '\t')
    .replace(/\\(.)/g, '$1')
    .replace(/\$\{([\w:-]+)(?:;(-?\d+))?\}/g, (_, field: string, width?: string) => {
      const text = fieldOf(call, name, field);
      if (width === undefined) return text;
      return Number(width) < 0 ? text.padEnd(-Number(width)) : text.padStart(Number(width));
    });
}

/**
 * The packages that patterns name. A name that only occurs in another package's relations is known
 * to dpkg too, as `unknown ok not-installed`, and makes the status 0.
 */
function select(call: CommandCall, patterns: readonly string[]): string[] {
  const installed = Object.keys(call.host.state.packages);
  if (patterns.length === 0) return installed.toSorted();
  const names = new Set<string>();
  let missing = '';
  const known = [...installed, ...mentioned(call.host)];
  for (const pattern of patterns) {
    const found = known.filter((name) => matches(name, pattern));
    for (const name of found) names.add(name);
    if (found.length === 0) missing += `dpkg-query: no packages found matching ${pattern}\n`;
  }
  call.err(missing);
  return [...names].toSorted();
}

function show(call: CommandCall, pattern: string, patterns: readonly string[]): number {
  const names = select(call, patterns);
  for (const name of names) call.out(format(call, name, pattern));
  return patterns.some((wanted) => !names.some((name) => matches(name, wanted))) ? 1 : 0;
}

function describe(call: CommandCall, names: readonly string[]): number {
  let missing = 0;
  for (const name of names) {
    const state = call.host.state.packages[name];
    if (state === undefined) {
      call.err(`dpkg-query: package '${name}' is not installed and no information is available\n`);
      missing = 1;
    } else {
      call.out(
        `Package: ${name}\nStatus: ${statusWords(call.host, name)}\nVersion: ${state.version}\n\n`,
      );
    }
  }
  return missing;
}

/** The files of a package, or the packages that a file is of. */
function filesOf(call: CommandCall, name: string): string[] {
  const state = call.host.state.packages[name];
  if (state === undefined || state.status === 'config-files') return [];
  const item = packageOf(call.host, name, state.version);
  return [
    ...(item.commands ?? []),
    ...Object.keys(item.files ?? {}),
    ...Object.keys(item.conffiles ?? {}),
  ];
}

function search(call: CommandCall, wanted: readonly string[]): number {
  let missing = 0;
  for (const path of wanted) {
    const owners = Object.keys(call.host.state.packages).filter((name) =>
      filesOf(call, name).includes(path),
    );
    for (const name of owners) call.out(`${name}: ${path}\n`);
    if (owners.length === 0) {
      call.err(`dpkg-query: no path found matching pattern ${path}\n`);
      missing = 1;
    }
  }
  return missing;
}

const LIST_FORMAT =
  '${db:Status-Abbrev} ${binary:Package;-20} ${Version;-20} ${Architecture;-12}\\n';

/** dpkg-query(1): one action, and `-f` before or after it. */
export const dpkgQuery: Command = (call) => {
  let pattern: string | undefined;
  let action = '';
  const operands: string[] = [];
  const args = [...call.args];
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    const given = /^(?:-f|--showformat=)(.*)$/s.exec(word);
    if (word === '--showformat' || word === '-f') pattern = args.shift() ?? '';
    else if (given !== null) pattern = (given[1] ?? '').replace(/^=/, '');
    else if (word === '--') operands.push(...args.splice(0));
    else if (word.startsWith('-') && action === '') action = word;
    else if (word.startsWith('-'))
      throw new Refusal(2, `dpkg-query: error: unknown option ${word}`);
    else operands.push(word);
  }
  switch (action) {
    case '-W':
    case '--show':
      return show(call, pattern ?? '${binary:Package}\\t${Version}\\n', operands);
    case '-l':
    case '--list':
      return show(call, LIST_FORMAT, operands);
    case '-s':
    case '--status':
      return describe(call, operands);
    case '-L':
    case '--listfiles':
      for (const name of operands)
        call.out(
          filesOf(call, name)
            .map((path) => `${path}\n`)
            .join(''),
        );
      return 0;
    case '-S':
    case '--search':
      return search(call, operands);
    default:
      throw new Refusal(2, `dpkg-query: error: unknown option ${action}`);
  }
};
