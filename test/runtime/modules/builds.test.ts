import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers } from '../../support/modules.ts';

const RUN = `sw_folder="\${sw_state%/*}/the scripts"; mkdir -p "$sw_folder"; cd "$sw_folder"
sw_scripts=(one.sh two.sh three.sh)
`;

test('the scripts that come next are known again', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['sw_keep_digests; [[ ! -e $sw_state/scripts ]]', 0, ''],
      [
        'for f in one two three; do echo "$f" >"$f.sh"; done; sw_keep_digests; cut -d " " -f 2- "$sw_state/scripts"',
        0,
        ' ./one.sh\n ./two.sh\n ./three.sh\n',
      ],
      ['cp -p "$sw_state/scripts" old; sw_keep_digests; cmp old "$sw_state/scripts"', 0, ''],
      [
        'sw_part=3; sw_keep_digests; cut -d " " -f 3 "$sw_state/scripts"',
        0,
        './one.sh\n./two.sh\n./three.sh\n',
      ],
      ...[2, 3].map(
        (part) =>
          [
            `sw_part=${part}; sw_script=\${sw_scripts[sw_part - 1]}; sw_compare_digest`,
            0,
            '',
          ] as const,
      ),
      ['sw_compare_digest', 0, ''],
      [
        'sw_part=2 sw_script=two.sh; echo other >two.sh; sw_compare_digest',
        0,
        'note: this two.sh is of another build than one.sh, which ran here before\n',
      ],
      ['sw_part=2 sw_script=two.sh; rm two.sh; sw_compare_digest', 0, ''],
      ['sw_part=3 sw_script=three.sh; : >"$sw_state/scripts"; sw_compare_digest', 0, ''],
      ['sw_part=3 sw_script=three.sh; echo cut >"$sw_state/scripts"; sw_compare_digest', 0, ''],
      [
        'echo new >three.sh; touch -d tomorrow three.sh; sha256sum() { return 1; }; sw_keep_digests || echo "no $?"; cat "$sw_state/scripts"',
        0,
        expect.stringMatching(/^no 1\n/),
      ],
    ],
    { before: RUN },
  );
});
