import { describe, expect, test } from 'vitest';
import { carried, learn, reboot, shell } from '../../src/dsl/index.ts';
import { runtimeOn, temporaryHost } from '../support/kinds.ts';
import { canMount, ownRelease, scriptsOf, serverOf, STATE } from '../support/runtime.ts';

const { release, name } = ownRelease();
const list = carried.lines('images', 'the images');
const ODD = ['a b', '', '-x', '$(touch /run/pwned)', `it's "x"`, '*', '\\', ' é 😀 '];

describe.runIf(canMount)('what one part learns, the next one knows', async () => {
  const shown = (id: string) =>
    shell({
      id,
      title: id,
      why: 'it is tried',
      values: { list },
      check: `[[ -e /run/${id} ]]`,
      apply: `printf '%s\\0' "$\{#list[@]}" "\${list[@]}" >/run/${id}`,
    });
  const scripts = await scriptsOf({
    steps: [
      learn({ id: 'known', title: 'x', why: 'x', into: list, from: 'cat /run/list' }),
      shown('here'),
      reboot({ id: 'rebooted', why: 'x', release, releaseName: name }),
      shown('there'),
    ],
  });

  test.each([
    ['many', ODD],
    ['one', ['a']],
    ['none', []],
  ])('a list of %s', (_, items) => {
    const server = serverOf(scripts);
    server.write('run/list', items.map((item) => `${item}\n`).join(''));
    expect(server.run()).toMatchObject({ status: 10 });
    server.reboot();
    expect(server.run(undefined, { script: 'post-reboot.sh' })).toMatchObject({ status: 0 });
    const expected = [`${items.length}`, ...items, ''].join('\0');
    expect(server.read('run/here')).toBe(expected);
    expect(server.read('run/there')).toBe(expected);
    expect(server.has('run/pwned')).toBe(false);
  });

  test('a value that is not one of its type is not kept', () => {
    const server = serverOf(scripts);
    server.write('run/list', 'a\n\u001b[31mred\n');
    const { status, stderr } = server.run();
    expect(status).toBe(1);
    expect(stderr).toContain('carried value images: an item must be one line of text, got $');
    expect(server.has(`${STATE}/carried/images`)).toBe(false);
  });
});

test.each([
  ['integer', '7', true],
  ['integer', '07', false],
  ['path', '/a b', true],
  ['path', 'a', false],
  ['identifier', '', false],
  ['text', '', true],
])('a carried %s may be %j: %s', (type, value, right) => {
  const host = temporaryHost();
  const body = `carried it ${type}; (carry it '${value}'); is_carried it && echo yes`;
  expect(runtimeOn(host, body).output.endsWith('yes\n')).toBe(right);
});
