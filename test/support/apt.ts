import { readFileSync } from 'node:fs';
import { temporaryHost, type Host, type Variables } from './kinds.ts';

/** The codename of the machine that the tests run on, which is where the steps run, too. */
export const SUITE =
  /^VERSION_CODENAME="?([a-z]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? '';

/** What `apt-cache policy base-files` answers when it would come from `suite`. */
export function policy(suite: string): string {
  return `base-files:
  Installed: 11.1+deb11u11
  Candidate: 12.4+deb12u15
  Version table:
     12.4+deb12u15 500
        500 http://ftp.debian.org/debian ${suite}/main amd64 Packages
 *** 11.1+deb11u11 500
        500 http://ftp.debian.org/debian bullseye/main amd64 Packages
        100 /var/lib/dpkg/status
`;
}

/**
 * apt-get as far as the steps use it: \`plan\` is what a simulated run prints, and counted when it is asked
 * for \`uris\`, what would be fetched; \`update\` is what an update prints; a real run of an action fails when there is a file
 * \`fails-ACTION\`, and else moves \`after-ACTION\` to \`plan\`, or empties it.
 */
const APT_GET = String.raw`
action='' simulated=no uris=no fetch=no quiet=no
for word; do
  case $word in
    -qq) quiet=yes ;;
    -s) simulated=yes ;;
    --print-uris) uris=yes ;;
    --download-only) fetch=yes ;;
    check | update | upgrade | dist-upgrade | install | remove | purge) action=\${action:-$word} ;;
  esac
done
if [[ $simulated$uris == nono && -e $host/fails-$action ]]; then echo "E: $action does not work" >&2; exit 100; fi
case $simulated$uris$fetch$action in
  nononocheck) ;;
  nononoupdate) cat "$host/update" ;;
  noyes*)
    cat "$host/uris"
    [[ $quiet == yes ]] || printf '%d upgraded, 0 newly installed, %d to remove and 0 not upgraded.\n' \
      "$(grep -c ^Inst "$host/plan")" "$(grep -c -E '^(Remv|Purg)' "$host/plan")"
    ;;
  yes*) cat "$host/plan" ;;
  nonoyes*) : >"$host/uris" ;;
  *) if [[ -e $host/after-$action ]]; then mv "$host/after-$action" "$host/dpkg"; fi; : >"$host/plan" ;;
esac`.replaceAll('\\$', '$');

/** A host with apt and dpkg, on which everything is in order and nothing is to be done. */
export function aptHost(): Host {
  const host = temporaryHost();
  host.stub('apt-get', APT_GET);
  host.stub('apt-cache', '[[ $1 == policy ]] && cat "$host/policy" || cat "$host/pkgnames"');
  host.stub(
    'dpkg-query',
    'cat "$host/dpkg"; [[ ! -e $host/dpkg-status ]] || exit "$(<"$host/dpkg-status")"',
  );
  host.stub(
    'dpkg',
    'case $1 in --audit) cat "$host/audit" ;; --compare-versions) [[ $2 == "$4" || $2 > $4 ]] ;; *) : >"$host/audit" ;; esac',
  );
  host.stub('systemctl', '[[ $1 != is-active ]] || exit 3');
  host.stub('debconf-set-selections', 'cat >>"$host/answers"');
  for (const name of ['plan', 'uris', 'update', 'audit', 'dpkg', 'pkgnames']) host.write(name, '');
  host.write('policy', policy(SUITE));
  host.write('archives/lock', '');
  host.write('apt/sources.list', `deb http://ftp.debian.org/debian ${SUITE} main\n`);
  host.write(`lists/ftp.debian.org_debian_dists_${SUITE}_InRelease`, 'Origin: Debian\n');
  return host;
}

/** Where the runtime finds what it looks at on `host`. */
export function aptPlaces(host: Host): Variables {
  return {
    sw_apt_etc: host.path('apt'),
    sw_apt_lists: host.path('lists'),
    sw_apt_locks: [host.path('lock')],
    sw_dpkg_updates: host.path('updates'),
    sw_dpkg_status: host.path('status'),
    sw_apt_archives: host.path('archives'),
    sw_apt_inputs: ['apt', 'lists', 'extended_states', 'status'].map((name) => host.path(name)),
    // The machine that the tests run on keeps its own.
    sw_last_folder: host.path('last'),
    sw_library_notes: host.path('library notes'),
    sw_start_programs: [],
  };
}

/** The calls of apt-get that change something, without the options that each of them has. */
export function changes(host: Host): string[] {
  return host
    .calls('apt-get')
    .filter(({ args }) => args[0] === '--yes')
    .map(({ args }) =>
      args.slice(args.findLastIndex((word) => word.startsWith('-oDpkg')) + 1).join(' '),
    );
}

/** What a dry run or the log says, without the quotes that its words may have. */
export function unquoted(said: string | undefined): string {
  return (said ?? '').replaceAll("'", '');
}
