import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stepwrightIn } from '../support/command-line.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The example that follows the remark of that name. */
function exampleOf(name: string): string {
  return new RegExp(`<!-- ${name} -->\\s*\`\`\`ts\\n(.*?)\`\`\``, 's').exec(README)?.[1] ?? '';
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stepwright-readme-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("README's host.ts simulates the procedure that `new` makes", { timeout: 1_500_000 }, () => {
  const folder = newFolder();
  expect(stepwrightIn(folder, ['new', 'nginx-upgrade']).status).toBe(0);
  writeFileSync(join(folder, 'steps/nginx-upgrade/host.ts'), exampleOf('simulate example'));
  const { status, stdout, stderr } = stepwrightIn(folder, ['simulate', 'nginx-upgrade']);
  expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
  expect(stdout).toMatch(/start states 3, second runs 4, .*: 0 lost, 0 diverged$/m);
});

const SHOP_STEPS = `import { procedure, shell } from 'stepwright';
export default procedure({
  id: 'shop',
  title: 'The shop',
  summary: 'For a server with a shop.',
  from: { release: 'bookworm', name: 'Debian 12' },
  to: { release: 'bookworm', name: 'Debian 12' },
  steps: [
    shell({
      id: 'orders-migrated',
      title: 'orders are in the new format',
      why: 'the old one is not read any more',
      check: '! compgen -G "/srv/shop/*.old" >/dev/null',
      apply: 'run shopctl migrate',
    }),
  ],
});
`;

const SHOP_HOST = `
import { defineHost, installServer, powerOn, preinstall } from 'stepwright/simulate';
export default defineHost({
  world,
  states: {
    shop: {
      title: 'a shop with two orders',
      make: (known) => {
        const host = installServer(known, 'bookworm');
        preinstall(host, [shop]);
        for (const name of ['1.old', '2.old']) host.files.write('/srv/shop/' + name, 'old format');
        return powerOn(host);
      },
    },
  },
  target: ({ files }) =>
    files.names('/srv/shop').join(' ') === '1.new 2.new' ? [] : ['there are old orders'],
});
`;

test("README's own command is killed amid its changes", { timeout: 1_500_000 }, () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'steps/shop'), { recursive: true });
  writeFileSync(join(folder, 'steps/shop/index.ts'), SHOP_STEPS);
  writeFileSync(
    join(folder, 'steps/shop/host.ts'),
    exampleOf('simulate command example') + SHOP_HOST,
  );
  const proofs = ['--prove', 'second-run', 'kills'];
  const { status, stdout, stderr } = stepwrightIn(folder, ['simulate', 'shop', ...proofs]);
  expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
  expect(stdout).toMatch(/start states 1, second runs 1, points \d+: 0 lost, 0 diverged$/m);
});
