import type { Command, CommandCall } from '../command.ts';
import { Refusal, WouldHang } from '../command.ts';
import { USER_VARIABLE } from '../answer-user.ts';
import { cacheOf, librariesOf, libraryAt, refreshCache } from '../debian/libraries.ts';
import { gnuComplaints, parseOptions } from '../options.ts';
import { pathOf } from './pg-dump.ts';

/** uname(1) of the simulated machine. */
export const uname: Command = (call) => {
  const parsed = parseOptions(
    call.args,
    {
      '-a --all': 'flag',
      '-s --kernel-name': 'flag',
      '-n --nodename': 'flag',
      '-r --kernel-release': 'flag',
      '-v --kernel-version': 'flag',
      '-m --machine': 'flag',
      '-p --processor': 'flag',
      '-i --hardware-platform': 'flag',
      '-o --operating-system': 'flag',
    },
    gnuComplaints('uname'),
  );
  const { boot } = call.host.state;
  const name = call.host.files.text('/etc/hostname')?.trim() ?? 'server';
  const values: [string, string][] = [
    ['kernel-name', 'Linux'],
    ['nodename', name],
    ['kernel-release', boot.kernel],
    ['kernel-version', '#1 SMP Debian'],
    ['machine', 'x86_64'],
    ['operating-system', 'GNU/Linux'],
  ];
  const asked = values.filter(([option]) => parsed.has(option) || parsed.has('all'));
  call.out(
    `${(asked.length === 0 ? [['', 'Linux']] : asked).map(([, value]) => value).join(' ')}\n`,
  );
  return 0;
};

/** sync(1): everything, or the files that are named (coreutils 8.24 and on). */
export const sync: Command = async (call) => {
  const parsed = parseOptions(
    call.args,
    { '-d --data': 'flag', '-f --file-system': 'flag' },
    gnuComplaints('sync'),
  );
  const paths = parsed.operands.map((path) => pathOf(call, path));
  const missing = paths.find((path) => !call.host.files.exists(path));
  if (missing !== undefined)
    throw new Refusal(1, `sync: error opening '${missing}': No such file or directory`);
  await call.change();
  if (paths.length === 0 || parsed.has('file-system')) call.host.sync();
  else call.host.sync(new Set(paths.map((path) => call.host.files.inHost(path))));
  return 0;
};

/** runuser(1), as root: `-u USER -- COMMAND…`, and `-c` as of su. */
export const runuser: Command = (call) => {
  const parsed = parseOptions(
    call.args,
    {
      '-u --user': 'value',
      '-c --command': 'value',
      '-l --login': 'flag',
      '-s --shell': 'value',
      '-m --preserve-environment': 'flag',
      '-g --group': 'value',
    },
    gnuComplaints(call.name),
    true,
  );
  if (call.user !== 'root') throw new Refusal(1, `${call.name}: may not be used by non-root users`);
  const operands = parsed.operands.filter((word) => word !== '-');
  const user = parsed.value('user') ?? operands.shift() ?? 'root';
  const known = (call.host.files.text('/etc/passwd') ?? '')
    .split('\n')
    .some((line) => line.startsWith(`${user}:`));
  if (!known) throw new Refusal(1, `${call.name}: user ${user} does not exist`);
  const words = parsed.has('command')
    ? ['/bin/bash', '-c', parsed.value('command') ?? '']
    : operands;
  if (words.length === 0) throw new Refusal(1, `${call.name}: no command was specified`);
  return { exec: ['env', '/.model/bin/env', `${USER_VARIABLE}=${user}`, ...words] };
};

/** getent(1) of passwd and group. */
export const getent: Command = (call) => {
  const [base = '', ...names] = call.args;
  const text = call.host.files.text(`/etc/${base}`);
  if (text === undefined) return 1;
  const lines = text
    .split('\n')
    .filter(
      (line) => line !== '' && (names.length === 0 || names.includes(line.split(':')[0] ?? '')),
    );
  call.out(lines.map((line) => `${line}\n`).join(''));
  return lines.length < names.length ? 2 : 0;
};

/** journalctl(1): there is nothing to read, and nothing to throw away. */
export const journalctl: Command = (call) => {
  const parsed = parseOptions(
    call.args,
    {
      '-a --all': 'flag',
      '-b --boot': 'optional',
      '-e --pager-end': 'flag',
      '-f --follow': 'flag',
      '-k --dmesg': 'flag',
      '-n --lines': 'optional',
      '--no-pager': 'flag',
      '-o --output': 'value',
      '-p --priority': 'value',
      '-q --quiet': 'flag',
      '-r --reverse': 'flag',
      '-S --since': 'value',
      '-t --identifier': 'value',
      '-u --unit': 'value',
      '-U --until': 'value',
      '--vacuum-size': 'value',
      '--vacuum-time': 'value',
      '-x --catalog': 'flag',
    },
    gnuComplaints('journalctl'),
  );
  // A number after -n, and the number of a boot after -b, are words of their own.
  const match = parsed.operands.find((word) => !/^\/|=|^\+?\d+$/.test(word));
  if (match !== undefined) throw new Refusal(1, `Failed to add match '${match}': Invalid argument`);
  if (parsed.has('follow')) throw new WouldHang('it goes on until somebody ends it');
  if (!parsed.has('quiet')) call.out('-- No entries --\n');
  return 0;
};

/** What ldd says of one file, or undefined where there is none. */
function loaded(call: CommandCall, path: string): string | undefined {
  const { files } = call.host;
  const full = pathOf(call, path);
  // What is mounted while the host runs cannot be seen from here; the shell has looked.
  if (!files.exists(full) && !files.inHost(full).startsWith('/.model/')) return undefined;
  const address = '(0x00007f0000000000)';
  const lines = librariesOf(call.host, path).map((name) => {
    const file = libraryAt(call.host, name);
    return `\t${name} => ${file === undefined ? 'not found' : `${file} ${address}`}\n`;
  });
  return `${lines.join('')}\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 ${address}\n`;
}

/** ldd(1): what the loader would find now. */
export const ldd: Command = (call) => {
  let missing = 0;
  for (const path of call.args) {
    if (call.args.length > 1) call.out(`${path}:\n`);
    const told = loaded(call, path);
    if (told === undefined) {
      call.err(`ldd: ${path}: No such file or directory\n`);
      missing = 1;
    } else call.out(told);
  }
  return missing;
};

/** ldconfig(8) without arguments, or with -p. */
export const ldconfig: Command = async (call) => {
  if (call.args.join(' ') === '-p') {
    const lines = cacheOf(call.host).map(([name, path]) => `\t${name} (libc6,x86-64) => ${path}\n`);
    call.out(`${lines.length} libs found in cache \`/etc/ld.so.cache'\n${lines.join('')}`);
    return 0;
  }
  if (call.args.length > 0)
    throw new Refusal(1, `ldconfig: the simulated host does not know: ${call.args.join(' ')}`);
  if (call.user !== 'root')
    throw new Refusal(
      1,
      "ldconfig: Can't create temporary cache file /etc/ld.so.cache~: Permission denied",
    );
  await call.change();
  refreshCache(call.host);
  return 0;
};
