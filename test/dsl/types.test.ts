import { describe, expect, test } from 'vitest';
import {
  carried,
  file,
  parameter,
  path,
  pip,
  postgres,
  service,
  shell,
  text,
} from '../../src/index.ts';

const dir = parameter.path('dir', { default: '/srv', help: 'a folder' });
const version = parameter.version('version', { default: '5', help: 'a version' });
const lines = carried.lines('lines', 'some lines');

/** Each line below an expectation has to be an error to the type checker (`npm run types`). */
describe('types catch what types can', () => {
  test('wrong option names, a missing reason, values of another type', () => {
    const made = [
      // @ts-expect-error: there is no option `units`
      service.stopped({ id: 'a', why: 'b', units: 'nginx' }),
      // @ts-expect-error: `why` is missing
      service.stopped({ id: 'a', unit: 'nginx' }),
      // @ts-expect-error: a path is no version
      pip.installed({ id: 'a', why: 'b', packages: [{ name: 'x', version: dir }] }),
      // @ts-expect-error: a version is no path
      postgres.dump({ id: 'a', why: 'b', database: 'x', to: version }),
      // @ts-expect-error: `once` is true, or not there
      shell({ id: 'a', title: 't', why: 'b', apply: 'true', once: false }),
      // @ts-expect-error: a number is no path
      path(5, 'x'),
      // @ts-expect-error: a default is text
      parameter.version('x', { default: 5, help: 'h' }),
      // @ts-expect-error: a list of lines is no text
      file.line({ id: 'a', why: 'b', path: dir, line: lines }),
      // @ts-expect-error: a list of lines is no part of a text
      text`the lines ${lines}`,
    ];
    expect(made).toHaveLength(9);
  });

  test('what is right is no error', () => {
    const step = postgres.dump({ id: 'a', why: 'b', database: 'x', to: path(dir, 'x.dump') });
    expect(step.kind).toBe('postgres.dump');
  });
});
