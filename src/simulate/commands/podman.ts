import type { Command, CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import {
  dockerAnswers,
  fieldsOf,
  fillTemplate,
  imagesIn,
  qualified,
  store,
  visible,
  withTag,
} from '../containers/images.ts';
import { satisfies } from '../debian/version.ts';
import { parseOptions, type Complaints } from '../options.ts';
import type { Image } from '../state.ts';
import { pathOf } from './pg-dump.ts';

const COMPLAINTS: Complaints = {
  unknown: (option) => new Refusal(125, `Error: unknown flag: ${option}`),
  missing: (option) => new Refusal(125, `Error: flag needs an argument: ${option}`),
};

/** podman knows a name in full, or without the registry that it has searched. */
function findImage(call: CommandCall, name: string): Image | undefined {
  const wanted = withTag(name);
  return call.host.state.podman.images.find(
    (image) =>
      image.name === wanted ||
      image.name === qualified(name) ||
      image.name === `localhost/${wanted}` ||
      image.id.startsWith(name),
  );
}

function exists(call: CommandCall, args: readonly string[]): number {
  const parsed = parseOptions(args, {}, COMPLAINTS);
  if (parsed.operands.length !== 1)
    throw new Refusal(125, 'Error: you may only check for the existence of one image at a time');
  return findImage(call, parsed.operands[0] ?? '') === undefined ? 1 : 0;
}

function list(call: CommandCall, args: readonly string[]): number {
  const parsed = parseOptions(
    args,
    {
      '-a --all': 'flag',
      '--format': 'value',
      '-q --quiet': 'flag',
      '-n --noheading': 'flag',
      '--no-trunc': 'flag',
      '-f --filter': 'value',
    },
    COMPLAINTS,
  );
  const template = parsed.has('quiet')
    ? '{{.ID}}'
    : (parsed.value('format') ?? '{{.Repository}} {{.Tag}} {{.ID}}');
  for (const image of call.host.state.podman.images) {
    const line = fillTemplate(template, fieldsOf(image));
    if (line === undefined)
      throw new Refusal(125, `Error: the simulated podman does not know ${template}`);
    call.out(`${line}\n`);
  }
  return 0;
}

/**
 * `podman pull docker-daemon:NAME` takes an image over from docker: it is there when all of it is.
 * @throws Refusal when docker does not answer or does not have it.
 */
export function pullFromDocker(call: CommandCall, name: string): void {
  const { docker, podman } = call.host.state;
  if (!dockerAnswers(call.host))
    throw new Refusal(
      125,
      'Error: Error loading image from docker engine: Cannot connect to the Docker daemon',
    );
  const found = visible(docker).find((image) => image.name === withTag(name));
  if (found === undefined)
    throw new Refusal(
      125,
      `Error: error pulling image "docker-daemon:${name}": No such image: ${name}`,
    );
  store(podman, { ...found, name: qualified(found.name), driver: podman.driver });
}

async function pull(call: CommandCall, args: readonly string[]): Promise<number> {
  const parsed = parseOptions(
    args,
    { '-q --quiet': 'flag', '--tls-verify': 'optional' },
    COMPLAINTS,
  );
  const [source = ''] = parsed.operands;
  await call.change();
  if (!source.startsWith('docker-daemon:'))
    throw new Refusal(125, `Error: unable to pull ${source}: no registry answers`);
  await call.midway('half of the layers copied');
  pullFromDocker(call, source.slice('docker-daemon:'.length));
  return 0;
}

/** podman 1.x and 2.x name what has no registry `localhost/…`, from 3.0 on `docker.io/…`. */
async function load(call: CommandCall, args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args, { '-i --input': 'value', '-q --quiet': 'flag' }, COMPLAINTS);
  const input = parsed.value('input') ?? '';
  const bytes = call.host.files.bytes(pathOf(call, input));
  if (bytes === undefined)
    throw new Refusal(125, `Error: stat ${input}: no such file or directory`);
  await call.change();
  const { podman } = call.host.state;
  try {
    for (const image of imagesIn(bytes, podman.driver)) {
      const hasRegistry = /^[^/]*[.:][^/]*\//.test(image.name);
      const old = satisfies(call.host.state.packages['podman']?.version ?? '0', 'lt', '3');
      const name = old && !hasRegistry ? `localhost/${image.name}` : qualified(image.name);
      store(podman, { ...image, name });
      call.out(`Loaded image(s): ${name}\n`);
    }
  } catch (error) {
    if (error instanceof Error && /EOF|manifest/.test(error.message))
      throw new Refusal(125, `Error: ${error.message}`);
    throw error;
  }
  return 0;
}

async function tag(call: CommandCall, args: readonly string[]): Promise<number> {
  const [from = '', ...names] = parseOptions(args, {}, COMPLAINTS).operands;
  const image = findImage(call, from);
  if (image === undefined)
    throw new Refusal(125, `Error: unable to find '${from}' in local storage`);
  await call.change();
  for (const name of names) store(call.host.state.podman, { ...image, name: withTag(name) });
  return 0;
}

async function removeImages(call: CommandCall, args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args, { '-f --force': 'flag', '-a --all': 'flag' }, COMPLAINTS);
  const images = new Set(parsed.operands.map((name) => findImage(call, name)));
  if (images.has(undefined)) throw new Refusal(1, 'Error: image not known');
  await call.change();
  const { podman } = call.host.state;
  podman.images = podman.images.filter((image) => !images.has(image));
  return 0;
}

/** podman(1). */
export const podman: Command = async (call) => {
  const words = [...call.args];
  const group = words[0] === 'image' ? words.shift() : undefined;
  const verb = words.shift() ?? '';
  const name = group === undefined ? verb : `${group} ${verb}`;
  switch (name) {
    case 'image exists':
      return exists(call, words);
    case 'images':
    case 'image ls':
    case 'image list':
      return list(call, words);
    case 'pull':
    case 'image pull':
      return pull(call, words);
    case 'load':
    case 'image load':
      return load(call, words);
    case 'tag':
    case 'image tag':
      return tag(call, words);
    case 'rmi':
    case 'image rm':
      return removeImages(call, words);
    case '--version':
    case 'version':
      call.out('podman version 1.6.4\n');
      return 0;
    case 'info':
      call.out(`graphDriverName: ${call.host.state.podman.driver}\n`);
      return 0;
    default:
      throw new Refusal(125, `Error: unrecognized command \`podman ${name}\``);
  }
};
