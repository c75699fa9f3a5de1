import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers, expectApplied, stops } from '../../support/modules.ts';

const ABOUT = `declare -A about=([database]='my db' [query]='select 1' [pending]='select 2' [prefix]=p/ [remedy]='Wait for it.')
rows=()
`;

test('what a database names are images, with their tags', () => {
  expectAnswers(temporaryHost(), [
    [
      "sw_take_rows $'a\\n\\nh:5/b\\nc@sha256:1\\nd:7\\n'; printf '[%s]' \"${rows[@]}\"",
      0,
      '[a:latest][h:5/b:latest][c@sha256:1][d:7]',
    ],
    ['sw_take_rows \'\'; echo "${#rows[@]}"', 0, '0\n'],
  ]);
});

test('it is asked, and can only be read', () => {
  const host = temporaryHost();
  host.stub('psql', 'printf "<%s>" "$PGOPTIONS" "${@: -3}"');
  expectAnswers(
    host,
    [
      [
        "sw_ask_database 'select 1'",
        0,
        '<-c default_transaction_read_only=on><my db><--command><select 1>',
      ],
      ['sw_ask_pending', 0, expect.stringContaining('<select 2>')],
      ["about[pending]=''; sw_ask_pending", 0, ''],
    ],
    { before: ABOUT },
  );
});

test('an image that is not whole, or is nowhere, stops the step', () => {
  const host = temporaryHost();
  host.stub(
    'psql',
    '[[ ${!#} != "$(<"$host/fails")" ]] || exit 2; [[ ${!#} != "select 2" ]] || exec cat "$host/pending"; echo a',
  );
  host.stub('docker', 'cat "$host/images"');
  host.write('fails', '');
  host.write('pending', '');
  host.write('images', 'a:latest\n');
  const set = 'set_file() { printf "%b" "$2" >"${sw_state%/*}/$1"; }\n';
  expectApplied(
    host,
    [
      ['sw_expected_images; echo "${rows[*]}"', 0, 'a:latest\n'],
      stops(
        "set_file pending 'b\\nc\\n'; sw_expected_images",
        'database my db has container images that are not whole yet:\n  b\n  c\nWait for it.\n',
      ),
      stops(
        "set_file pending ''; set_file images ''; sw_expected_images",
        'database my db names 1 container images that neither docker nor podman has:\n  a:latest\n',
      ),
      stops(
        "set_file fails 'select 2'; sw_expected_images",
        "database my db could not be asked which container images are not whole\nTry it: psql 'my db' -c 'select 2'\n",
      ),
      stops(
        "set_file fails 'select 1'; sw_expected_images",
        "database my db could not be asked for its container images\nTry it: psql 'my db' -c 'select 1'\n",
      ),
    ],
    { before: ABOUT + set },
  );
});
