import { readFileSync } from 'node:fs';
import { joined, namesIn, piecesOf, type Piece } from './pieces.ts';

/** A module of the runtime: a `.sh` file, or what a script has of it. */
export interface RuntimeModule {
  readonly name: string;
  readonly text: string;
  /** The functions that it defines. */
  readonly defines: readonly string[];
}

/** What other modules add to, and so stands above them. */
const FIRST = ['hooks'];

/** Modules that every script has, in the order in which they stand. */
const CORE = [
  'output',
  'rules',
  'parameters',
  'journal',
  'state',
  'lock',
  'options',
  'session',
  'preflight',
  'steps',
  'apply',
  'plan',
  'status',
  'report',
  'finish',
  'reboot',
  'builds',
  'perform',
];

/** Modules of which a script has what something in it calls or reads. */
const OPTIONAL = [
  'resume',
  'health',
  'service',
  'file',
  'room',
  'text',
  'download',
  'system',
  'packages',
  'requirements',
  'sources',
  'suites',
  'release',
  'foreign',
  'repository',
  'indexes',
  'timers',
  'apt',
  'fetched',
  'questions',
  'startable',
  'links',
  'upgrade',
  'install',
  'obsolete',
  'postgres',
  'dump',
  'cluster',
  'definitions',
  'contents',
  'copyable',
  'copying',
  'differences',
  'unfinished',
  'proving',
  'successor',
  'clusters',
  'dumps',
  'halves',
  'pip',
  'images',
  'expected',
  'inventory',
  'lost',
  'archives',
  'capacity',
  'program',
];

/**
 * Modules that a script has whole once it needs anything of them: the core, which the bash of any
 * step may call; those of which steps and requirements take one function today and another after an
 * edit of a line; and those whose functions set what the others read.
 */
export const WHOLE: ReadonlySet<string> = new Set([
  ...FIRST,
  ...CORE,
  'requirements',
  'service',
  'text',
  'sources',
  'apt',
]);

const FOLDER = new URL('../../src/runtime/', import.meta.url);

interface ReadModule extends RuntimeModule {
  readonly pieces: readonly Piece[];
}

function readModule(name: string): ReadModule {
  const whole = readFileSync(new URL(`${name}.sh`, FOLDER), 'utf8');
  return moduleOf(name, piecesOf(whole.replace(/^#!.*\n/, '').trim()));
}

function moduleOf(name: string, pieces: readonly Piece[]): ReadModule {
  const defines = pieces.flatMap((piece) => (piece.type === 'function' ? piece.defines : []));
  return { name, text: joined(pieces), defines, pieces };
}

let modules: readonly ReadModule[] | undefined;

function readModules(): readonly ReadModule[] {
  modules ??= [...FIRST, ...OPTIONAL, ...CORE].map(readModule);
  return modules;
}

/** Every module of the runtime, whole, in the order in which scripts have them. */
export function runtimeModules(): readonly RuntimeModule[] {
  return readModules();
}

let functions: ReadonlySet<string> | undefined;

/** The names of all functions of the runtime. */
export function runtimeFunctions(): ReadonlySet<string> {
  functions ??= new Set(readModules().flatMap(({ defines }) => defines));
  return functions;
}

/** A piece, and the module that it is of. */
type Placed = readonly [Piece, ReadModule];

function byName(): Map<string, Placed[]> {
  const found = new Map<string, Placed[]>();
  for (const module of readModules()) {
    for (const piece of module.pieces) {
      for (const name of piece.defines) {
        found.set(name, [...(found.get(name) ?? []), [piece, module]]);
      }
    }
  }
  return found;
}

let index: ReadonlyMap<string, readonly Placed[]> | undefined;

/** What comes along with a piece of a module: all that acts or speaks for the module. */
function companions({ name, pieces }: ReadModule, { type }: Piece): readonly Piece[] {
  if (WHOLE.has(name)) return pieces;
  return pieces.filter(
    (each) => each.type === 'remark' || (each.type === 'effect' && type === 'function'),
  );
}

/** The pieces that `text` calls and reads by name, and what comes along with them. */
function namedIn(text: string): readonly Piece[] {
  index ??= byName();
  const found = new Set<Piece>();
  const accompanied = new Set<string>();
  for (const name of namesIn(text)) {
    for (const [piece, module] of index.get(name) ?? []) {
      found.add(piece);
      const company = `${module.name} ${piece.type}`;
      if (accompanied.has(company)) continue;
      accompanied.add(company);
      for (const each of companions(module, piece)) found.add(each);
    }
  }
  return [...found];
}

const namedInPieces = new Map<Piece, readonly Piece[]>();

/** The same of a piece, which is read once. */
function namedInPiece(piece: Piece): readonly Piece[] {
  const found = namedInPieces.get(piece) ?? namedIn(piece.text);
  namedInPieces.set(piece, found);
  return found;
}

/** `kept` with `more`, and with all that these come to. */
function closed(kept: ReadonlySet<Piece>, more: readonly Piece[]): ReadonlySet<Piece> {
  const all = new Set(kept);
  const pending = [...more];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (all.has(next)) continue;
    all.add(next);
    pending.push(...namedInPiece(next));
  }
  return all;
}

let core: ReadonlySet<Piece> | undefined;

/** What every script has. */
function corePieces(): ReadonlySet<Piece> {
  core ??= closed(
    new Set(),
    readModules().flatMap(({ name, pieces }) =>
      FIRST.includes(name) || CORE.includes(name) ? pieces : [],
    ),
  );
  return core;
}

/**
 * The runtime of a script that has the functions in `text`: what that calls and reads by name, and
 * what this calls and reads in turn. Modules, and what they have, stand in the order of
 * `runtimeModules`, and those of the core are whole: few edits of a step change a line of it.
 */
export function runtimeFor(text: string): RuntimeModule[] {
  const kept = closed(corePieces(), namedIn(text));
  return readModules().flatMap((module) => {
    const own = module.pieces.filter((piece) => kept.has(piece));
    if (own.length === module.pieces.length) return [module];
    return own.length === 0 ? [] : [moduleOf(module.name, own)];
  });
}
