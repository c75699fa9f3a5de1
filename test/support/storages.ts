import { existsSync, writeFileSync } from 'node:fs';
import type { Host } from './host.ts';

/** What the pretended docker and podman of a host have. */
export interface Storages {
  /** Images that docker has, and those of them that have the label. */
  readonly docker?: readonly string[];
  readonly labelled?: readonly string[];
  /** Images that podman has, under their whole names. */
  readonly podman?: readonly string[];
  /** What the database's query prints. */
  readonly rows?: readonly string[];
}

function listed(names: readonly string[]): string {
  return names.map((name) => `${name}\n`).join('');
}

/** The name in the archive $file, as `load` finds it. */
const NAME = 'name=$(tar --extract --to-stdout --file=- manifest.json <"$file")';

const DOCKER = `
if [[ -e $host/docker-down ]]; then
  echo 'Cannot connect to the Docker daemon' >&2
  [[ $1 == info ]] && echo && exit 0
  exit 1
fi
case "$1 $2" in
  'image ls')
    if [[ $3 == --filter ]]; then cat -- "$host/docker-labelled"; else cat -- "$host/docker-images"; fi
    printf '<none>:<none>\\n'
    ;;
  'image inspect')
    shift 5
    for name; do
      grep -Fqx -e "$name" -- "$host/docker-images" || exit 1
      cat -- "$host/docker-size"
    done
    ;;
  'info --format')
    case $3 in *Driver*) cat -- "$host/docker-driver" ;; esac
    ;;
  'save --output')
    if [[ -e $host/docker-cut ]]; then printf 'cut' >"$3"; exit 0; fi
    mkdir -p "$host/tmp/save"
    printf '%s' "$5" >"$host/tmp/save/manifest.json"
    tar --create --file=- --directory="$host/tmp/save" manifest.json >"$3"
    ;;
  'load --input')
    file=$3
    ${NAME}
    printf '%s\\n' "$name" >>"$host/docker-images"
    ;;
esac`;

const PODMAN = `
case "$1 $2" in
  'image exists')
    [[ ! -e $host/podman-broken ]] || exit 125
    grep -Fqx -e "$4" -- "$host/podman-images" || exit 1
    ;;
  'load --input')
    file=$3
    ${NAME}
    printf '%s%s\\n' "$(cat -- "$host/podman-prefix")" "$name" >>"$host/podman-images"
    ;;
  'tag '*)
    grep -Fqx -e "$2" -- "$host/podman-images" || exit 1
    printf '%s\\n' "$3" >>"$host/podman-images"
    ;;
esac`;

/** Gives `host` a docker, a podman and a psql that have what `storages` says; none where that is left out. */
export function withStorages(host: Host, storages: Storages): void {
  const { docker, podman, rows } = storages;
  if (docker !== undefined) {
    host.write('docker-images', listed(docker));
    host.write('docker-labelled', listed(storages.labelled ?? docker));
    host.write('docker-size', '1000\n');
    host.write('docker-driver', 'overlay2\n');
    host.stub('docker', DOCKER);
  }
  if (podman !== undefined) {
    host.write('podman-images', listed(podman));
    host.write('podman-prefix', 'docker.io/');
    host.stub('podman', PODMAN);
  }
  if (rows !== undefined) {
    host.write('rows', listed(rows));
    host.stub('psql', 'cat -- "$host/rows"; [[ ! -e $host/psql-down ]]');
  }
}

/** Sets one of the switches that the stubs look at: `docker-down`, `docker-cut`, `podman-broken`, `psql-down`. */
export function flip(host: Host, name: string): void {
  if (existsSync(host.path(name))) throw new Error(`${name} is set already`);
  writeFileSync(host.path(name), '');
}
