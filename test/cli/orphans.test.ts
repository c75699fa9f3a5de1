import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stepwrightIn, type Ended } from '../support/command-line.ts';

function stepFile(id: string): string {
  return `import { procedure, service } from 'stepwright';
export default procedure({
  id: '${id}', title: 'T', summary: 'S.',
  from: { release: 'bookworm', name: 'Debian 12' }, to: { release: 'bookworm', name: 'Debian 12' },
  steps: [service.started({ id: 'started', why: 'it is needed', unit: 'nginx' })],
});
`;
}

describe('the files of a procedure that is gone', () => {
  let folder: string;
  const run = (...words: string[]): Ended => stepwrightIn(folder, words);
  const out = (name: string): string => join(folder, 'dist-scripts', name);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stepwright-orphans-'));
    mkdirSync(join(folder, 'steps'));
    for (const id of ['one', 'two']) {
      writeFileSync(join(folder, 'steps', `${id}.ts`), stepFile(id));
    }
    run('compile', '--no-lint');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('are removed with the pages about it', () => {
    run('docs', 'two');
    run('docs', 'two', '--html');
    expect(existsSync(out('two/index.html'))).toBe(true);
    rmSync(join(folder, 'steps/two.ts'));
    const { stderr } = run('compile', '--no-lint', '--prune');
    expect(stderr).toContain('dist-scripts/two/index.html: removed');
    expect(existsSync(out('two'))).toBe(false);
  });

  test('leave pages where they are that somebody else wrote', () => {
    writeFileSync(out('two/README.md'), '# Mine\n');
    writeFileSync(out('two/index.html'), '<p>mine</p>\n');
    mkdirSync(out('two/more.sh'));
    rmSync(join(folder, 'steps/two.ts'));
    const { stderr } = run('compile', '--no-lint', '--prune');
    expect(stderr).toContain('dist-scripts/two/upgrade.sh: removed');
    expect(stderr).not.toMatch(/README|index|more/);
    expect(existsSync(out('two/README.md'))).toBe(true);
    expect(existsSync(out('two/index.html'))).toBe(true);
    expect(existsSync(out('two/manifest.json'))).toBe(false);
    expect(run('compile', '--no-lint', '--check').status).toBe(0);
  });

  test('--check says what mends which', () => {
    rmSync(join(folder, 'steps/two.ts'));
    const alone = run('compile', '--no-lint', '--check');
    expect(alone.status).toBe(1);
    expect(alone.stderr).toContain(
      '3 files are of no procedure; `npx stepwright compile --prune` removes them\n',
    );
    expect(alone.stderr).not.toContain('out of date');
    writeFileSync(out('one/upgrade.sh'), '');
    const both = run('compile', '--no-lint', '--check').stderr;
    expect(both).toContain('1 file is out of date; `npx stepwright compile` writes it\n');
    expect(both).toContain('3 files are of no procedure');
  });
});
