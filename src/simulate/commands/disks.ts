import type { Command, CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import { gnuComplaints, parseOptions } from '../options.ts';
import type { Mount } from '../state.ts';
import { pathOf } from './pg-dump.ts';

/** The mount that a path is on: the longest target that it is below. */
function mountOf(call: CommandCall, path: string): Mount {
  const below = call.host.state.mounts
    .filter(({ target }) => target === '/' || path === target || path.startsWith(`${target}/`))
    .toSorted((a, b) => b.target.length - a.target.length);
  const [found] = below;
  if (found === undefined) throw new Refusal(1, `df: ${path}: No such file or directory`);
  return found;
}

function unitBytes(text: string): number {
  const match = /^(\d+)?(K|M|G|KiB|MiB|GiB|KB|MB|GB)?$/.exec(text);
  if (match === null || text === '') throw new Refusal(1, `df: invalid -B argument '${text}'`);
  const factors: Record<string, number> = {
    K: 1024,
    M: 1_048_576,
    G: 1_073_741_824,
    KiB: 1024,
    MiB: 1_048_576,
    GiB: 1_073_741_824,
    KB: 1000,
    MB: 1_000_000,
    GB: 1_000_000_000,
  };
  return Number(match[1] ?? '1') * (factors[match[2] ?? ''] ?? 1);
}

/** df(1), of the disks that the state has. */
export const df: Command = (call) => {
  const parsed = parseOptions(
    call.args,
    {
      '-a --all': 'flag',
      '-B --block-size': 'value',
      '-h --human-readable': 'flag',
      '-H --si': 'flag',
      '-i --inodes': 'flag',
      '-k': 'flag',
      '-l --local': 'flag',
      '-m': 'flag',
      '--output': 'optional',
      '-P --portability': 'flag',
      '--sync': 'flag',
      '--total': 'flag',
      '-t --type': 'value',
      '-T --print-type': 'flag',
      '-x --exclude-type': 'value',
    },
    gnuComplaints('df'),
  );
  const unit = parsed.has('m') ? 1_048_576 : unitBytes(parsed.value('block-size') ?? '1024');
  const fields = (parsed.value('output') ?? 'source,size,used,avail,pcent,target').split(',');
  const wanted = parsed.operands.map((path) => {
    const full = pathOf(call, path);
    if (!call.host.files.exists(full))
      throw new Refusal(1, `df: ${path}: No such file or directory`);
    return mountOf(call, full);
  });
  const titles: Record<string, string> = {
    source: 'Filesystem',
    fstype: 'Type',
    size: '1B-blocks',
    used: 'Used',
    avail: 'Avail',
    pcent: 'Use%',
    target: 'Mounted on',
    file: 'File',
    itotal: 'Inodes',
    iused: 'IUsed',
    iavail: 'IFree',
    ipcent: 'IUse%',
  };
  const bad = fields.find((field) => titles[field] === undefined);
  if (bad !== undefined) throw new Refusal(1, `df: option --output: field '${bad}' unknown`);
  call.out(`${fields.map((field) => titles[field] ?? '').join(' ')}\n`);
  for (const mount of wanted.length === 0 ? call.host.state.mounts : wanted) {
    const blocks = (megabytes: number): string =>
      String(Math.floor((megabytes * 1_048_576) / unit));
    const values: Record<string, string> = {
      source: mount.device,
      fstype: mount.type,
      size: blocks(mount.megabytes),
      used: blocks(mount.megabytes - mount.free),
      avail: blocks(mount.free),
      pcent: `${Math.round((100 * (mount.megabytes - mount.free)) / mount.megabytes)}%`,
      target: mount.target,
      file: '-',
      itotal: '1000000',
      iused: '100000',
      iavail: '900000',
      ipcent: '10%',
    };
    call.out(`${fields.map((field) => values[field] ?? '').join(' ')}\n`);
  }
  return 0;
};

function columnOf(mount: Mount, column: string): string {
  const values: Record<string, string> = {
    TARGET: mount.target,
    SOURCE: mount.device,
    FSTYPE: mount.type,
    OPTIONS: mount.options,
  };
  const value = values[column.toUpperCase()];
  if (value === undefined) throw new Refusal(1, `findmnt: unknown column: ${column}`);
  return value;
}

/** findmnt(8): of a path (`--target`) or of a mount point. */
export const findmnt: Command = (call) => {
  const parsed = parseOptions(
    call.args,
    {
      '-n --noheadings': 'flag',
      '-o --output': 'value',
      '-T --target': 'value',
      '-M --mountpoint': 'value',
      '-r --raw': 'flag',
      '-l --list': 'flag',
      '-k --kernel': 'flag',
      '-v --nofsroot': 'flag',
      '-f --first-only': 'flag',
      '-t --types': 'value',
      '-O --options': 'value',
    },
    gnuComplaints('findmnt'),
  );
  const target = parsed.value('target');
  const point = parsed.value('mountpoint') ?? parsed.operands[0];
  const { mounts } = call.host.state;
  const found =
    target !== undefined
      ? [mountOf(call, pathOf(call, target))]
      : mounts.filter(
          (mount) => point === undefined || mount.target === point || mount.device === point,
        );
  if (found.length === 0) return 1;
  const columns = (parsed.value('output') ?? 'TARGET,SOURCE,FSTYPE,OPTIONS').split(',');
  if (!parsed.has('noheadings')) call.out(`${columns.join(' ')}\n`);
  for (const mount of found)
    call.out(`${columns.map((column) => columnOf(mount, column)).join(' ')}\n`);
  return 0;
};

/** lsblk(8) of util-linux 2.29 (stretch) and 2.33 (buster): `PATH` is a column of the latter alone. */
export const lsblk: Command = (call) => {
  const parsed = parseOptions(
    call.args,
    {
      '-n --noheadings': 'flag',
      '-o --output': 'value',
      '-s --inverse': 'flag',
      '-l --list': 'flag',
      '-p --paths': 'flag',
      '-d --nodeps': 'flag',
      '-r --raw': 'flag',
      '-b --bytes': 'flag',
    },
    gnuComplaints('lsblk'),
  );
  const partitions = call.host.state.mounts
    .map(({ device }) => device)
    .filter((device) => device.startsWith('/dev/'));
  const [operand] = parsed.operands;
  if (
    operand !== undefined &&
    !partitions.includes(operand) &&
    !partitions.some((device) => device.replace(/\d+$/, '') === operand)
  ) {
    throw new Refusal(1, `lsblk: ${operand}: not a block device`);
  }
  const disk = (operand ?? partitions[0] ?? '/dev/sda1').replace(/\d+$/, '');
  const rows = [disk, ...new Set(partitions.filter((device) => device !== disk))];
  const chain = operand !== undefined && parsed.has('inverse') ? [operand, disk] : rows;
  const columns = (parsed.value('output') ?? 'NAME,TYPE').split(',');
  for (const device of parsed.has('nodeps') ? chain.slice(0, 1) : [...new Set(chain)]) {
    const isDisk = device === disk;
    const short = (path: string): string =>
      parsed.has('paths') ? path : path.replace('/dev/', '');
    const values: Record<string, string> = {
      NAME: short(device),
      KNAME: short(device),
      TYPE: isDisk ? 'disk' : 'part',
      PKNAME: isDisk ? '' : short(disk),
      MOUNTPOINT: '',
      FSTYPE: isDisk ? '' : 'ext4',
    };
    const bad = columns.find((column) => values[column.toUpperCase()] === undefined);
    if (bad !== undefined) throw new Refusal(1, `lsblk: unknown column: ${bad}`);
    call.out(`${columns.map((column) => values[column.toUpperCase()]).join(' ')}\n`);
  }
  return 0;
};
