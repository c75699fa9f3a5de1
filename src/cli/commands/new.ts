import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { kebab } from '../../model/parameter.ts';
import { writeTogether } from '../files.ts';
import { typed } from '../typed.ts';
import { print, UserError } from '../ui.ts';

function scaffold(name: string): string {
  return `import { parameter, procedure, reboot, service, shell } from 'stepwright';

const unit = parameter.identifier('service', {
  default: 'nginx',
  help: 'the service that is stopped for the upgrade',
});

export default procedure({
  id: '${name}',
  title: '${name}',
  summary: 'Say here for whom this procedure is, and what it does.',
  from: { release: 'bookworm', name: 'Debian 12' },
  to: { release: 'bookworm', name: 'Debian 12' },
  parameters: [unit],
  steps: [
    service.stopped({
      id: 'service-stopped',
      why: 'nothing may change while it runs',
      unit,
    }),
    shell({
      id: 'motd-tells',
      title: 'the message of the day tells of the upgrade',
      why: 'whoever logs in meanwhile should know',
      check: 'grep -qxF "being upgraded" /etc/motd',
      apply: 'echo "being upgraded" >>/etc/motd',
    }),
    reboot({
      id: 'rebooted',
      why: 'the new kernel is only used after it',
      release: 'bookworm',
      releaseName: 'Debian 12',
    }),
    service.started({
      id: 'service-started',
      why: 'the upgrade is over',
      unit,
    }),
  ],
});
`;
}

function create(name: string, { steps }: { steps: string }): void {
  const parsed = kebab.safeParse(name);
  if (!parsed.success) {
    throw new UserError(
      `new: the name ${parsed.error.issues[0]?.message ?? 'is not valid'}, got ${JSON.stringify(name)}\n  write something like nginx-upgrade`,
    );
  }
  const path = join(steps, name, 'index.ts');
  if (existsSync(path) || existsSync(join(steps, `${name}.ts`))) {
    throw new UserError(`${path}: it is there already\n  choose another name, or change that file`);
  }
  writeTogether([{ path, text: scaffold(name), executable: false }]);
  print(`${path}: written. Change it, then: ${typed({ steps }, 'compile', name)}`);
  print(
    'To try it on simulated servers, write a host.ts beside it: see "stepwright simulate" in README.md.',
  );
}

/** `stepwright new`: a procedure to begin with. */
export function register(program: Command): void {
  program
    .command('new')
    .description('make a procedure to begin with, which compiles')
    .argument('<name>', 'lower-case words joined by hyphens')
    .option('--steps <dir>', 'the folder of procedures', 'steps')
    .action(create);
}
