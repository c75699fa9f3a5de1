import { command, comment } from '../../bash/build.ts';
import type { Command, Node, Word } from '../../bash/nodes.ts';
import { spelled } from '../../model/spelling.ts';
import { text, type PathValue, type UrlValue } from '../../model/value.ts';
import { call, valueWord, would } from '../lowered.ts';
import type { Lowering } from '../lowering.ts';

/** The command that fetches by hand. */
export function curl(url: UrlValue, output: PathValue | string): Command {
  return call('curl', '-fsSL', '--output', output, '--url', url);
}

/** How to compare the digest of a file by hand; nothing where none is asked for. */
export function digestByHand(file: PathValue | string, sha256: string | undefined): Node[] {
  if (sha256 === undefined) return [];
  return [comment(`It must print ${sha256}:`), call('sha256sum', '--', file)];
}

/** `words` without the empty ones at their end, which say no more than a missing argument. */
export function trimmed(...words: readonly (Word | string)[]): (Word | string)[] {
  const last = words.findLastIndex((word) => word !== '');
  return words.slice(0, last + 1);
}

/** Files from elsewhere. */
export const download: Lowering<'download.file'> = {
  'download.file': ({ url, path, sha256, mode }) => {
    const words = trimmed(valueWord(url), valueWord(path), sha256 ?? '', mode ?? '');
    const chmod = mode === undefined ? [] : [command('chmod', mode, '--', valueWord(path))];
    return {
      title: text`${path} is downloaded`,
      sentence: text`Downloads ${url} to ${path}.`,
      check: [command('is_downloaded', ...words)],
      apply: [command('download_file', ...words)],
      plan: [
        would(curl(url, path)),
        ...(sha256 === undefined ? [] : [command('would_say', `its SHA-256 must be ${sha256}`)]),
        ...chmod.map(would),
      ],
      manual: [curl(url, path), ...digestByHand(path, sha256), ...chmod],
      owns: [`file ${spelled(path)}`],
      programs: ['curl'],
    };
  },
};
