import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Option, type Command } from 'commander';
import { createJiti } from 'jiti';
import type { HostModel } from '../../simulate/define.ts';
import { MATRICES, proveAll, PROOFS, type ProofName } from '../../simulate/proofs/prove.ts';
import { buildOne } from '../build.ts';
import { chooseSteps, shown, type StepFile } from '../load.ts';
import { didYouMean, EXIT, print, UserError } from '../ui.ts';

interface Options {
  readonly steps: string;
  readonly state?: readonly string[];
  readonly killEverywhere?: true;
  readonly prove?: readonly ProofName[];
  readonly everything?: true;
  readonly width: string;
}

const NAMES = [...Object.keys(PROOFS), ...Object.keys(MATRICES)] as ProofName[];
/** What is tried when nothing is asked for: seconds, not minutes. */
const QUICK: readonly ProofName[] = [
  'second-run',
  'promises',
  'refusals',
  'two-at-once',
  'read-only',
];

/** The model beside a procedure: `host.ts` in its folder, or `NAME.host.ts` beside its file. */
export function modelFile({ path }: StepFile): string {
  const folder = dirname(path);
  const single = basename(path).replace(/\.(ts|mts|js|mjs)$/, '');
  const file = single === 'index' ? join(folder, 'host.ts') : join(folder, `${single}.host.ts`);
  if (existsSync(file)) return file;
  throw new UserError(
    `${shown(file)}: there is no such file\n  it says which servers the procedure is tried on: export default defineHost({ … })`,
  );
}

function entry(path: string): string {
  return fileURLToPath(new URL(`../../${path}${import.meta.url.slice(-3)}`, import.meta.url));
}

export async function loadModel(file: string): Promise<HostModel> {
  const alias = { 'stepwright/simulate': entry('simulate/index'), stepwright: entry('index') };
  const loader = createJiti(import.meta.url, { alias });
  const { default: model } = (await loader.import(resolve(file))) as { default?: HostModel };
  if (model?.states !== undefined) return model;
  throw new UserError(
    `${shown(file)}: its default export is no model\n  write \`export default defineHost({ … })\``,
  );
}

/** Namespaces can be had: as root, or as a user with a range of ids of their own. */
export function demandNamespaces(): void {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user', '--map-auto'];
  const probe = spawnSync('unshare', [...user, '--mount', '--pid', '--fork', 'true'], {
    encoding: 'utf8',
  });
  if (process.platform === 'linux' && probe.status === 0) return;
  const said = probe.error?.message ?? probe.stderr.trim();
  throw new UserError(
    `the simulated host needs Linux, and namespaces of its own: ${said === '' ? process.platform : said}\n` +
      '  run it as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, and a line for you in /etc/subuid)',
  );
}

export function chooseStates(model: HostModel, wanted: readonly string[] | undefined): string[] {
  const known = Object.keys(model.states);
  const unknown = (wanted ?? []).filter((name) => !known.includes(name));
  if (unknown.length === 0) return [...(wanted ?? known)];
  const told = unknown.map(
    (name) => `no start state ${JSON.stringify(name)}${didYouMean(name, known)}`,
  );
  throw new UserError(`${told.join('\n')}\n  there are: ${known.join(', ')}`);
}

function chooseProofs({ everything, killEverywhere, prove }: Options): ProofName[] {
  if (everything === true) return NAMES;
  const chosen = new Set<ProofName>([
    ...(prove ?? QUICK),
    ...(killEverywhere === true ? (['kills', 'power'] as const) : []),
  ]);
  return [...chosen];
}

async function simulate(name: string, options: Options): Promise<void> {
  demandNamespaces();
  const [source] = chooseSteps(options.steps, [name]);
  if (source === undefined) throw new UserError(`no procedure ${JSON.stringify(name)}`);
  const model = await loadModel(modelFile(source));
  const states = chooseStates(model, options.state);
  const { procedure, scripts } = await buildOne(source);
  for (const state of states) print(`${state}: ${model.states[state]?.title ?? ''}`);
  const report = await proveAll(
    { id: procedure.id, scripts, model },
    {
      states,
      proofs: chooseProofs(options),
      // On each of many servers, everything would take hours: those that are not asked for by name
      // are brought to their end, and run again.
      matricesOn: options.state ?? states.slice(0, 1),
      width: Number(options.width),
      tell: (text) => print(`\n${text}`),
    },
  );
  print(report.line());
  // Hosts leave nothing behind but their server, which would keep the process.
  process.exitCode = report.findings.length === 0 ? EXIT.done : EXIT.differs;
}

/** `stepwright simulate PROCEDURE`: runs it on simulated hosts. */
export function register(program: Command): void {
  program
    .command('simulate')
    .description('run a procedure on simulated servers: twice, and cut off wherever you say')
    .argument('<procedure>', 'its name, or its file')
    .option('--steps <dir>', 'the folder of procedures', 'steps')
    .option('--state <name...>', 'the servers to try it on; all of its model without')
    .option('--kill-everywhere', 'also: killed, and the power lost, at every point, then run again')
    .addOption(new Option('--prove <name...>', 'what to prove instead').choices(NAMES))
    .option(
      '--everything',
      'prove all there is to prove on the first server, or on those named; takes minutes',
    )
    .option('--width <count>', 'how many runs at a time', '4')
    .action(simulate);
}
