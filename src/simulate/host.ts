import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { theBase } from './root/base.ts';
import { absorb, losePower, syncTree, type Durable, type Loss } from './root/durable.ts';
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
  #durable: Durable = { tree: new Map() };
  #reading: Reading | undefined;
  readonly #touched = new Set<string>();
  #view: string | undefined;

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

  /** A host as `snapshot` has it. */
  static from(world: World, snapshot: Snapshot): Host {
    const host = new Host(world, structuredClone(snapshot.state));
    writeTree(host.root, snapshot.tree);
    // Other inodes now: what is certain is taken to be what is there, but for what was not.
    host.#durable = { tree: host.#renumber(snapshot) };
    return host;
  }

  #renumber({ tree, durable }: Snapshot): Tree {
    const now = this.readTree();
    const inodes = new Map<number, number>();
    for (const [path, entry] of tree) inodes.set(entry.inode, now.get(path)?.inode ?? 0);
    return new Map(
      [...durable.tree].map(([path, entry]) => [
        path,
        { ...entry, inode: inodes.get(entry.inode) ?? -entry.inode },
      ]),
    );
  }

  /** All its files as they are now. */
  readTree(): Tree {
    this.#reading = readTree(this.#view ?? this.root, this.#reading);
    return this.#reading.tree;
  }

  snapshot(): Snapshot {
    const tree = this.readTree();
    return { tree, durable: this.#settled(tree), state: structuredClone(this.state) };
  }

  #settled(tree: Tree): Durable {
    if (this.#touched.size > 0) this.#durable = absorb(tree, this.#durable, this.#touched);
    this.#touched.clear();
    return this.#durable;
  }

  /** Everything, or what is at `paths`, is on the disk for certain. */
  sync(paths?: ReadonlySet<string>): void {
    const tree = this.readTree();
    this.#durable = syncTree(tree, this.#settled(tree), paths);
  }

  /** This host after a loss of power and a start: another host. */
  static afterPowerLoss(world: World, snapshot: Snapshot, loss: Loss): Host {
    const tree = losePower(snapshot.tree, snapshot.durable, loss);
    const host = Host.from(world, { tree, durable: { tree }, state: snapshot.state });
    host.boot();
    return host;
  }

  /** Sees the files where `path` shows them, or no longer. For a run with mounts of its own. */
  viewAt(path: string | undefined): void {
    this.#view = path;
  }

  /** Takes the files of a run that had a disk of its own over into the root. */
  adopt(tree: Tree): void {
    for (const name of readdirSync(this.root)) rmSync(join(this.root, name), { recursive: true });
    this.#lay();
    writeTree(this.root, tree);
  }

  #lay(): void {
    laySkeleton(this.root, theBase());
    writeBoot(this.root, this.state.boot);
  }

  /** The machine starts anew, with the newest kernel it has or with `kernel`. */
  boot(kernel?: string): void {
    bootHost(this, kernel);
    writeBoot(this.root, this.state.boot);
  }

  /** Removes its files. */
  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
