import { piecesOf } from '../compile/pieces.ts';
import { runtimeModules } from '../compile/runtime.ts';
import { SHIPPED, type Change, type ChangeKind, type Draft } from './change.ts';
import { readScript, type ReadScript } from './read.ts';
import { risksOf } from './risk.ts';
import { stepChanges } from './steps.ts';

/** The files of one procedure that are compared, by name: its scripts and its manifest. */
export type Files = ReadonlyMap<string, string>;

/** The order in which scripts are run. */
function rank(file: string): number {
  const number = /^post-reboot(?:-(\d+))?\.sh$/.exec(file);
  return number === null ? 0 : Number(number[1] ?? 1);
}

function scriptsOf(files: Files): ReadScript[] {
  return [...files]
    .filter(([name]) => name.endsWith('.sh'))
    .toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([name, text]) => readScript(name, text));
}

/** The items of `value`, where it is a list. */
function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** The value of `object` under `key`, where there is one. */
function under(object: unknown, key: string): unknown {
  return typeof object === 'object' && object !== null
    ? (object as Record<string, unknown>)[key]
    : undefined;
}

/** The kind of each step, as the manifest says; nothing where there is none that can be read. */
function kindsOf(files: Files): [string, string][] {
  let manifest: unknown;
  try {
    manifest = JSON.parse(files.get('manifest.json') ?? '{}');
  } catch {
    return [];
  }
  return items(under(manifest, 'parts'))
    .flatMap((part) => items(under(part, 'steps')))
    .map((step) => [String(under(step, 'id')), String(under(step, 'kind'))]);
}

function mapChanges(
  script: string,
  kinds: readonly [ChangeKind, ChangeKind, ChangeKind],
  old: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): Draft[] {
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((subject): Draft[] => {
    const [before, after] = [old.get(subject), now.get(subject)];
    if (before === after) return [];
    const kind = before === undefined ? kinds[0] : after === undefined ? kinds[1] : kinds[2];
    return [{ kind, script, subject, before: before ?? '', after: after ?? '' }];
  });
}

const PARAMETER = ['parameter added', 'parameter removed', 'parameter changed'] as const;
const RUNTIME = ['runtime changed', 'runtime changed', 'runtime changed'] as const;

let shipped: ReadonlySet<string> | undefined;

/** The pieces of every module, as this package has them: their texts. */
function shippedPieces(): ReadonlySet<string> {
  shipped ??= new Set(runtimeModules().flatMap((module) => textsIn(module.text)));
  return shipped;
}

function textsIn(module: string): string[] {
  return piecesOf(module).map(({ text }) => text);
}

/**
 * What is told of a module that a script did not have, or of which it had less: nothing to review
 * when all that is new is just as this package has it, and all that was there is still.
 */
function noted(draft: Draft): Draft {
  const [was, now] = [textsIn(draft.before), textsIn(draft.after)];
  const stayed = now.filter((text) => was.includes(text));
  const grown = now.length > was.length && stayed.join('\n') === was.join('\n');
  const ours = grown && now.every((text) => shippedPieces().has(text));
  return ours ? { ...draft, note: SHIPPED } : draft;
}

/** What is asked in another order is told without a risk: all of it is asked before anything is done. */
function preflightChanges(old: ReadScript, now: ReadScript): Draft[] {
  const [before, after] = [old.preflight.join('\n'), now.preflight.join('\n')];
  if (before === after) return [];
  const draft = { kind: 'preflight changed', script: now.file, subject: 'preflight' } as const;
  const [was, is] = [old, now].map(({ preflight }) => preflight.toSorted().join('\n'));
  const note = was === is ? { note: 'in another order' } : {};
  return [{ ...draft, before, after, ...note }];
}

/** What changed in one script outside of its steps. */
function scriptChanges(old: ReadScript, now: ReadScript): Draft[] {
  const script = now.file;
  const text = (kind: ChangeKind, subject: string, before: string, after: string): Draft[] =>
    before === after ? [] : [{ kind, script, subject, before, after }];
  return [
    ...text('header changed', 'header', old.header, now.header),
    ...mapChanges(script, PARAMETER, old.declarations, now.declarations),
    ...preflightChanges(old, now),
    ...text('main changed', 'main', old.main, now.main),
    ...text('frame changed', 'frame', old.frame, now.frame),
    ...mapChanges(script, RUNTIME, old.runtime, now.runtime).map(noted),
  ];
}

/** Names that the first script can have. */
const FIRST = new Set(['upgrade.sh', 'pre-reboot.sh']);

/** The old script that `file` has come from: that of its name, or the first of another count. */
function origin(file: string, old: readonly ReadScript[], now: readonly ReadScript[]): string {
  if (old.some((each) => each.file === file)) return file;
  const was = old.find((each) => FIRST.has(each.file))?.file ?? '';
  return FIRST.has(file) && !now.some((each) => each.file === was) ? was : file;
}

function scriptOnly(kind: ChangeKind, script: string, note?: string): Draft {
  const draft = { kind, script, subject: script, before: '', after: '' };
  return note === undefined ? draft : { ...draft, note };
}

/** Scripts whose text is another one, and of which nothing was said: it is the layout. */
function layoutChanges(old: Files, now: Files, drafts: readonly Draft[]): Draft[] {
  const told = new Set(
    drafts.flatMap(({ script, from }) => (from === undefined ? script : [script, from])),
  );
  return [...now].flatMap(([name, after]): Draft[] => {
    const before = old.get(name);
    if (!name.endsWith('.sh') || told.has(name)) return [];
    if (before === undefined || before === after) return [];
    return [{ kind: 'frame changed', script: name, subject: 'layout', before, after }];
  });
}

/**
 * What changed from the files `old` of a procedure to `now`, in terms of steps. Empty when, and
 * only when, the scripts are the same, byte for byte.
 */
export function compareFiles(old: Files, now: Files): Change[] {
  const [oldScripts, scripts] = [scriptsOf(old), scriptsOf(now)];
  const origins = new Map(scripts.map(({ file }) => [origin(file, oldScripts, scripts), file]));
  const oldRead = oldScripts.map((each) => ({
    ...each,
    file: origins.get(each.file) ?? each.file,
  }));
  const drafts = oldScripts
    .filter(({ file }) => !origins.has(file))
    .map(({ file }) => scriptOnly('script removed', file));
  for (const script of scripts) {
    const was = oldRead.findIndex(({ file }) => file === script.file);
    const read = oldRead[was];
    const name = oldScripts[was]?.file;
    if (read === undefined) drafts.push(scriptOnly('script added', script.file));
    else if (name !== script.file) {
      drafts.push(scriptOnly('script renamed', script.file, `it was ${name ?? ''}`));
    }
    const nothing = readScript(script.file, '');
    drafts.push(...scriptChanges(read ?? { ...nothing, ...framing(script) }, script));
  }
  const kinds = new Map([...kindsOf(old), ...kindsOf(now)]);
  drafts.push(...stepChanges({ old: oldRead, now: scripts }, kinds));
  drafts.push(...layoutChanges(old, now, drafts));
  return drafts.map((draft) => Object.assign(draft, { risks: risksOf(draft) }));
}

/** What of a new script says nothing of its own: it is what every script has. */
function framing({ header, main, frame, runtime }: ReadScript): Partial<ReadScript> {
  return { header, main, frame, runtime };
}
