import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';

const MAXIMUM_LINKS = 40;

/**
 * The files of a host as its programs see them: a path is looked up in the host's root, and so are
 * the links on its way. Errors are Node's own, with their `code`.
 */
export class HostFiles {
  readonly #root: () => string;
  readonly #synced: (path: string) => void;

  /**
   * `root`: where the host's root is at the time, since a run may see it through its own mounts.
   * `synced` is told each path that was written or removed for certain, as a program does that
   * syncs what it writes.
   */
  constructor(root: () => string, synced: (path: string) => void) {
    this.#root = root;
    this.#synced = synced;
  }

  /** The path on this machine; a last component that is a link is followed unless told not to. */
  locate(path: string, follow = true): string {
    const root = this.#root();
    let done = '';
    const rest = normalize(path).split('/').filter(Boolean);
    let links = 0;
    while (rest.length > 0) {
      const next = `${done}/${rest.shift() ?? ''}`;
      const target = follow || rest.length > 0 ? this.#linkAt(root + next) : undefined;
      if (target === undefined) {
        done = next;
        continue;
      }
      if (++links > MAXIMUM_LINKS)
        throw Object.assign(new Error(`ELOOP: ${path}`), { code: 'ELOOP' });
      const whole = normalize(isAbsolute(target) ? target : join(done, target));
      rest.unshift(...whole.split('/').filter(Boolean));
      done = '';
    }
    return root + done;
  }

  /** `path` with every link on its way followed: the name that the file goes by in the host. */
  inHost(path: string): string {
    return this.locate(path).slice(this.#root().length);
  }

  #linkAt(full: string): string | undefined {
    try {
      // An error costs more than all the rest, and most of what is asked for is not there.
      const stat = lstatSync(full, { throwIfNoEntry: false });
      return stat?.isSymbolicLink() === true ? readlinkSync(full) : undefined;
    } catch {
      return undefined;
    }
  }

  exists(path: string): boolean {
    // A command leads to what is mounted while the host runs.
    if (this.#linkAt(this.locate(path, false))?.startsWith('/.model/') === true) return true;
    return existsSync(this.locate(path));
  }

  stat(path: string): Stats | undefined {
    return statSync(this.locate(path), { throwIfNoEntry: false });
  }

  isFolder(path: string): boolean {
    return this.stat(path)?.isDirectory() ?? false;
  }

  /** The text of a file; nothing when there is no such file. */
  text(path: string): string | undefined {
    const full = this.locate(path);
    return statSync(full, { throwIfNoEntry: false })?.isFile() === true
      ? readFileSync(full, 'utf8')
      : undefined;
  }

  /** The bytes of a file; nothing when there is no such file. */
  bytes(path: string): Buffer | undefined {
    const full = this.locate(path);
    return statSync(full, { throwIfNoEntry: false })?.isFile() === true
      ? readFileSync(full)
      : undefined;
  }

  /** The names in a folder, sorted; none when there is no such folder. */
  names(path: string): string[] {
    const full = this.locate(path);
    const isFolder = statSync(full, { throwIfNoEntry: false })?.isDirectory() ?? false;
    return isFolder ? readdirSync(full).toSorted() : [];
  }

  /** Writes a file, and the folders on its way as the package manager would make them. */
  write(path: string, text: string | Buffer, mode = 0o644): void {
    this.writeLoosely(path, text, mode);
    this.#synced(path);
  }

  /** The same as dpkg does it: beside the file first, so that a disk that is full leaves the old one. */
  replace(path: string, text: string): void {
    const part = `${path}.dpkg-new`;
    const mode = this.stat(path)?.mode;
    this.writeLoosely(part, text, mode === undefined ? 0o644 : mode & 0o7777);
    renameSync(this.locate(part, false), this.locate(path));
    this.#synced(path);
  }

  /** The same as `write` by a program that leaves it to the system when the file reaches the disk. */
  writeLoosely(path: string, text: string | Buffer, mode = 0o644): void {
    this.makeFolder(dirname(path));
    const full = this.locate(path);
    const fresh = !existsSync(full);
    writeFileSync(full, text);
    if (fresh) chmodSync(full, mode);
  }

  append(path: string, text: string): void {
    this.makeFolder(dirname(path));
    appendFileSync(this.locate(path), text);
    this.#synced(path);
  }

  makeFolder(path: string): void {
    const full = this.locate(path);
    if (existsSync(full)) return;
    mkdirSync(full, { recursive: true });
    this.#synced(path);
  }

  /** Makes or replaces a link. */
  link(path: string, target: string): void {
    this.makeFolder(dirname(path));
    const full = this.locate(path, false);
    rmSync(full, { force: true });
    symlinkSync(target, full);
    this.#synced(path);
  }

  /** Removes a file, a link or a whole folder; what is not there is no failure. */
  remove(path: string): void {
    rmSync(this.locate(path, false), { force: true, recursive: true });
    this.#synced(path);
  }

  /** Whether there is a link at `path` itself. */
  isLink(path: string): boolean {
    return this.targetOf(path) !== undefined;
  }

  /** What the link at `path` itself says; nothing where there is none. */
  targetOf(path: string): string | undefined {
    return this.#linkAt(this.locate(path, false));
  }
}
