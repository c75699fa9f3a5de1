#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { EXIT, tellError } from './ui.ts';

const COMMANDS = [
  'compile',
  'list',
  'show',
  'check',
  'diff',
  'docs',
  'embed',
  'simulate',
  'doctor',
  'new',
];

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The whole command line. Only the command that is asked for is loaded. */
async function program(wanted: string | undefined): Promise<Command> {
  const made = new Command('stepwright')
    .description('Compiles upgrade procedures, written as typed steps, into bash scripts.')
    .version(version())
    .showSuggestionAfterError()
    .exitOverride();
  const asked = COMMANDS.filter((name) => name === wanted);
  for (const name of asked.length > 0 ? asked : COMMANDS) {
    const { register } = (await import(`./commands/${name}${import.meta.url.slice(-3)}`)) as {
      register: (program: Command) => void;
    };
    register(made);
  }
  for (const command of made.commands) command.exitOverride();
  return made;
}

// Whoever reads the output has seen enough of it: `stepwright show walt-4-to-5 | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.done);
});

try {
  const made = await program(process.argv[2]);
  await made.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.wrong;
  } else {
    process.exitCode = tellError(error);
  }
}
