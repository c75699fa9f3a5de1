import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { download, file, parameter } from '../../src/dsl/index.ts';
import type { StepInput } from '../../src/model/step.ts';
import { stepOn, temporaryHost } from '../support/kinds.ts';

const path = parameter.path('target', { default: '/etc/x', help: 'a file' });
const about = { id: 'x', why: 'to see', path };
const BEFORE = 'deb stretch\nINTERFACES=eth0\n';

/** Each kind that changes a file, and what the file holds afterwards; undefined: it is gone. */
const KINDS: readonly [StepInput, string | undefined][] = [
  [file.content({ ...about, lines: ['new'], mode: '0600' }), 'new\n'],
  [file.line({ ...about, line: 'b', replaces: 'INTERFACES' }), 'deb stretch\nb\n'],
  [file.replaced({ ...about, from: 'stretch', to: 'buster' }), 'deb buster\nINTERFACES=eth0\n'],
  [file.absent(about), undefined],
  [download.file({ ...about, url: 'https://example.org/x' }), 'new\n'],
];

function contentOf(target: string): string | undefined {
  try {
    return readFileSync(target, 'utf8');
  } catch {
    return undefined;
  }
}

/** Killed at every fifth of its commands: all of them would take too long. */
const STRIDE = 5;

test.each(KINDS)('$kind, killed at any point, loses nothing and ends the same', (step, after) => {
  let killed = true;
  for (let count = 1; killed; count += STRIDE) {
    const host = temporaryHost();
    host.stub('curl', 'while [[ $1 != --output ]]; do shift; done; echo new >"$2"');
    const target = host.write('etc/x', BEFORE, 0o640);
    const on = stepOn(host, step, { target });
    killed = on.applyKilledAt(count);
    expect([BEFORE, after]).toContain(contentOf(target));
    if (on.check().status !== 0) expect(on.apply()).toMatchObject({ status: 0 });
    expect(on.check().status).toBe(0);
    expect(contentOf(target)).toBe(after);
    const kept = step.kind === 'file.absent' ? 'removed' : 'originals';
    expect(host.read(`state/${kept}${target}`)).toBe(BEFORE);
    const left = Object.keys(host.snapshot()).filter((name) => name.startsWith('etc/'));
    expect(left).toEqual(after === undefined ? [] : ['etc/x']);
  }
});
