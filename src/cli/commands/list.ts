import type { Command } from 'commander';
import { takesText } from '../../compile/duration.ts';
import { buildAll } from '../build.ts';
import { chooseSteps } from '../choose.ts';
import { print } from '../ui.ts';

/** `stepwright list`: the procedures there are. */
export function register(program: Command): void {
  program
    .command('list')
    .description('list the procedures')
    .option('--steps <dir>', 'the folder of procedures', 'steps')
    .option('--json', 'for machines')
    .action(async ({ steps, json }: { steps: string; json?: true }) => {
      const built = await buildAll(await chooseSteps(steps, []));
      const rows = built.map(({ procedure, scripts, source }) => ({
        id: procedure.id,
        title: procedure.title,
        takes: procedure.takes,
        steps: procedure.steps.length,
        scripts: scripts.map(({ name }) => name),
        source: source.path,
      }));
      if (json === true) {
        print(JSON.stringify(rows, undefined, 2));
        return;
      }
      const width = Math.max(0, ...rows.map(({ id }) => id.length));
      for (const row of rows) {
        const facts = [
          `${row.steps} steps`,
          ...row.scripts,
          ...(row.takes === undefined ? [] : [takesText(row.takes)]),
        ];
        print(`${row.id.padEnd(width)}  ${row.title} (${facts.join(', ')})`);
      }
    });
}
