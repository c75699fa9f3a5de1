import { expect, test } from 'vitest';
import { temporaryHost, type Host } from '../../support/kinds.ts';
import { all, expectAnswers, expectApplied, stops } from '../../support/modules.ts';

/** A docker and a podman; each has the images of the lines of its file, and ends as `ends` says. */
function hostWith(programs: Readonly<Record<string, string>>): Host {
  const host = temporaryHost();
  for (const [name, images] of Object.entries(programs)) host.write(name, images);
  if ('docker' in programs) host.stub('docker', 'cat "$host/docker"; exit "$(<"$host/ends")"');
  if ('podman' in programs) {
    host.stub(
      'podman',
      'e=$(<"$host/ends"); ((e == 0)) || exit "$e"; grep -q -x -F -e "${!#}" "$host/podman"',
    );
  }
  host.write('ends', '0');
  return host;
}

const SHOW =
  'show() { "$@"; local status=$?; printf "[%s]" "${sw_lacking[@]}"; return "$status"; }';

test('docker has an image by its whole name', () => {
  const host = hostWith({ docker: 'a:1\na:<none>\n<none>:<none>\n\nhost:5/x/y:2\n' });
  expectAnswers(
    host,
    [
      ["docker_images ''", 0, 'a:1\nhost:5/x/y:2\n'],
      ['show images_missing docker "" a:1 host:5/x/y:2', 0, '[]'],
      [
        "show images_missing docker '' a a:* '' 'a:1 ' '-x' '$(touch x)'",
        0,
        '[a][a:*][][a:1 ][-x][$(touch x)]',
      ],
      ['show images_missing docker ""', 0, '[]'],
      ['images_are_present docker "" a:1', 0, ''],
      ['images_are_present docker "" b a:1', 1, 'docker: 1 of 2 images; missing: b\n'],
      ['images_are_present docker "" b >/dev/null; printf "%s" "$sw_progress"', 0, '0 of 1 images'],
      ['echo 1 >"${sw_state%/*}/ends"; docker_images ""', 1],
      [
        'show images_missing docker "" b',
        2,
        expect.stringMatching(/^docker does not answer[^]*\[b\]$/),
      ],
      ['images_are_present docker "" a:1 >/dev/null', 2, ''],
    ],
    { before: SHOW },
  );
  host.forgetCalls();
  host.write('ends', '0');
  expectAnswers(host, [["docker_images 'it'\\''s a=$(x)'", 0]]);
  expect(host.calls('docker')[0]?.args).toEqual([
    'image',
    'ls',
    '--filter',
    "label=it's a=$(x)",
    '--format',
    '{{.Repository}}:{{.Tag}}',
  ]);
});

test('podman has them with a prefix, and its trouble is not a no', () => {
  const host = hostWith({ podman: 'p/a:1\nb\n' });
  expectAnswers(
    host,
    [
      ['show images_missing podman p/ a:1 b', 0, '[b]'],
      ['show images_missing podman "" -x b "a b"', 0, '[-x][a b]'],
      ['show images_missing docker "" a:1', 0, '[a:1]'],
      ['show images_missing docker-or-podman p/ a:1 c', 0, '[c]'],
      ['echo 1 >"${sw_state%/*}/ends"; show images_missing podman "" b', 0, '[b]'],
      [
        'echo 125 >"${sw_state%/*}/ends"; show images_missing podman p/ a:1',
        2,
        'podman could not tell whether it has p/a:1 (status 125)\n[a:1]',
      ],
      ['show images_missing docker-or-podman p/ a:1 >/dev/null', 2, ''],
    ],
    { before: SHOW },
  );
  expect(host.calls('podman')[0]?.args).toEqual(['image', 'exists', '--', 'p/a:1']);
});

test('either will do, and a silent docker is trouble only where podman lacks something', () => {
  const host = hostWith({ docker: 'a\n', podman: 'b\nc\n' });
  expectAnswers(
    host,
    [
      ['show images_missing docker-or-podman "" a b', 0, '[]'],
      ['show images_missing docker-or-podman "" a d', 0, '[d]'],
      ['sw_pass_docker() { return 2; }; show images_missing docker-or-podman "" b c', 0, '[]'],
      ['sw_pass_docker() { return 2; }; show images_missing docker-or-podman "" a b', 3, '[a]'],
      [
        'sw_pass_docker() { return 2; }; images_are_present docker-or-podman "" a b >/dev/null',
        1,
        '',
      ],
    ],
    { before: SHOW },
  );
  expectAnswers(
    temporaryHost(),
    [
      ['show images_missing docker-or-podman "" a', 0, '[a]'],
      ['images_are_present docker "" a', 1, 'docker: 0 of 1 images; missing: a\n'],
    ],
    { before: SHOW },
  );
});

test('a list that was not learnt tells nothing', () => {
  const host = temporaryHost();
  host.write('state/carried/there', '');
  host.write('state/carried/one', 'x\n');
  host.write('state/carried/cut', 'x');
  const before =
    'carried there lines; carried one identifier; carried cut identifier; carried gone lines';
  expectAnswers(
    host,
    [
      ...all(0, ['list_is_known there', 'list_is_known one']),
      ['list_is_known gone', 2, 'the list gone has not been learnt yet\n'],
      ['list_is_known cut', 2, 'the list cut has not been learnt yet\n'],
    ],
    { before },
  );
});

test('the lists that have one of some images are told as files', () => {
  const host = temporaryHost();
  host.write('state/carried/one', 'a:1\n-x\n');
  host.write('state/carried/two', 'xa:1\na:12\nb\n');
  expectAnswers(host, [
    ['sw_tell_lists a:1 -x; echo "$sw_text"', 0, 'HOST/state/carried/one\n'],
    [
      'sw_tell_lists a:1 b; echo "$sw_text"',
      0,
      'HOST/state/carried/one and HOST/state/carried/two\n',
    ],
    ['sw_tell_lists "a.1"; echo "$sw_text"', 0, 'HOST/state/carried\n'],
  ]);
});

/** Sets what a file of the host holds, for the row that it stands in and those below. */
const SET = 'set_file() { printf "%b" "$2" >"${sw_state%/*}/$1"; }\n';

function hostThatTells(): Host {
  const host = temporaryHost();
  host.stub('docker', 'cat "$host/driver"; exit "$(<"$host/ends")"');
  host.write('driver', '');
  host.write('ends', '0');
  return host;
}

test('the storage driver is learnt, or docker does not answer', () => {
  const before = `carried driver identifier\n${SET}`;
  expectApplied(
    hostThatTells(),
    [
      stops('record_driver driver', 'docker does not answer'),
      [
        'set_file driver \'overlay2\\n\'; record_driver driver; cat "$sw_state/carried/driver"',
        0,
        'storage driver of docker: overlay2\noverlay2\n',
      ],
      stops(
        "set_file driver 'a b\\n'; record_driver driver",
        'carried value driver: must be a name',
      ),
      ['set_file ends 1; record_driver driver; echo went on', 1, ''],
      ['cat "$sw_state/carried/driver"', 0, 'overlay2\n'],
    ],
    { before },
  );
  expectApplied(
    temporaryHost(),
    [['record_driver driver', 0, 'storage driver of docker: unknown\n']],
    { before },
  );
});
