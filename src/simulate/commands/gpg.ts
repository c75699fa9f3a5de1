import type { Command, CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import { armor, keysIn, type Key } from '../debian/keys.ts';
import { satisfies } from '../debian/version.ts';
import { parseOptions, type OptionTable } from '../options.ts';
import { pathOf } from './pg-dump.ts';

const OPTIONS: OptionTable = {
  '--batch': 'flag',
  '--no-options': 'flag',
  '--no-permission-warning': 'flag',
  '--no-default-keyring': 'flag',
  '--no-keyring': 'flag',
  '--no-autostart': 'flag',
  '--no-tty': 'flag',
  '--lock-never': 'flag',
  '--trust-model': 'value',
  '--homedir': 'value',
  '--keyring': 'value',
  '--with-colons': 'flag',
  '--with-fingerprint': 'flag',
  '--fingerprint': 'flag',
  '--fixed-list-mode': 'flag',
  '--import-options': 'value',
  '--import': 'flag',
  '-k --list-keys': 'flag',
  '--dearmor': 'flag',
  '-n --dry-run': 'flag',
  '-o --output': 'value',
  '-q --quiet': 'flag',
  '-v --verbose': 'flag',
  '--yes': 'flag',
  '--status-fd': 'value',
};

function record(key: Key): string {
  const { fingerprint, user } = key;
  const sub = [...fingerprint].toReversed().join('');
  return [
    `pub:-:4096:1:${fingerprint.slice(-16)}:1487788586:::-:::scESCA::::::23::0:`,
    `fpr:::::::::${fingerprint}:`,
    `uid:-::::1487792064::0000000000000000000000000000000000000000::${user}::::::::::0:`,
    `sub:-:4096:1:${sub.slice(-16)}:1487788586::::::s::::::23:`,
    `fpr:::::::::${sub}:`,
    '',
  ].join('\n');
}

function plain({ fingerprint, user }: Key): string {
  const groups = fingerprint.match(/.{4}/g) ?? [];
  return `pub   rsa4096 2017-02-22 [SCEA]\n      ${groups.join(' ')}\nuid                      ${user}\n\n`;
}

async function read(call: CommandCall, operand: string | undefined): Promise<Key[]> {
  const text =
    operand === undefined || operand === '-'
      ? await call.input()
      : call.host.files.text(pathOf(call, operand));
  if (text === undefined)
    throw new Refusal(2, `gpg: can't open '${operand ?? ''}': No such file or directory`);
  const keys = keysIn(text);
  if (keys.length === 0)
    throw new Refusal(2, 'gpg: no valid OpenPGP data found.\ngpg: Total number processed: 0');
  return keys;
}

/** What `--import-options` may say, by the GnuPG that brought it (its NEWS file). */
function checkImportOptions(words: readonly string[], version: string): void {
  const since: Record<string, string> = {
    'import-minimal': '0',
    'import-clean': '0',
    'import-show': '2.1.14',
    'import-export': '2.1.14',
    'show-only': '2.1.23',
  };
  for (const word of words) {
    const first = since[word];
    if (first === undefined || !satisfies(version, 'ge', first))
      throw new Refusal(2, 'gpg: invalid import options');
  }
}

/**
 * gpg(1). GnuPG 2.1.18 (stretch) has neither `--show-keys` (2.2.8) nor the import option `show-only`
 * (2.1.23); it has `import-show` (2.1.14), which with `--dry-run` shows keys and imports none.
 */
export const gpg: Command = async (call) => {
  const version = call.host.state.packages['gnupg']?.version ?? '2.1.18';
  const later: OptionTable = satisfies(version, 'ge', '2.2.8') ? { '--show-keys': 'flag' } : {};
  const parsed = parseOptions(
    call.args,
    { ...OPTIONS, ...later },
    {
      unknown: (option) => new Refusal(2, `gpg: invalid option "${option}"`),
      missing: (option) => new Refusal(2, `gpg: missing argument for option "${option}"`),
    },
  );
  const [operand] = parsed.operands;
  const words = parsed.values('import-options').flatMap((text) => text.split(/[,\s]+/));
  checkImportOptions(words, version);
  if (parsed.has('dearmor'))
    return dearmor(call, parsed.value('output'), await read(call, operand));
  if (parsed.has('list-keys') && operand === undefined) return 0;
  const keys = await read(call, operand);
  const shows =
    parsed.has('show-keys') ||
    words.includes('show-only') ||
    words.includes('import-show') ||
    !parsed.has('import');
  if (shows) for (const key of keys) call.out(parsed.has('with-colons') ? record(key) : plain(key));
  const imports = parsed.has('import') && !parsed.has('dry-run') && !words.includes('show-only');
  if (imports) {
    await call.change();
    call.host.files.write(
      `${parsed.value('homedir') ?? '/root/.gnupg'}/pubring.kbx`,
      armor(...keys),
      0o600,
    );
  }
  return 0;
};

/** The real output is binary; here it stays text that the simulated apt reads as well. */
async function dearmor(
  call: CommandCall,
  output: string | undefined,
  keys: readonly Key[],
): Promise<number> {
  await call.change();
  if (output === undefined) call.out(armor(...keys));
  else call.host.files.writeLoosely(pathOf(call, output), armor(...keys));
  return 0;
}
