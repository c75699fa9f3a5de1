import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A fence of the tutorial: what it is of, and the file that it is written to. */
const FENCES = /(?:<!-- write (\S+) -->\n\n)?```(console|ts)\n([\s\S]*?)```/g;

/** The tutorial in `readme`, from its heading to the next. */
export function tutorialOf(readme: string): string {
  const from = readme.indexOf('## Ten minutes');
  return readme.slice(from, readme.indexOf('\n## ', from));
}

/** The commands of a block, without what they printed. */
function commandsOf(block: string): string[] {
  return [...block.matchAll(/^\$ (.*)$/gm)].map(([, command = '']) => command);
}

/**
 * Does in `folder`, whose HOME is `home`, what `tutorial` says; PACKAGE is `tarball`. Returns the
 * tutorial with what the commands print today.
 */
export function follow(tutorial: string, folder: string, home: string, tarball: string): string {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    ...(process.env['npm_config_registry'] === undefined
      ? {}
      : { npm_config_registry: process.env['npm_config_registry'] }),
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@example.org',
  };
  return tutorial.replace(FENCES, (all, path: string | undefined, kind: string, text: string) => {
    if (kind === 'ts') {
      if (path === undefined) throw new Error(`this text is not written to any file:\n${text}`);
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
      return all;
    }
    const told = commandsOf(text).map((command) => {
      const real = command.replace('PACKAGE', tarball);
      const { status, stdout, stderr } = spawnSync('bash', ['-c', real], {
        cwd: folder,
        env,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`${command}: ${status}\n${stdout}${stderr}`);
      return `$ ${command}\n${stdout}`;
    });
    return `\`\`\`console\n${told.join('')}\`\`\``;
  });
}
