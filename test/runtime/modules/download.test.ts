import { expect, test } from 'vitest';
import { temporaryHost, type Host } from '../../support/kinds.ts';
import { all, expectAnswers, expectApplied, stops } from '../../support/modules.ts';

const X = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881';

function hostWithCurl(): Host {
  const host = temporaryHost();
  host.stub(
    'curl',
    'for word; do [[ ${last:-} != --output ]] || file=$word; last=$word; done; printf "%b" "$(<"$host/answer")" >"$file"; exit "$(<"$host/ends")"',
  );
  host.write('answer', 'x');
  host.write('ends', '0');
  return host;
}

const AT = { before: 'cd "${sw_state%/*}"; f="$PWD/d e/-f"\n' };

test('what comes is looked at before anything is done with it', () => {
  const host = hostWithCurl();
  expectApplied(
    host,
    [
      ['fetch_url \'https://h/a b\' "$PWD/-x" >/dev/null; cat ./-x', 0, 'x'],
      [`fetch_url http://h/a x ${X} >/dev/null`, 0, ''],
      stops(
        `fetch_url http://h/a x ${'0'.repeat(64)}`,
        `its SHA-256 is ${X}, and not ${'0'.repeat(64)}\nlook at what came: 'x'; nothing was done with it\n`,
      ),
      stops(': >answer; fetch_url http://h/a x', 'http://h/a answers nothing'),
      [
        'echo x >answer; echo 22 >ends; fetch_url http://h/a x; echo went on',
        22,
        expect.not.stringContaining('went on'),
      ],
    ],
    AT,
  );
  expect(host.calls('curl').map(({ args }) => args.slice(-4))).toEqual([
    ['--output', host.path('-x'), '--url', 'https://h/a b'],
    ...Array.from({ length: 4 }, () => ['--output', 'x', '--url', 'http://h/a']),
  ]);
  expect(host.calls('curl').map(({ args }) => args[2])).toEqual([
    '=https',
    ...Array.from({ length: 4 }, () => '=http,https'),
  ]);
});

test('a file without a digest is the one that came from there', () => {
  const host = hostWithCurl();
  const url = 'http://h/a';
  const ask = (more = '') => `is_downloaded ${url} "$f" ${more}`;
  expectApplied(
    host,
    [
      [`${ask()} || echo "no $?"`, 0, 'no 1\n'],
      [
        'mkdir "d e"; echo old >"$f"; sync() { return 1; }; download_file http://h/a "$f"; echo went on',
        1,
        expect.not.stringContaining('went on'),
      ],
      ['cat "$f"', 0, 'old\n'],
      [
        'download_file http://h/a "$f" >/dev/null; cat "$f"; ls "$sw_state"',
        0,
        expect.stringMatching(/^x/),
      ],
    ],
    AT,
  );
  expect(host.read(`state/originals${host.path('d e/-f')}`)).toBe('old\n');
  expect(host.snapshot()).not.toHaveProperty(['state/downloaded']);
  expectAnswers(
    host,
    [
      ...all(0, [ask(), ask(`'' 0644`), ask(X), ask(`${X} 0644`)]),
      ...all(1, ['is_downloaded http://h/b "$f"', ask("'' 0600"), ask('0'.repeat(64))]),
      ['echo y >"$f"; is_downloaded http://h/a "$f"', 1],
      ['rm "$f"; mkdir "$f"; is_downloaded http://h/a "$f" 2>/dev/null', 2],
      ['rmdir "$f"; printf x >"$f"; is_downloaded http://h/a "$f"', 0],
      ['echo http://h/a >"$sw_state/downloads$f"; is_downloaded http://h/a "$f"', 1],
      [': >"$sw_state/downloads$f"; is_downloaded http://h/a "$f"', 1],
      ['rm "$sw_state/downloads$f"; is_downloaded http://h/a "$f"', 1],
    ],
    AT,
  );
});
