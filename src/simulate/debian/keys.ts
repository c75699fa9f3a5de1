import type { HostFiles } from '../root/files.ts';

/** A key as the simulated web serves it and the simulated gpg and apt read it. */
export interface Key {
  readonly fingerprint: string;
  readonly user: string;
}

/** The text of a file with these keys, armored as a real one is. */
export function armor(...keys: readonly Key[]): string {
  const blocks = keys.map(({ fingerprint, user }) =>
    Buffer.from(`${fingerprint} ${user}`).toString('base64'),
  );
  return [
    '-----BEGIN PGP PUBLIC KEY BLOCK-----',
    '',
    ...blocks,
    '-----END PGP PUBLIC KEY BLOCK-----',
    '',
  ].join('\n');
}

/** The keys in such a text; none when it is something else, or was cut short. */
export function keysIn(text: string): Key[] {
  const body =
    /^-----BEGIN PGP PUBLIC KEY BLOCK-----\n([\s\S]*?)\n-----END PGP PUBLIC KEY BLOCK-----/m.exec(
      text,
    );
  return (body?.[1] ?? '')
    .split('\n')
    .map((line) => /^([0-9A-F]{40}) (.*)$/.exec(Buffer.from(line, 'base64').toString()))
    .flatMap((match) =>
      match === null ? [] : [{ fingerprint: match[1] ?? '', user: match[2] ?? '' }],
    );
}

/** The keys that apt trusts for every repository that names none of its own. */
function trustedKeys(files: HostFiles): Key[] {
  const folder = '/etc/apt/trusted.gpg.d';
  const names = files.names(folder).filter((name) => /\.(gpg|asc)$/.test(name));
  const paths = ['/etc/apt/trusted.gpg', ...names.map((name) => `${folder}/${name}`)];
  return paths.flatMap((path) => keysIn(files.text(path) ?? ''));
}

/** The fingerprints that may sign what comes from a source with this `signed-by`. */
export function acceptedKeys(files: HostFiles, signedBy: string | undefined): string[] {
  if (signedBy === undefined) return trustedKeys(files).map((key) => key.fingerprint);
  if (signedBy.includes('BEGIN PGP')) return keysIn(signedBy).map((key) => key.fingerprint);
  const accepted: string[] = [];
  for (const word of signedBy.split(/[,\s]+/).filter(Boolean)) {
    if (word.startsWith('/'))
      accepted.push(...keysIn(files.text(word) ?? '').map((key) => key.fingerprint));
    else {
      const wanted = word.replace(/!$/, '').toUpperCase();
      accepted.push(
        ...trustedKeys(files)
          .map((key) => key.fingerprint)
          .filter((found) => found === wanted),
      );
    }
  }
  return accepted;
}
