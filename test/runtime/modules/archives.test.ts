import { expect, test } from 'vitest';
import { temporaryHost, type Host } from '../../support/kinds.ts';
import { all, expectAnswers, expectApplied, stops } from '../../support/modules.ts';

test('no two images share a file, whatever their names', () => {
  const names: [string, string][] = [
    ['a:1', 'a%3A1'],
    ['a%3A1', 'a%253A1'],
    ['h.x:5/b_c-d', 'h.x%3A5%2Fb_c-d'],
    ['../../etc/x', '..%2F..%2Fetc%2Fx'],
    ['-x y', '-x%20y'],
    ['é', '%C3%A9'],
    ['$(x)*?\'"', '%24%28x%29%2A%3F%27%22'],
  ];
  expectAnswers(
    temporaryHost(),
    names.map(([name, file]) => [
      `sw_archive_of '/d e' '${name.replaceAll("'", String.raw`'\''`)}'; printf '%s' "$sw_text"`,
      0,
      `/d e/${file}.tar`,
    ]),
  );
});

/** A docker that saves what it has (file `images`; with other ids: file `changed`) as `saved` says. */
function hostWithDocker(): Host {
  const host = temporaryHost();
  host.write('images', 'a:1\nb:2\nc\n');
  host.write('changed', '');
  host.write('saved', 'manifest.json');
  host.write('ends', '0');
  host.stub(
    'docker',
    `case "$1 \${2:-}" in
      'image ls') while read -r name; do
          id=sha256:1
          ! grep -q -x -F -e "$name" "$host/changed" || id=sha256:2
          case "$*" in *--no-trunc*.ID*) echo "$id $name" ;; *) echo "$name" ;; esac
        done <"$host/images" ;;
      'image inspect') printf '%s\\n' 100 200 ;;
      save*) mkdir "$host/content"; cd "$host/content" || exit; echo "\${!#}" >"$(<"$host/saved")"
        tar -cf "$3" ./* --transform 's,^./,,'; rm -r "$host/content" ;;
      load*) echo "loaded \${3##*/}" ;;
      info*) echo overlay2 ;;
    esac
    exit "$(<"$host/ends")"`,
  );
  return host;
}

const AT = { before: 'cd "${sw_state%/*}"; d="$PWD/d e"; declare -A docker_ids=()\n' };

test('each image is saved under its own name, when it is whole', () => {
  const host = hostWithDocker();
  expectApplied(
    host,
    [
      ['images_are_saved "$d" a:1 || echo "no $?"', 0, 'no 1\n'],
      stops(
        'save_images "$d" a:1 nowhere',
        'docker does not have 1 of the container images that are to be saved:\n  nowhere\n',
      ),
      stops(
        'df() { printf "Avail\\n329\\n"; }; save_images "$d" a:1 b:2',
        'needs 0 MiB, and 0 MiB are free',
      ),
      stops(
        'echo other >saved; save_images "$d" a:1',
        'docker save ended without an error, but HOST/d e/.sw-part/image.tar holds no image',
      ),
      ['ls -A "$d"; images_are_saved "$d"; echo "no $?"', 1, '.sw-part\n'],
      [
        'echo 1 >ends; sw_save_image "$d" a:1; echo went on',
        1,
        expect.not.stringContaining('went on'),
      ],
      [
        'echo 0 >ends; echo manifest.json >saved; df() { printf "Avail\\n330\\n"; }; save_images "$d" a:1 b:2 >/dev/null',
        0,
      ],
      [
        'ls -A "$d"; images_are_saved "$d" a:1 b:2',
        0,
        'a%3A1.tar\na%3A1.tar.sha256\nb%3A2.tar\nb%3A2.tar.sha256\n',
      ],
      ['head -n 2 "$d/a%3A1.tar.sha256"', 0, '# 10240 bytes: a:1\n# image sha256:1\n'],
      ['cd "$d"; sha256sum --check --strict --quiet -- *.sha256', 0, ''],
      ['save_images "$d" a:1 b:2', 0, ''],
      [
        'would_save_images "$d" a:1 c',
        0,
        "           docker save --output 'HOST/d e/c.tar' -- c\n",
      ],
      [
        'would_save_images "$d"',
        0,
        '           save every container image as a file in HOST/d e\n',
      ],
    ],
    AT,
  );
  const saves = host.calls('docker').filter(({ args }) => args[0] === 'save');
  expect(saves.at(-1)?.args.slice(3)).toEqual(['--', 'b:2']);
});

test('a file counts when its note names it and its size', () => {
  const host = hostWithDocker();
  for (const name of ['a%3A1', 'b%3A2', 'c']) host.write(`d e/${name}.tar`, '12345');
  host.write('d e/a%3A1.tar.sha256', '# 5 bytes: a:1\n# image sha256:1\n');
  host.write('d e/b%3A2.tar.sha256', '# 4 bytes: b:2\n');
  host.write('d e/c.tar.sha256', '');
  host.write('d e/cut.tar', '12345');
  host.write('d e/cut.tar.sha256', '# 5 bytes: cu');
  host.write('d e/other.tar', '12345');
  host.write('d e/other.tar.sha256', '# 5 bytes: a:1\n');
  host.write('d e/folder.tar/x', '');
  expectAnswers(
    host,
    [
      ['images_are_saved "$d" a:1', 0, ''],
      ...all(
        1,
        ['b:2', 'c', 'cut', 'other', 'folder', 'gone'].map(
          (name) => `images_are_saved "$d" a:1 ${name}`,
        ),
      ),
      ['sw_find_unsaved "$d" a:1 gone b:2; printf \'[%s]\' "${sw_lacking[@]}"', 0, '[gone][b:2]'],
      ["sw_find_unsaved '' a:1; printf '[%s]' \"${sw_lacking[@]}\"", 0, '[a:1]'],
      ['mkdir "$d/.sw-part"; images_are_saved "$d" a:1', 1, ''],
    ],
    AT,
  );
  expectAnswers(temporaryHost(), [['images_are_saved /nowhere a', 0, '']]);
});

test('an image that is another one by now is saved again', () => {
  const host = hostWithDocker();
  expectApplied(
    host,
    [
      ['save_images "$d" a:1 b:2 c >/dev/null; images_are_saved "$d" a:1 b:2 c', 0, ''],
      ['echo b:2 >changed; images_are_saved "$d" a:1 b:2 c', 1, ''],
      ['images_are_saved "$d" a:1 c', 0, ''],
      [
        'would_save_images "$d" a:1 b:2 c',
        0,
        "           docker save --output 'HOST/d e/b%3A2.tar' -- b:2\n",
      ],
      // A docker that is silent, or that has lost its storage driver, has nothing newer.
      ['echo 1 >ends; images_are_saved "$d" a:1 b:2 c', 0, ''],
      ['echo 0 >ends; mv images kept; : >images; images_are_saved "$d" a:1 b:2 c', 0, ''],
      [
        'mv kept images; save_images "$d" a:1 b:2 c | grep image',
        0,
        expect.stringMatching(/^image 1 of 1: b:2\n/),
      ],
      ['images_are_saved "$d" a:1 b:2 c', 0, ''],
      ['sed -n 2p "$d/b%3A2.tar.sha256" "$d/c.tar.sha256"', 0, '# image sha256:2\n'],
      ['cd "$d"; sha256sum --check --strict --quiet -- *.sha256', 0, ''],
      // Stopped between the note and the file: the old file is not taken for the new one.
      [
        ': >changed; mv() { [[ $1 != -f || $* != *image.tar* ]] && command mv "$@"; }; save_images "$d" a:1 b:2 >/dev/null; echo went on',
        1,
        '',
      ],
      ['rm -r "$d/.sw-part"; echo 1 >ends; images_are_saved "$d" b:2', 1, ''],
      ['echo 0 >ends; save_images "$d" b:2 >/dev/null; images_are_saved "$d" a:1 b:2', 0, ''],
    ],
    AT,
  );
});

test('a file of an earlier build, which did not note the image, is saved again where it can be', () => {
  const host = hostWithDocker();
  expectApplied(
    host,
    [
      ['save_images "$d" a:1 b:2 >/dev/null; sed -i 2d "$d"/*.sha256; echo b:2 >images', 0, ''],
      ['images_are_saved "$d" a:1', 0, ''],
      ['images_are_saved "$d" b:2', 1, ''],
      ['save_images "$d" a:1 b:2 | grep image', 0, expect.stringMatching(/^image 1 of 1: b:2\n/)],
      ['images_are_saved "$d" a:1 b:2', 0, ''],
      // Loading asks for no ids: what is there is the best that there is.
      [
        'echo a:1 >changed; load_images docker "" "$d" overlay2 a:1 b:2 | grep loaded',
        0,
        'loaded a%3A1.tar\n',
      ],
    ],
    AT,
  );
});

test('what is missing is loaded from whole files alone', () => {
  const host = hostWithDocker();
  host.stub(
    'podman',
    'case "$*" in image*) grep -q -x -F -e "${!#}" "$host/stored" ;; *) echo "podman $*" ;; esac',
  );
  host.write('stored', 'p/b:2\n');
  expectApplied(
    host,
    [
      ['save_images "$d" a:1 b:2 >/dev/null; echo b:2 >images', 0, ''],
      [
        'load_images docker "" "$d" overlay2 a:1 b:2',
        0,
        expect.stringMatching(/^image 1 of 1: a:1\n[^]*loaded a%3A1.tar\n$/),
      ],
      [
        'would_load_images docker "" "$d" overlay2 a:1 b:2 c',
        0,
        "           docker load --input 'HOST/d e/a%3A1.tar'\n           stop: docker lacks c, and there is no file to load it from\n",
      ],
      [
        'would_load_images podman p/ "" overlay2',
        0,
        '           load what podman lacks; stop where that cannot be done\n',
      ],
      stops(
        'load_images docker "" "$d" aufs a:1 c',
        'docker lacks 1 of 2 container images that were there before the upgrade:\n  c\nNone of these has a whole saved file in HOST/d e.\nThe storage driver of docker was aufs, and is overlay2 now.\n',
      ),
      stops(
        'load_images podman p/ "" overlay2 a:1 b:2',
        'podman lacks 1 of 2 container images that were there before the upgrade:\n  a:1\n- Load them from copies',
      ),
      [
        'load_images podman p/ "$d" overlay2 a:1 b:2 | tail -n 2',
        0,
        '+ podman tag localhost/a:1 p/a:1\npodman tag localhost/a:1 p/a:1\n',
      ],
      ['sw_load_into_podman /f p/ b:2', 0, '+ podman load --input /f\npodman load --input /f\n'],
      stops(
        'truncate -s -1 "$d/a%3A1.tar"; printf x >>"$d/a%3A1.tar"; load_images docker "" "$d" overlay2 a:1 2>&1',
        'HOST/d e/a%3A1.tar is not what was saved',
      ),
    ],
    AT,
  );
});
