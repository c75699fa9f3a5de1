import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { UserError } from './ui.ts';

/** Answers of git that are told apart from its refusals. */
type Answer =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

/** Runs git without a shell, and without what the user's settings would add to its answers. */
function git(folder: string, ...words: readonly string[]): Answer {
  try {
    const text = execFileSync('git', ['--no-pager', '--literal-pathspecs', ...words], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' },
    });
    return { ok: true, text };
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === 'ENOENT') {
      throw new UserError(
        'git is not installed\n  install it, or compare two folders: stepwright diff OLD_DIR NEW_DIR',
      );
    }
    return { ok: false, why: (stderr ?? '').trim() };
  }
}

/** The folder of the working tree that `folder` is in. @throws UserError when it is in none. */
function topOf(folder: string): string {
  const top = git(folder, 'rev-parse', '--show-toplevel');
  if (top.ok) return top.text.replace(/\n$/, '');
  throw new UserError(
    `${folder}: ${top.why.split('\n')[0] ?? 'git knows nothing of it'}\n  run this in a git repository, or compare two folders: stepwright diff OLD_DIR NEW_DIR`,
  );
}

/** The commit that `revision` names; none when it names none. */
function commitOf(folder: string, revision: string): string | undefined {
  // No revision begins with a dash; git would take such a word for an option.
  if (revision === '' || revision.startsWith('-')) return undefined;
  const found = git(folder, 'rev-parse', '--verify', '--quiet', `${revision}^{commit}`);
  return found.ok ? found.text.trim() : undefined;
}

/** Whether `name` is a revision of the repository that this runs in, where there is one. */
export function isRevision(name: string): boolean {
  try {
    return commitOf(process.cwd(), name) !== undefined;
  } catch {
    // There is no git: then nothing is one.
    return false;
  }
}

const MAIN = ['origin/main', 'main', 'origin/master', 'master'];

/** A commit, and how a reader knows it. */
export interface Base {
  readonly commit: string;
  readonly name: string;
}

/** The commit where the current branch left the main one. */
function mergeBase(folder: string): Base {
  if (commitOf(folder, 'HEAD') === undefined) {
    throw new UserError('there is no commit yet to compare with\n  commit the scripts first');
  }
  const main = MAIN.find((name) => commitOf(folder, name) !== undefined);
  if (main === undefined) {
    throw new UserError(
      `there is no branch ${MAIN.join(', ')} to compare with\n  name a revision: stepwright diff REVISION`,
    );
  }
  const base = git(folder, 'merge-base', 'HEAD', main);
  if (!base.ok) {
    throw new UserError(
      `the current branch has no commit in common with ${main}\n  fetch its history (git fetch --unshallow), or name a revision: stepwright diff REVISION`,
    );
  }
  const commit = base.text.trim();
  return { commit, name: `${commit.slice(0, 12)} (the merge base with ${main})` };
}

/**
 * The commit that `revision` names, else the merge base with the main branch.
 * @throws UserError when git is not installed, there is no repository, or it names no commit.
 */
export function baseOf(revision: string | undefined): Base {
  topOf(process.cwd());
  if (revision === undefined) return mergeBase(process.cwd());
  const commit = commitOf(process.cwd(), revision);
  if (commit !== undefined) return { commit, name: revision };
  throw new UserError(
    `${JSON.stringify(revision)}: git knows no such revision\n  see: git log --oneline; two folders are compared with stepwright diff OLD_DIR NEW_DIR`,
  );
}

/** `path` with its links followed, as far as it is there. */
function real(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  return dirname(path) === path ? path : join(real(dirname(path)), basename(path));
}

/**
 * The files below `folder` at `commit`, by their paths below it, those that `wanted` takes.
 * @throws UserError when `folder` lies outside of the repository.
 */
export function filesAt(
  { commit }: Base,
  folder: string,
  wanted: (path: string) => boolean,
): Map<string, string> {
  const top = topOf(process.cwd());
  const path = relative(realpathSync(top), real(resolve(folder)));
  if (path === '..' || path.startsWith(`..${sep}`)) {
    throw new UserError(
      `${folder}: it is outside of the repository ${top}\n  name a folder in it with --out`,
    );
  }
  const prefix = path === '' ? '' : `${path}/`;
  const listed = git(
    top,
    'ls-tree',
    '-r',
    '-z',
    '--name-only',
    commit,
    '--',
    path === '' ? '.' : path,
  );
  const names = listed.ok ? listed.text.split('\0').filter((name) => name !== '') : [];
  const files = new Map<string, string>();
  for (const name of names.filter((each) => wanted(each.slice(prefix.length)))) {
    const shown = git(top, 'cat-file', 'blob', `${commit}:${name}`);
    if (!shown.ok) throw new UserError(`${name}: git cannot show it: ${shown.why}`);
    files.set(name.slice(prefix.length), shown.text);
  }
  return files;
}
