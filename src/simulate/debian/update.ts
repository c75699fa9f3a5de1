import type { CommandCall } from '../command.ts';
import type { Host } from '../host.ts';
import type { Archive } from './archive.ts';
import { acceptedKeys } from './keys.ts';
import { archiveOf, listName } from './policy.ts';
import { readSources, type Source } from './sources.ts';
import { satisfies } from './version.ts';

/** What came of fetching one source. */
interface Fetched {
  readonly source: Source;
  readonly archive: Archive | undefined;
  /** Why nothing was fetched; nothing when all went well. */
  readonly trouble?: { readonly line: string; readonly told: string; readonly transient: boolean };
}

function isOffline(host: Host, uri: string): boolean {
  return host.state.offline.some((prefix) => uri.startsWith(prefix));
}

function fetchSource(host: Host, source: Source, checkDates: boolean): Fetched {
  const { uri, suite, options } = source;
  const archive = archiveOf(host, source);
  const named = `${uri} ${suite}`;
  const fail = (line: string, told: string, transient = false): Fetched => ({
    source,
    archive,
    trouble: { line, told, transient },
  });
  if (isOffline(host, uri)) {
    const why = `Could not connect to ${new URL(uri).host}, connection timed out`;
    return fail(
      `Err: ${named} InRelease\n  ${why}`,
      `W: Failed to fetch ${uri}/dists/${suite}/InRelease  ${why}`,
      true,
    );
  }
  if (archive === undefined) {
    return fail(
      `Err: ${named} Release\n  404  Not Found`,
      `E: The repository '${named} Release' does not have a Release file.`,
    );
  }
  const missing = source.components.filter(
    (component) => archive.components[component] === undefined,
  );
  if (missing.length > 0) {
    const what = `skipping acquire of configured file '${missing.join()}/binary-amd64/Packages' as repository '${named} InRelease' doesn't have the component '${missing.join()}' (component misspelt in sources.list?)`;
    return fail('', `W: ${what}`, true);
  }
  const accepted = acceptedKeys(host.files, options.get('signed-by'));
  if (!archive.signedBy.some((key) => accepted.includes(key)) && options.get('trusted') !== 'yes') {
    const key = archive.signedBy[0]?.slice(-16) ?? '';
    const why = `The following signatures couldn't be verified because the public key is not available: NO_PUBKEY ${key}`;
    return fail(
      `Err: ${named} InRelease\n  ${why}`,
      `W: GPG error: ${named} InRelease: ${why}\nE: The repository '${named} InRelease' is not signed.`,
    );
  }
  const lenient = options.get('check-valid-until') === 'no' || !checkDates;
  if (archive.expired === true && !lenient) {
    return fail(
      '',
      `E: Release file for ${uri}/dists/${suite}/InRelease is expired (invalid since 900d 0h 0min 0s). Updates for this repository will not be applied.`,
    );
  }
  return { source, archive };
}

const LISTS = '/var/lib/apt/lists';

/** The file in which apt keeps a repository's Release file. */
function releaseFile({ base, suite }: Archive): string {
  const address = suite.endsWith('/')
    ? `${base}/${suite.replace(/^\/|\/$/g, '')}`
    : `${base}/dists/${suite}`;
  const name = address
    .replace(/^[a-z]+:\/\//, '')
    .replace(/\/$/, '')
    .replaceAll('_', '%5f')
    .replaceAll('~', '%7e');
  return `${LISTS}/${name.replaceAll('/', '_')}_InRelease`;
}

/** What a Release file says of its repository. */
export function releaseText({ label }: Archive): string {
  return `Origin: ${label.origin ?? 'Debian'}\nSuite: ${label.suite}\nCodename: ${label.codename}\n`;
}

function writeLists(host: Host, fetched: readonly Fetched[], kept: ReadonlySet<string>): void {
  const wanted = new Set(['lock', 'partial']);
  for (const { source, archive, trouble } of fetched) {
    if (archive === undefined) continue;
    const components = source.components.length === 0 ? [''] : source.components;
    if (!components.some((component) => kept.has(listName(archive, component)))) continue;
    const path = releaseFile(archive);
    wanted.add(path.slice(LISTS.length + 1));
    if (trouble === undefined && host.files.text(path) !== releaseText(archive)) {
      host.files.write(path, releaseText(archive));
    }
  }
  for (const name of host.files.names(LISTS))
    if (!wanted.has(name)) host.files.remove(`${LISTS}/${name}`);
}

function keep(host: Host, fetched: readonly Fetched[]): void {
  const before = new Set(host.state.lists.map((list) => list.source));
  const now = new Set<string>();
  for (const { source, archive, trouble } of fetched) {
    if (archive === undefined) continue;
    for (const component of source.components.length === 0 ? [''] : source.components) {
      const name = listName(archive, component);
      // An index that could not be fetched anew is used as it was.
      if (trouble === undefined || before.has(name)) now.add(name);
    }
  }
  writeLists(host, fetched, now);
  host.state.lists = [...now].toSorted().map((source) => ({ source }));
}

/** Whether the installed apt makes every failure of an update count, when it is told to. */
function knowsErrorMode(host: Host): boolean {
  // APT::Update::Error-Mode came with apt 2.1.
  return satisfies(host.state.packages['apt']?.version ?? '0', 'ge', '2.1');
}

/**
 * `apt-get update`. Transient failures (no connection) are told in lines that begin with `Err:` and
 * `W: Failed to fetch`, and do not change the exit status, which is 0 then; only what can never be
 * used (no Release file, not signed, expired) makes it 100.
 */
export async function update(
  call: CommandCall,
  settings: ReadonlyMap<string, string>,
): Promise<number> {
  const { host } = call;
  const sources = readSources(host.files);
  await call.change();
  const checkDates = settings.get('acquire::check-valid-until') !== 'false';
  const fetched = sources.map((source) => fetchSource(host, source, checkDates));
  host.files.write(`${LISTS}/lock`, '', 0o640);
  let failed = false;
  let told = '';
  for (const [index, { source, trouble }] of fetched.entries()) {
    const line = trouble?.line ?? `Get: ${source.uri} ${source.suite} InRelease [120 kB]`;
    if (line !== '') call.out(`${line.replace(':', `:${index + 1}`)}\n`);
    if (trouble !== undefined) told += `${trouble.told}\n`;
    if (trouble?.transient === false) failed = true;
  }
  await call.midway('indexes fetched, not in place yet');
  keep(host, fetched);
  call.out('Reading package lists...\n');
  call.err(told);
  if (!failed && fetched.some(({ trouble }) => trouble !== undefined)) {
    const strict = settings.get('apt::update::error-mode') === 'any' && knowsErrorMode(host);
    call.err(
      `${strict ? 'E' : 'W'}: Some index files failed to download. They have been ignored, or old ones used instead.\n`,
    );
    return strict ? 100 : 0;
  }
  return failed ? 100 : 0;
}
