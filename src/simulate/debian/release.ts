import { armor, type Key } from './keys.ts';

/** A release of Debian that the simulated archives have. */
export type Codename = 'stretch' | 'buster' | 'bullseye' | 'bookworm' | 'trixie';

/** The releases, oldest first: a table's columns are in this order. */
export const CODENAMES: readonly Codename[] = [
  'stretch',
  'buster',
  'bullseye',
  'bookworm',
  'trixie',
];

/** What a release is besides its packages. */
export interface Release {
  readonly codename: Codename;
  readonly number: string;
  /** Its suite name in 2026. */
  readonly suite: string;
  readonly kernel: string;
  readonly postgres: string;
  readonly python: string;
  /** The key that signs its archive. */
  readonly key: Key;
  /** It is to be had at the archive of old releases alone, with a Release file past its date. */
  readonly archived: boolean;
}

function release(
  codename: Codename,
  number: string,
  [suite, kernel, postgres, python]: readonly [string, string, string, string],
  fingerprint: string,
): Release {
  const user = `Debian Archive Automatic Signing Key (${number}/${codename}) <ftpmaster@debian.org>`;
  const archived = codename === 'stretch' || codename === 'buster';
  return {
    codename,
    number,
    suite,
    kernel,
    postgres,
    python,
    key: { fingerprint, user },
    archived,
  };
}

/** By codename; versions as they stood at each release's end, or in 2026. */
export const RELEASES: Readonly<Record<Codename, Release>> = {
  stretch: release(
    'stretch',
    '9',
    ['oldoldoldstable', '4.9.0-19-amd64', '9.6', '3.5'],
    'E1CF20DDFFE4B89E802658F1E0B11894F66AEC98',
  ),
  buster: release(
    'buster',
    '10',
    ['oldoldoldstable', '4.19.0-27-amd64', '11', '3.7'],
    '80D15823B7FD1561F9F7BCDDDC30D7C23CBBABEE',
  ),
  bullseye: release(
    'bullseye',
    '11',
    ['oldoldstable', '5.10.0-35-amd64', '13', '3.9'],
    '1F89983E0081FDE018F3CC9673A4F27B8DD47936',
  ),
  bookworm: release(
    'bookworm',
    '12',
    ['oldstable', '6.1.0-37-amd64', '15', '3.11'],
    'B8B80B5B623EAB6AD8775C45B7C5D7D6350947F8',
  ),
  trixie: release(
    'trixie',
    '13',
    ['stable', '6.12.41+deb13-amd64', '17', '3.13'],
    '04B54C3CDCA79751B16BC6B5225629DF75B188BD',
  ),
};

/** The text of `/etc/os-release`; Debian 9's has no VERSION_CODENAME. */
export function osRelease({ codename, number }: Release): string {
  return [
    `PRETTY_NAME="Debian GNU/Linux ${number} (${codename})"`,
    'NAME="Debian GNU/Linux"',
    `VERSION_ID="${number}"`,
    `VERSION="${number} (${codename})"`,
    ...(codename === 'stretch' ? [] : [`VERSION_CODENAME=${codename}`]),
    'ID=debian',
    '',
  ].join('\n');
}

/** A keyring with the keys of the release and of the one after it, as the archive's package has them. */
export function archiveKeyring(codename: Codename): string {
  const at = CODENAMES.indexOf(codename);
  return armor(...CODENAMES.slice(Math.max(0, at - 1), at + 2).map((name) => RELEASES[name].key));
}
