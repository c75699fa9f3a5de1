import { describe, expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { partsOf } from '../../src/compile/parts.ts';
import { partManual, withoutRun } from '../../src/docs/by-hand.ts';
import { hostile, shop, viewOf } from './fixture.ts';

describe('fragments are typed without what the script alone has', () => {
  test.each([
    ['run touch /x', 'touch /x'],
    ['if true; then\n  run a && run b | run c\nfi', 'if true; then\n  a && b | c\nfi'],
    ['x=$(run a)', 'x=$(a)'],
    ['echo run; run', 'echo run; run'],
    ["grep 'run x' /run/y", "grep 'run x' /run/y"],
    ['LC_ALL=C run sort', 'LC_ALL=C sort'],
  ])('%s', (text, typed) => {
    expect(withoutRun(text)).toBe(typed);
  });
});

async function manualOf(number: number): Promise<string> {
  const { procedure } = await compile('steps/x.ts', shop);
  const part = partsOf(procedure.steps)[number];
  return part === undefined ? '' : partManual(procedure, part);
}

test('the commands of the first part: variables first, values that are needed later are kept', async () => {
  expect(await manualOf(0)).toBe(`backup_dir=/var/backups/shop
unit=shop

# the users are known
mapfile -t users < <(cut -d: -f1 /etc/passwd)
# Kept for after the reboot:
declare -p users >/root/shop-users.bash

# the old kernel is known
uname -r

# the service $unit is stopped
systemctl stop -- "$unit"

# the database stock is saved in $backup_dir/stock.dump
mkdir -p -- "$(dirname -- "$backup_dir/stock.dump")"
(
  umask 077 &&
    runuser -u postgres -- pg_dump --format=custom --dbname=stock >"$backup_dir/stock.dump"
)
pg_restore --list "$backup_dir/stock.dump" >/dev/null

# /etc/apt/sources.list says bookworm in the place of bullseye
sed -i -e s/bullseye/bookworm/g -- /etc/apt/sources.list

# the distribution is upgraded to bookworm
env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a apt-get --yes \\
  --option=Dpkg::Options::=--force-confdef --option=Dpkg::Options::=--force-confold dist-upgrade

# the machine is rebooted
systemctl reboot`);
});

test('the commands of the second part begin with what the first has learnt', async () => {
  expect(await manualOf(1)).toBe(`unit=shop
databases_list=(shop stock)
port=80
. /root/shop-users.bash

# users are told
# Only if $mode is fast.
names=("\${databases_list[@]}")
for user in "\${users[@]}"; do mail "$user" "$port" "\${names[@]}"; done

# /etc/shop/extras has its content
# Only if $extra is yes.
printf '%s\\n' "unit=$unit" >/etc/shop/extras`);
});

test('a value that no command is typed with is not set', async () => {
  const view = await viewOf(shop);
  expect(view.parts[0]?.settings.map(({ text }) => text)).toEqual([
    'backup_dir=/var/backups/shop',
    'unit=shop',
  ]);
});

test('hostile values are quoted', async () => {
  const view = await viewOf(hostile);
  const [setting] = view.parts[0]?.settings ?? [];
  expect(setting?.text).toMatch(/^which=\S/);
});
