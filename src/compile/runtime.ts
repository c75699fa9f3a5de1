import { readFileSync } from 'node:fs';

/** A module of the runtime: a `.sh` file. */
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

/** Modules that a script has when something in it calls one of their functions. */
const OPTIONAL = [
  'resume',
  'service',
  'file',
  'text',
  'download',
  'system',
  'packages',
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
  'upgrade',
  'install',
  'obsolete',
  'postgres',
  'dump',
  'cluster',
  'contents',
  'copying',
  'proving',
  'successor',
  'pip',
  'images',
  'inventory',
  'archives',
  'program',
];

const FOLDER = new URL('../../src/runtime/', import.meta.url);

function readModule(name: string): RuntimeModule | undefined {
  let text: string;
  try {
    text = readFileSync(new URL(`${name}.sh`, FOLDER), 'utf8');
  } catch {
    return undefined;
  }
  const defines = [...text.matchAll(/^([a-z_][a-z0-9_]*)\(\) [{(]/gm)].map(([, found]) => found!);
  return { name, text, defines };
}

let modules: readonly RuntimeModule[] | undefined;

/** Every module of the runtime, in the order in which scripts have them. */
export function runtimeModules(): readonly RuntimeModule[] {
  modules ??= [...FIRST, ...OPTIONAL, ...CORE].flatMap((name) => readModule(name) ?? []);
  return modules;
}

function words(text: string): Set<string> {
  return new Set(text.match(/[a-z_][a-z0-9_]*/g));
}

/** The modules that a script with the functions in `text` needs, in order. */
export function modulesFor(text: string): RuntimeModule[] {
  const all = runtimeModules();
  const core = new Set([...FIRST, ...CORE]);
  const chosen = new Set(all.filter(({ name }) => core.has(name)));
  const pending = [text, ...[...chosen].map((module) => module.text)];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const used = words(next);
    for (const module of all) {
      if (chosen.has(module) || !module.defines.some((name) => used.has(name))) continue;
      chosen.add(module);
      pending.push(module.text);
    }
  }
  return all.filter((module) => chosen.has(module));
}
