import { Refusal } from '../command.ts';
import type { HostFiles } from '../root/files.ts';

/** A repository and a suite that the host is configured to take packages from. */
export interface Source {
  /** The file that names it. */
  readonly file: string;
  /** Without a slash at the end. */
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

const FOLDER = '/etc/apt/sources.list.d';
/** Of those in the folder, what apt reads: files of other names it passes over in silence. */
const READ = /^[\w:-][\w.:-]*\.(list|sources)$/;
/** Names of options in one-line files, by their names in deb822 files. */
const OPTIONS: Readonly<Record<string, string>> = {
  architectures: 'arch',
  'check-valid-until': 'check-valid-until',
  'signed-by': 'signed-by',
  trusted: 'trusted',
};

function malformed(number: number, file: string, what: string): Refusal {
  return new Refusal(
    100,
    `E: Malformed entry ${number} in list file ${file} (${what})\nE: The list of sources could not be read.`,
  );
}

function optionsIn(text: string): Map<string, string> {
  const options = new Map<string, string>();
  for (const pair of text.split(/\s+/).filter(Boolean)) {
    const equals = pair.indexOf('=');
    options.set(pair.slice(0, equals).toLowerCase(), pair.slice(equals + 1));
  }
  return options;
}

function parseLine(text: string, number: number, file: string): Source | undefined {
  const line = text.replace(/#.*/, '').trim();
  if (line === '') return undefined;
  const match = /^(deb|deb-src)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*(.*)$/.exec(line);
  if (match === null) {
    throw malformed(number, file, /^(deb|deb-src)\b/.test(line) ? 'URI parse' : 'type');
  }
  const [, type, options = '', uri = '', suite = '', rest = ''] = match;
  const components = rest.split(/\s+/).filter(Boolean);
  if (!/^[a-z+]+:/.test(uri)) throw malformed(number, file, 'URI parse');
  if (!suite.endsWith('/') && components.length === 0) throw malformed(number, file, 'Component');
  if (suite.endsWith('/') && components.length > 0)
    throw malformed(number, file, 'absolute Suite Component');
  if (type === 'deb-src') return undefined;
  return { file, uri: uri.replace(/\/+$/, ''), suite, components, options: optionsIn(options) };
}

/** The fields of one stanza; a line that begins with a space goes on with the field before it. */
function fieldsOf(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  let last = '';
  for (const line of stanza.split('\n')) {
    if (line.startsWith('#')) continue;
    const field = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
    if (field === null) fields.set(last, `${fields.get(last) ?? ''}\n${line.trim()}`);
    else {
      last = (field[1] ?? '').toLowerCase();
      fields.set(last, field[2] ?? '');
    }
  }
  return fields;
}

function parseStanza(stanza: string, number: number, file: string): Source[] {
  const fields = fieldsOf(stanza);
  const words = (name: string): string[] => (fields.get(name) ?? '').split(/\s+/).filter(Boolean);
  if (fields.get('enabled') === 'no' || !words('types').includes('deb')) return [];
  if (words('uris').length === 0) throw malformed(number, file, 'URI');
  if (words('suites').length === 0) throw malformed(number, file, 'Suite');
  const options = new Map<string, string>();
  for (const [field, option] of Object.entries(OPTIONS)) {
    const value = fields.get(field);
    if (value !== undefined) options.set(option, value.trim());
  }
  return words('uris').flatMap((uri) =>
    words('suites').map((suite) => ({
      file,
      uri: uri.replace(/\/+$/, ''),
      suite,
      components: words('components'),
      options,
    })),
  );
}

function parseFile(file: string, text: string): Source[] {
  if (file.endsWith('.sources')) {
    return text
      .split(/\n(?:\s*\n)+/)
      .filter((stanza) => stanza.replace(/^#.*$/gm, '').trim() !== '')
      .flatMap((stanza, index) => parseStanza(stanza.trim(), index + 1, file));
  }
  return text.split('\n').flatMap((line, index) => parseLine(line, index + 1, file) ?? []);
}

/**
 * What `/etc/apt/sources.list` and the files beside it say, in apt's order.
 * @throws Refusal when a file is malformed, as apt refuses to do anything then.
 */
export function readSources(files: HostFiles): Source[] {
  const names = files.names(FOLDER).filter((name) => READ.test(name));
  const paths = ['/etc/apt/sources.list', ...names.map((name) => `${FOLDER}/${name}`)];
  return paths.flatMap((path) => parseFile(path, files.text(path) ?? ''));
}
