import { and, command, comment, elements, forEach, variable, word } from '../../bash/build.ts';
import type { Node, Word } from '../../bash/nodes.ts';
import { spelled } from '../../model/spelling.ts';
import type { StepOf } from '../../model/step.ts';
import { text, type AnyValue, type LinesValue, type TextValue } from '../../model/value.ts';
import { call, valueWord, would } from '../lowered.ts';
import { learntBy } from '../judge-carried.ts';
import { variableName } from '../names.ts';
import type { Lowering } from '../lowering.ts';

type Inventoried = StepOf<'containers.inventoried'>;

const NAMES = '{{.Repository}}:{{.Tag}}';

const STORAGES = {
  docker: 'docker',
  podman: 'podman',
  'docker-or-podman': 'docker or podman',
} as const;

/** What it is that a list's images are to be in. */
export interface Presence {
  readonly images: LinesValue;
  readonly storage: keyof typeof STORAGES;
  readonly prefix: TextValue;
}

function listing({ label }: Inventoried) {
  const filter = label === undefined ? [] : ['--filter', word('label=', ...valueWord(label).parts)];
  return command('docker', 'image', 'ls', ...filter, '--format', NAMES);
}

function asking({ expected }: Inventoried) {
  if (expected === undefined) return [];
  const { database, query } = expected;
  return [call('psql', '--no-align', '--tuples-only', '--dbname', database, '--command', query)];
}

/** How the runtime is told what the inventory is of. */
function inventoryWords({ label, prefix, expected, room }: Inventoried): Word[] {
  const { pending } = expected ?? {};
  const told: readonly (readonly [string, AnyValue | undefined])[] = [
    ['label', label],
    ['prefix', prefix === '' ? undefined : prefix],
    ['database', expected?.database],
    ['query', expected?.query],
    ['named', expected?.into === undefined ? undefined : variableName(expected.into.name)],
    ['pending', pending?.query],
    ['remedy', pending?.remedy],
    ['save', room?.when],
    ['saved', room?.saved],
  ];
  return told.flatMap(([name, value]) =>
    value === undefined ? [] : [word(`${name}=`, ...valueWord(value).parts)],
  );
}

/** Whether every image of a list is where it is to be; 2 as long as the list is not known. */
export function arePresent({ images, storage, prefix }: Presence): [Node, Node] {
  return [
    command('list_is_known', variableName(images.name)),
    call('images_are_present', storage, prefix, images),
  ];
}

function eachImage(images: LinesValue, body: Node): Node {
  return forEach('image', [word(elements(variableName(images.name)))], [body]);
}

function lookingFor({ images, storage, prefix }: Presence): Node {
  const podmans: Word = word(...valueWord(prefix).parts, variable('image'));
  return eachImage(
    images,
    storage === 'podman'
      ? command('podman', 'image', 'exists', '--', podmans)
      : command('docker', 'image', 'inspect', '--', word(variable('image'))),
  );
}

/** Container images, which must not be lost when their storage is replaced. */
export const containers: Lowering<
  'containers.inventoried' | 'containers.driverRecorded' | 'containers.saved' | 'containers.present'
> = {
  'containers.inventoried': (step) => {
    const name = variableName(step.into.name);
    const words = [word(name), ...inventoryWords(step)];
    const lists = learntBy(step).map((value) => value.name);
    return {
      title: 'the names of the container images are known',
      sentence: 'Notes the name of every container image that has to outlast the upgrade.',
      check: [command('images_are_inventoried', ...words)],
      apply: [command('inventory_images', ...words)],
      plan: [
        would(listing(step)),
        ...asking(step).map(would),
        command('would_say', `note the names as the list ${name}`),
      ],
      manual: [listing(step), ...asking(step)],
      owns: lists.map((list) => `carried value ${list}`),
      programs: [],
    };
  },
  'containers.driverRecorded': (step) => {
    const name = variableName(step.into.name);
    const asked = command('docker', 'info', '--format', '{{.Driver}}');
    return {
      title: 'the storage driver of docker is known',
      sentence: 'Notes which storage driver docker keeps its images with.',
      check: [call('is_carried', name)],
      apply: [call('record_driver', name)],
      plan: [would(asked)],
      manual: [asked],
      owns: [`carried value ${step.into.name}`],
      programs: [],
    };
  },
  'containers.saved': ({ images, to }) => {
    const list = variableName(images.name);
    const all = word(...valueWord(to).parts, '/images.tar');
    return {
      title: text`every container image is saved in ${to}`,
      sentence: text`Saves every container image as a file in ${to}, one after another, each checked.`,
      check: [and(command('list_is_known', list), call('images_are_saved', to, images))],
      apply: [call('save_images', to, images)],
      plan: [call('would_save_images', to, images)],
      manual: [
        call('mkdir', '-p', '--', to),
        call('docker', 'save', '--output', all, '--', images),
      ],
      owns: [`saved images ${spelled(to)}`],
      programs: [],
    };
  },
  'containers.present': (step) => {
    const { images, storage, prefix, from = '', driver = '' } = step;
    const values = [storage, prefix, from, driver, images];
    const loads = storage === 'podman' ? 'podman' : 'docker';
    return {
      title: `every container image is in ${STORAGES[storage]}`,
      sentence:
        from === ''
          ? `Makes sure that ${STORAGES[storage]} has every container image.`
          : text`Makes sure that ${STORAGES[storage]} has every container image; what is missing is loaded from ${from}.`,
      check: [and(...arePresent(step))],
      apply: [
        ...(step.unit === undefined ? [] : [call('wake_docker', step.unit)]),
        call('load_images', ...values),
      ],
      plan: [call('would_load_images', ...values)],
      manual: [
        ...(step.unit === undefined ? [] : [call('systemctl', 'start', '--', step.unit)]),
        lookingFor(step),
        ...(from === ''
          ? []
          : [
              comment('Where one is missing:'),
              command(loads, 'load', '--input', word(...valueWord(from).parts, '/images.tar')),
            ]),
      ],
      owns: [],
      programs: step.unit === undefined ? [] : ['systemctl'],
    };
  },
};
