import { describe, expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { parameter, requires } from '../../src/index.ts';
import { small } from '../support/procedures.ts';

const names = parameter.identifiers('names', { default: 'a b', help: 'some names' });
const dir = parameter.path('dir', { default: '/srv', help: 'a folder' });

describe('a requirement of the procedure itself', () => {
  test('gets its values as a shell step does: a list as an array, and nothing twice', async () => {
    const holds = requires.holds({
      check: '[[ -d "$dir" && "${#list[@]}" -gt 0 ]]',
      values: { list: names, dir },
      refusal: 'the folder is missing',
      remedy: 'make it',
    });
    const { scripts } = await compile(
      'steps/small/index.ts',
      small({ parameters: [names, dir], requires: [holds] }),
    );
    expect(scripts[0]?.text).toContain(`requirement_1__holds() (
  list=("\${names_list[@]}")
  [[ -d "$dir" && "\${#list[@]}" -gt 0 ]]
)
`);
  });

  test('says what its check has found', async () => {
    const holds = requires.holds({
      check: 'echo x; false',
      refusal: 'NAMES are missing',
      remedy: 'make them',
      found: 'NAMES',
      always: true,
    });
    const { scripts } = await compile('steps/small/index.ts', small({ requires: [holds] }));
    expect(scripts[0]?.text).toContain(
      "require_true requirement_1__holds 'NAMES are missing' 'make them' always found=NAMES\n",
    );
  });

  test.each([
    ['NAMES', 'must be a word of `refusal` or `remedy`'],
    ['names', 'must be a word in capitals'],
  ])('cannot put what it has found anywhere: %s', async (found, told) => {
    const holds = requires.holds({ check: 'true', refusal: 'names', remedy: 'b', found });
    const made = compile('steps/small/index.ts', small({ requires: [holds] }));
    await expect(made).rejects.toThrow(told);
  });
});
