import type { Command, CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import {
  archiveOf,
  dockerAnswers,
  fieldsOf,
  fillTemplate,
  hasLabel,
  imagesIn,
  store,
  visible,
  withTag,
} from '../containers/images.ts';
import { dockerVersion } from '../containers/driver.ts';
import { parseOptions, type Complaints, type OptionTable } from '../options.ts';
import type { Image } from '../state.ts';
import { pathOf } from './pg-dump.ts';

const SILENT =
  'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';

const COMPLAINTS: Complaints = {
  unknown: (option) =>
    new Refusal(
      125,
      option.startsWith('--')
        ? `unknown flag: ${option}`
        : `unknown shorthand flag: '${option.slice(1)}' in ${option}`,
    ),
  missing: (option) => new Refusal(125, `flag needs an argument: ${option}`),
};

function demandDaemon(call: CommandCall): void {
  if (!dockerAnswers(call.host)) throw new Refusal(1, SILENT);
}

function findImage(call: CommandCall, name: string): Image | undefined {
  return visible(call.host.state.docker).find(
    (image) => image.name === withTag(name) || image.id.startsWith(name),
  );
}

function demandImage(call: CommandCall, name: string): Image {
  const image = findImage(call, name);
  if (image === undefined) throw new Refusal(1, `Error: No such image: ${name}`);
  return image;
}

function fill(template: string, values: Readonly<Record<string, string>>): string {
  const filled = fillTemplate(template, values);
  if (filled === undefined)
    throw new Refusal(64, `template parsing error: the simulated docker does not know ${template}`);
  return filled;
}

/** `docker info` ends with 0 even when the daemon does not answer (before 23.0), and says nothing then. */
function info(call: CommandCall, args: readonly string[]): number {
  const parsed = parseOptions(args, { '-f --format': 'value' }, COMPLAINTS);
  const template = parsed.value('format');
  if (!dockerAnswers(call.host)) {
    call.err(`ERROR: ${SILENT}\n`);
    if (template !== undefined) call.out('\n');
    return 0;
  }
  const { driver } = call.host.state.docker;
  const values = {
    Driver: driver,
    ServerVersion: dockerVersion(call.host) ?? '',
    Images: String(visible(call.host.state.docker).length),
    DockerRootDir: '/var/lib/docker',
  };
  call.out(
    template === undefined
      ? `Server:\n Storage Driver: ${driver}\n`
      : `${fill(template, values)}\n`,
  );
  return 0;
}

const LIST_OPTIONS: OptionTable = {
  '-a --all': 'flag',
  '-f --filter': 'value',
  '--format': 'value',
  '-q --quiet': 'flag',
  '--no-trunc': 'flag',
  '--digests': 'flag',
};

function list(call: CommandCall, args: readonly string[]): number {
  const parsed = parseOptions(args, LIST_OPTIONS, COMPLAINTS);
  demandDaemon(call);
  const filters = parsed.values('filter').map((text) => {
    const [, kind = '', value = ''] = /^(\w+)=(.*)$/s.exec(text) ?? [];
    if (kind !== 'label' && kind !== 'reference') throw new Refusal(1, `Invalid filter '${kind}'`);
    return { kind, value };
  });
  const [wanted] = parsed.operands;
  const template = parsed.has('quiet')
    ? '{{.ID}}'
    : (parsed.value('format') ?? '{{.Repository}} {{.Tag}} {{.ID}} {{.Size}}');
  for (const image of visible(call.host.state.docker)) {
    if (wanted !== undefined && image.name !== withTag(wanted)) continue;
    if (
      filters.some(({ kind, value }) =>
        kind === 'label' ? !hasLabel(image, value) : image.name !== withTag(value),
      )
    )
      continue;
    const fields = fieldsOf(image);
    if (parsed.has('no-trunc')) fields['ID'] = fields['Id'] ?? '';
    call.out(`${fill(template, fields)}\n`);
  }
  return 0;
}

function inspect(call: CommandCall, args: readonly string[]): number {
  const parsed = parseOptions(
    args,
    { '-f --format': 'value', '-s --size': 'flag', '--type': 'value' },
    COMPLAINTS,
  );
  demandDaemon(call);
  let missing = 0;
  for (const name of parsed.operands) {
    const image = findImage(call, name);
    if (image === undefined) {
      call.err(`Error: No such image: ${name}\n`);
      missing = 1;
    } else call.out(`${fill(parsed.value('format') ?? '{{.Id}}', fieldsOf(image))}\n`);
  }
  return missing;
}

/** `docker save`: an interrupted one leaves `.docker_temp_…` beside the file, and not the file. */
async function save(call: CommandCall, args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args, { '-o --output': 'value' }, COMPLAINTS);
  demandDaemon(call);
  const images = parsed.operands.map((name) => demandImage(call, name));
  const output = parsed.value('output');
  if (output === undefined)
    throw new Refusal(1, 'the simulated docker saves to a file (--output) alone');
  await call.change();
  const archive = archiveOf(images);
  const path = pathOf(call, output);
  const part = path.replace(/[^/]*$/, '.docker_temp_1234');
  call.host.files.writeLoosely(part, archive.subarray(0, archive.length >> 1), 0o600);
  await call.midway('half of the archive written');
  call.host.files.writeLoosely(path, archive, 0o600);
  call.host.files.remove(part);
  return 0;
}

async function load(call: CommandCall, args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args, { '-i --input': 'value', '-q --quiet': 'flag' }, COMPLAINTS);
  demandDaemon(call);
  const input = parsed.value('input');
  const bytes = input === undefined ? undefined : call.host.files.bytes(pathOf(call, input));
  if (bytes === undefined) throw new Refusal(1, `open ${input ?? '-'}: no such file or directory`);
  await call.change();
  try {
    for (const image of imagesIn(bytes, call.host.state.docker.driver)) {
      store(call.host.state.docker, image);
      call.out(`Loaded image: ${image.name}\n`);
    }
  } catch (error) {
    if (error instanceof Error && /EOF|manifest/.test(error.message))
      throw new Refusal(1, error.message);
    throw error;
  }
  return 0;
}

async function removeImages(call: CommandCall, args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args, { '-f --force': 'flag', '--no-prune': 'flag' }, COMPLAINTS);
  demandDaemon(call);
  const images = new Set(parsed.operands.map((name) => demandImage(call, name)));
  await call.change();
  const { docker: kept } = call.host.state;
  kept.images = kept.images.filter((image) => !images.has(image));
  return 0;
}

function containers(call: CommandCall, args: readonly string[]): number {
  const parsed = parseOptions(
    args,
    {
      '-a --all': 'flag',
      '-q --quiet': 'flag',
      '-f --filter': 'value',
      '--format': 'value',
      '--no-trunc': 'flag',
    },
    COMPLAINTS,
  );
  demandDaemon(call);
  for (const { name, image, running } of call.host.state.docker.containers) {
    if (!running && !parsed.has('all')) continue;
    call.out(
      `${fill(parsed.has('quiet') ? '{{.ID}}' : (parsed.value('format') ?? '{{.Names}} {{.Image}}'), { ID: name, Names: name, Image: image })}\n`,
    );
  }
  return 0;
}

function version(call: CommandCall, args: readonly string[]): number {
  const parsed = parseOptions(args, { '-f --format': 'value' }, COMPLAINTS);
  const template = parsed.value('format');
  const answers = dockerAnswers(call.host);
  call.out(
    template === undefined
      ? 'Client:\n Version: 20.10.24\n'
      : `${fill(template, { 'Client.Version': '20.10.24', 'Server.Version': answers ? '20.10.24' : '' })}\n`,
  );
  if (!answers) throw new Refusal(1, SILENT);
  return 0;
}

const GROUPS = new Set(['image', 'container', 'system']);

/** `docker system df`: what all images take together. */
function diskUse(call: CommandCall, args: readonly string[]): number {
  const template = parseOptions(args, { '--format': 'value' }, COMPLAINTS).value('format');
  demandDaemon(call);
  const sizes = new Map(
    visible(call.host.state.docker).map(({ id, megabytes }) => [id, megabytes] as const),
  );
  const megabytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  call.out(
    `${fill(template ?? '{{.Type}} {{.Size}}', { Type: 'Images', Size: `${megabytes}MB` })}\n`,
  );
  return 0;
}

/** docker(1), `docker image ls` as well as `docker images`. */
export const docker: Command = async (call) => {
  const words = [...call.args];
  const group = GROUPS.has(words[0] ?? '') ? words.shift() : undefined;
  const verb = words.shift() ?? '';
  const name = group === undefined ? verb : `${group} ${verb}`;
  switch (name) {
    case 'info':
      return info(call, words);
    case 'version':
      return version(call, words);
    case 'images':
    case 'image ls':
    case 'image list':
      return list(call, words);
    case 'image inspect':
    case 'inspect':
      return inspect(call, words);
    case 'save':
    case 'image save':
      return save(call, words);
    case 'load':
    case 'image load':
      return load(call, words);
    case 'rmi':
    case 'image rm':
      return removeImages(call, words);
    case 'system df':
      return diskUse(call, words);
    case 'ps':
    case 'container ls':
      return containers(call, words);
    case '--version':
      call.out('Docker version 20.10.24, build 297e128\n');
      return 0;
    default:
      throw new Refusal(1, `docker: '${name}' is not a docker command.\nSee 'docker --help'`);
  }
};
