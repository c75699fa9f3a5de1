import type { Command, CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import type { Host } from '../host.ts';
import { releaseText } from '../debian/update.ts';
import { satisfies } from '../debian/version.ts';
import { parseOptions, type OptionTable } from '../options.ts';
import type { Page } from '../world.ts';
import { pathOf } from './pg-dump.ts';

const OPTIONS: OptionTable = {
  '-f --fail': 'flag',
  '-s --silent': 'flag',
  '-S --show-error': 'flag',
  '-L --location': 'flag',
  '-o --output': 'value',
  '-O --remote-name': 'flag',
  '-I --head': 'flag',
  '-i --include': 'flag',
  '-w --write-out': 'value',
  '-m --max-time': 'value',
  '--connect-timeout': 'value',
  '--retry': 'value',
  '--retry-delay': 'value',
  '--retry-max-time': 'value',
  '--retry-connrefused': 'flag',
  '-Y --speed-limit': 'value',
  '-y --speed-time': 'value',
  '-C --continue-at': 'value',
  '-r --range': 'value',
  '-H --header': 'value',
  '-A --user-agent': 'value',
  '--proto': 'value',
  '--proto-redir': 'value',
  '--tlsv1.2': 'flag',
  '--url': 'value',
  '--create-dirs': 'flag',
  '--compressed': 'flag',
  '-g --globoff': 'flag',
  '-4 --ipv4': 'flag',
  '-q --disable': 'flag',
  '--no-progress-meter': 'flag',
};
/** By the curl that brought them; stretch has 7.52, buster 7.64. */
const LATER: Readonly<Record<string, OptionTable>> = {
  '7.67': {},
  '7.71': { '--retry-all-errors': 'flag' },
  '7.76': { '--fail-with-body': 'flag' },
};

function options(host: Host): OptionTable {
  const version = host.state.packages['curl']?.version ?? '7.52';
  const { '--no-progress-meter': _, ...old } = OPTIONS;
  const known = Object.entries(LATER).filter(([since]) => satisfies(version, 'ge', since));
  const base = satisfies(version, 'ge', '7.67') ? OPTIONS : old;
  return Object.assign({}, base, ...known.map(([, table]) => table)) as OptionTable;
}

/** What an address answers today; nothing when nobody does. */
export function pageAt(host: Host, url: string): Page | undefined {
  if (host.state.offline.some((prefix) => url.startsWith(prefix))) return undefined;
  const page = host.world.pages[url];
  if (page !== undefined) return page;
  const archive = host.world.archives.find(({ base, suite }) => {
    const folder = suite.endsWith('/')
      ? `${base}/${suite === '/' ? '' : suite}`
      : `${base}/dists/${suite}/`;
    return url === `${folder}Release` || url === `${folder}InRelease`;
  });
  if (archive !== undefined) return releaseText(archive);
  return { status: 404 };
}

function allowed(url: string, protocols: string | undefined): boolean {
  if (protocols === undefined) return true;
  return protocols
    .replace(/^=/, '')
    .split(',')
    .includes(url.split(':')[0] ?? '');
}

async function write(call: CommandCall, output: string | undefined, text: string): Promise<void> {
  if (output === undefined || output === '-') {
    call.out(text);
    return;
  }
  const path = pathOf(call, output);
  if (path === '/dev/null') return;
  if (!call.host.files.isFolder(path.replace(/\/[^/]*$/, '') || '/'))
    throw new Refusal(23, `curl: (23) Failed writing body (0 != ${text.length})`);
  await call.change();
  call.host.files.writeLoosely(path, text.slice(0, text.length >> 1));
  await call.midway('half of it fetched');
  call.host.files.writeLoosely(path, text);
}

/** curl(1): status 22 for an HTTP error with `-f`, 6 or 7 when nobody answers, 23 when it cannot write. */
export const curl: Command = async (call) => {
  const parsed = parseOptions(call.args, options(call.host), {
    unknown: (option) => new Refusal(2, `curl: option ${option}: is unknown`),
    missing: (option) => new Refusal(2, `curl: option ${option}: requires parameter`),
  });
  const urls = [...parsed.values('url'), ...parsed.operands];
  if (urls.length === 0) throw new Refusal(2, 'curl: no URL specified!');
  for (const url of urls) {
    if (!/^https?:\/\/[^/]+/.test(url)) throw new Refusal(3, `curl: (3) <url> malformed`);
    if (!allowed(url, parsed.value('proto')))
      throw new Refusal(
        1,
        `curl: (1) Protocol "${url.split(':')[0] ?? ''}" not supported or disabled in libcurl`,
      );
    const bare = /^https?:\/\/[^/]+$/.test(url) ? `${url}/` : url;
    const page = pageAt(call.host, bare);
    if (page === undefined)
      throw new Refusal(
        7,
        `curl: (7) Failed to connect to ${new URL(url).host}: Connection timed out`,
      );
    if (typeof page !== 'string' && parsed.has('fail'))
      throw new Refusal(22, `curl: (22) The requested URL returned error: ${page.status}`);
    const text = typeof page === 'string' ? page : 'not found\n';
    if (!parsed.has('head'))
      await write(
        call,
        parsed.value('output') ??
          (parsed.has('remote-name') ? (url.split('/').at(-1) ?? '') : undefined),
        text,
      );
    const written = parsed.value('write-out');
    if (written !== undefined)
      call.out(
        written
          .replaceAll('%{http_code}', String(typeof page === 'string' ? 200 : page.status))
          .replaceAll('\\n', '\n'),
      );
  }
  return 0;
};

/** apt-helper's `download-file URL FILE`: complains as apt does. */
export const aptHelper: Command = async (call) => {
  const parsed = parseOptions(
    call.args,
    { '-o --option': 'value', '-q --quiet': 'optional' },
    {
      unknown: (option) => new Refusal(100, `E: Command line option ${option} is not understood`),
      missing: (option) =>
        new Refusal(100, `E: Command line option ${option} requires an argument.`),
    },
  );
  const [verb, url = '', file = ''] = parsed.operands;
  if (verb !== 'download-file' || file === '')
    throw new Refusal(100, `E: Invalid operation ${verb ?? ''}`);
  const page = pageAt(call.host, url);
  if (page === undefined)
    throw new Refusal(
      100,
      `Err:1 ${url}\n  Could not connect to ${new URL(url).host}\nE: Failed to fetch ${url}  Could not connect\nE: Download Failed`,
    );
  if (typeof page !== 'string')
    throw new Refusal(
      100,
      `Err:1 ${url}\n  ${page.status}  Not Found\nE: Failed to fetch ${url}  ${page.status}  Not Found\nE: Download Failed`,
    );
  await write(call, file, page);
  call.out(`Get:1 ${url}\nFetched ${page.length} B\n`);
  return 0;
};
