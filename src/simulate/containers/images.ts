import type { Host } from '../host.ts';
import type { Image, ImageStore } from '../state.ts';
import { makeTar, readTar } from './tar.ts';

/** `name` with a tag. */
export function withTag(name: string): string {
  return /[:@][^/]*$/.test(name) ? name : `${name}:latest`;
}

/** `docker.io/` is how podman names what docker names without a registry. */
export function qualified(name: string): string {
  const tagged = withTag(name);
  const [first = ''] = tagged.split('/');
  const hasRegistry = tagged.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  return hasRegistry ? tagged : `docker.io/${tagged.includes('/') ? '' : 'library/'}${tagged}`;
}

/** The images of a store that its present driver can see. */
export function visible({ images, driver }: ImageStore): Image[] {
  return images.filter((image) => image.driver === driver);
}

/** An image as a real archive of `docker save`, with what the model needs to load it again. */
export function archiveOf(images: readonly Image[]): Buffer {
  const manifest = images.map(({ name, id }) => ({
    Config: `${id}.json`,
    RepoTags: [name],
    Layers: [`${id}/layer.tar`],
  }));
  const files: Record<string, string> = {};
  for (const image of images) {
    files[`${image.id}.json`] = JSON.stringify({
      id: image.id,
      labels: image.labels,
      megabytes: image.megabytes,
    });
    files[`${image.id}/layer.tar`] = `layer of ${image.name}\n`;
  }
  files['manifest.json'] = JSON.stringify(manifest);
  return makeTar(files);
}

/** The images in such an archive. @throws Error when it is none, or was cut short. */
export function imagesIn(archive: Buffer, driver: string): Image[] {
  const files = readTar(archive);
  const manifest = JSON.parse(files['manifest.json'] ?? 'null') as
    { Config: string; RepoTags: string[] }[] | null;
  if (manifest === null) throw new Error('no manifest.json in it');
  return manifest.flatMap(({ Config, RepoTags }) => {
    const { id, labels, megabytes } = JSON.parse(files[Config] ?? '{}') as Pick<
      Image,
      'id' | 'labels' | 'megabytes'
    >;
    return RepoTags.map((name) => ({ name, id, labels, megabytes, driver }));
  });
}

/** Puts an image into a store, in the place of one that has its name. */
export function store(into: ImageStore, image: Image): void {
  into.images = into.images.filter(
    ({ name, driver }) => name !== image.name || driver !== image.driver,
  );
  into.images.push(image);
}

/** Go templates as scripts give them to `--format`: `{{.Repository}}:{{.Tag}}`. */
export function fillTemplate(
  template: string,
  values: Readonly<Record<string, string>>,
): string | undefined {
  let unknown = false;
  const filled = template.replace(/\{\{\s*(?:json\s+)?\.([\w.]*)\s*\}\}/g, (_, field: string) => {
    const value = values[field];
    unknown ||= value === undefined;
    return value ?? '';
  });
  return unknown || filled.includes('{{')
    ? undefined
    : filled.replace(/\\n/g, '\n').replace(/\\t/g, '\t');
}

/** What a template can ask of an image. */
export function fieldsOf(image: Image): Record<string, string> {
  const at = image.name.lastIndexOf(':');
  return {
    Repository: image.name.slice(0, at),
    Tag: image.name.slice(at + 1),
    ID: image.id.slice(0, 12),
    Id: `sha256:${image.id}`,
    Size: String(image.megabytes * 1_000_000),
    RepoTags: `[${image.name}]`,
  };
}

/** Whether the labels of an image satisfy `--filter label=…`. */
export function hasLabel(image: Image, wanted: string): boolean {
  const equals = wanted.indexOf('=');
  const key = equals < 0 ? wanted : wanted.slice(0, equals);
  const found = image.labels[key];
  return found !== undefined && (equals < 0 || found === wanted.slice(equals + 1));
}

/** Whether docker's daemon runs. */
export function dockerAnswers(host: Host): boolean {
  return host.state.units['docker.service']?.active === 'active';
}
