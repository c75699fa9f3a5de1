import { inspect, isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { carried, file, parameter, path, text, url } from '../../src/index.ts';
import { parameterSchema } from '../../src/model/parameter.ts';
import { stepSchema } from '../../src/model/step.ts';

const dir = parameter.path('dir', { default: '/srv', help: 'a folder' });
const count = parameter.integer('count', { default: 5, help: 'how many' });
const how = parameter.choice('how', { default: 'a', help: 'how', choices: ['a', 'b'] });
const site = parameter.url('site', { default: 'https://example.org', help: 'where' });
const name = carried.text('some-name', 'a name');

const VALUES: readonly (readonly [string, object])[] = [
  ['parameter dir', dir],
  ['parameter count', count],
  ['parameter how', how],
  ['carried value some-name', name],
  ['what has parameter dir in it', path(dir, 'x')],
  ['what has parameter site in it', url(site, 'x')],
  ['what has carried value some-name in it', text`a ${name}`],
  ['what is no plain text', path('/srv', 'x')],
];

describe.each(VALUES)('%s', (what, value) => {
  test.each<(found: never) => string>([
    (found) => `/srv/${found}`,
    (found) => '/srv/' + found,
    (found) => String(found),
    (found) => [found, 'x'].join('/'),
  ])('is never made "[object Object]": %s', (make) => {
    expect(() => make(value as never)).toThrow(
      `${what} stands in plain text, where it has no value yet: write text\`…\` or path(…), or give it in \`values\` of the step`,
    );
  });

  test('is compared, copied, printed and parsed as data', () => {
    const plain: unknown = JSON.parse(JSON.stringify(value));
    expect(value).toStrictEqual(plain);
    expect(isDeepStrictEqual(value, plain)).toBe(true);
    expect(structuredClone(value)).toStrictEqual(plain);
    expect({ ...value }).toStrictEqual(plain);
    expect(Object.entries(value)).toStrictEqual(Object.entries(plain as object));
    expect(inspect(value)).toBe(inspect(plain));
    expect(() => expect(value).toEqual({ another: value })).toThrow(/to deeply equal/);
    const step = file.line({ id: 'a', why: 'b', path: '/etc/x', line: value as never });
    expect(stepSchema.parse(step)).toMatchObject({ line: plain });
  });
});

test('a parameter is parsed as one', () => {
  expect(parameterSchema.parse(how)).toEqual(how);
});
