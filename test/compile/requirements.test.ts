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
});
