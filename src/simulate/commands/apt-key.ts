import type { Command } from '../command.ts';
import { Refusal } from '../command.ts';
import { armor, keysIn } from '../debian/keys.ts';
import { pathOf } from './pg-dump.ts';

const RING = '/etc/apt/trusted.gpg';

/** apt-key(8): `add`, which puts keys where they are trusted for every repository. */
export const aptKey: Command = async (call) => {
  const [verb = '', file = '-'] = call.args;
  if (verb === 'list') return 0;
  if (verb !== 'add') throw new Refusal(1, `apt-key: unknown command ${verb}`);
  const text = file === '-' ? await call.input() : (call.host.files.text(pathOf(call, file)) ?? '');
  const keys = keysIn(text);
  if (keys.length === 0) throw new Refusal(2, 'gpg: no valid OpenPGP data found.');
  await call.change();
  const known = keysIn(call.host.files.text(RING) ?? '');
  const fresh = keys.filter(
    (key) => !known.some(({ fingerprint }) => fingerprint === key.fingerprint),
  );
  call.host.files.write(RING, armor(...known, ...fresh));
  call.out('OK\n');
  return 0;
};
