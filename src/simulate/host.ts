import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { theBase } from './root/base.ts';
import { absorb, syncTree, type Durable } from './root/durable.ts';
import { HostFiles } from './root/files.ts';
import { laySkeleton, writeBoot } from './root/layout.ts';
import { readTree, writeTree, type Reading, type Tree } from './root/tree.ts';
import { bootHost } from './boot.ts';
import type { LoggedCall } from './points.ts';
import type { HostState } from './state.ts';
import type { World } from './world.ts';

/** A host at a moment, from which any number of hosts can be made. */
export interface Snapshot {
  readonly tree: Tree;
  readonly durable: Durable;
  readonly state: HostState;
}

const MEMORY = '/dev/shm';

function newRoot(): string {
  return mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'stepwright-host-'));
}

/** A simulated host: files under a root of its own, and the state of what is not files. */
export class Host {
  readonly world: World;
  readonly root: string;
  readonly files: HostFiles;
  /** Every call of a modelled command, and of a real one that can change files. */
  readonly calls: LoggedCall[] = [];
  /** What a command would have waited for, when one would have waited for ever. */
  readonly hangs: string[] = [];
  state: HostState;
  /** Processes in the host that a model has ended and that are still to be killed. */
  readonly endedDaemons: number[] = [];
  /** A command has asked the machine to restart. */
  rebootAsked = false;
  #durable: Durable = { tree: new Map() };
  /** What reaches the disk is of interest in a host that others are made from. */
  #forgets = false;
  #reading: Reading | undefined;
  readonly #touched = new Set<string>();
  #view: string | undefined;
  /** By a file's inode here, the one that it goes by: that of the host that it was copied from. */
  readonly #inodes = new Map<number, number>();
  /** The same on a disk of its own, to which the files were copied when a run began. */
  readonly #inodesThere = new Map<number, number>();

  private constructor(world: World, state: HostState) {
    this.world = world;
    this.state = state;
    this.root = newRoot();
    this.files = new HostFiles(
      () => this.#view ?? this.root,
      (path) => this.#touched.add(path),
    );
    this.#lay();
  }

  /** A host in `state` with no files yet but those that every root has. */
  static create(world: World, state: HostState): Host {
    return new Host(world, structuredClone(state));
  }

  /** A host as `snapshot` has it. It keeps no account of what has reached the disk since. */
  static from(world: World, snapshot: Snapshot): Host {
    const host = new Host(world, structuredClone(snapshot.state));
    writeTree(host.root, snapshot.tree);
    host.#number(snapshot.tree);
    host.#durable = snapshot.durable;
    host.#forgets = true;
    return host;
  }

  /** Files that were written here go on by the inodes that they had where they come from. */
  #number(tree: Tree): void {
    this.#inodes.clear();
    const changed = new Map<string, number>();
    for (const [path, { type, inode }] of tree) {
      if (type !== 'file') continue;
      const stat = lstatSync(this.root + path);
      this.#inodes.set(stat.ino, inode);
      changed.set(path, stat.ctimeMs);
    }
    this.#reading = { tree, at: Date.now(), changed, folders: new Map() };
  }

  /** All its files as they are now. */
  readTree(): Tree {
    this.#reading = readTree(this.#view ?? this.root, this.#known(), this.#reading);
    return this.#reading.tree;
  }

  /** The inode by which a file is known, its number in a host that this one is a copy of. */
  inodeOf(path: string): number {
    const { ino } = statSync(this.files.locate(path));
    return this.#known().get(ino) ?? ino;
  }

  #known(): ReadonlyMap<number, number> {
    return this.#view === undefined ? this.#inodes : this.#inodesThere;
  }

  snapshot(): Snapshot {
    const tree = this.readTree();
    return { tree, durable: this.#settled(tree), state: structuredClone(this.state) };
  }

  #settled(tree: Tree): Durable {
    if (this.#touched.size > 0 && !this.#forgets)
      this.#durable = absorb(tree, this.#durable, this.#touched);
    this.#touched.clear();
    return this.#durable;
  }

  /** Everything, or what is at `paths`, is on the disk for certain. */
  sync(paths?: ReadonlySet<string>): void {
    if (this.#forgets) return;
    const tree = this.readTree();
    this.#durable = syncTree(tree, this.#settled(tree), paths);
  }

  /** Sees the files where `path` shows them, or no longer. For a run with mounts of its own. */
  viewAt(path: string | undefined): void {
    if (path !== undefined && this.#view === undefined) this.#numberThere(path);
    this.#view = path;
  }

  /** What a run begins with goes by the same numbers on its disk. */
  #numberThere(view: string): void {
    this.#inodesThere.clear();
    for (const [path, { type, inode }] of this.readTree()) {
      const stat = lstatSync(view + path, { throwIfNoEntry: false });
      if (type === 'file' && stat !== undefined) this.#inodesThere.set(stat.ino, inode);
    }
  }

  /** Takes the files of a run that had a disk of its own over into the root. */
  adopt(tree: Tree): void {
    for (const name of readdirSync(this.root)) rmSync(join(this.root, name), { recursive: true });
    this.#lay();
    writeTree(this.root, tree);
    this.#number(tree);
  }

  #lay(): void {
    laySkeleton(this.root, theBase());
    writeBoot(this.root, this.state.boot);
  }

  /** The machine starts anew, with the newest kernel it has or with `kernel`. */
  boot(kernel?: string): void {
    this.rebootAsked = false;
    bootHost(this, kernel);
    writeBoot(this.root, this.state.boot);
  }

  /** A daemon's process is there. */
  daemonStarted(id: string, pid: number): void {
    const daemon = this.state.daemons.find((known) => known.id === id);
    if (daemon !== undefined) daemon.pid = pid;
    this.world.daemonStarted?.(this, id, pid);
  }

  /** A daemon's process was ended by a signal; an older one of the same name does not count. */
  daemonStopped(id: string, pid: number): void {
    const { daemons } = this.state;
    const at = daemons.findIndex((known) => known.id === id && known.pid === pid);
    if (at < 0) return;
    daemons.splice(at, 1);
    this.world.daemonStopped?.(this, id);
  }

  /** A model starts a daemon: its process is made when the call that does so is answered. */
  startDaemon(id: string, folder: string): void {
    this.state.daemons.push({ id, folder, pid: 0 });
  }

  /** A model ends a daemon. */
  stopDaemon(id: string): void {
    const at = this.state.daemons.findIndex((known) => known.id === id);
    const [gone] = at < 0 ? [] : this.state.daemons.splice(at, 1);
    if (gone !== undefined && gone.pid !== 0) this.endedDaemons.push(gone.pid);
  }

  /** Removes its files. */
  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
