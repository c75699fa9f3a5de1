import { createTwoFilesPatch } from 'diff';

const COLOURS: Readonly<Record<string, string>> = {
  '+': '\u001b[32m',
  '-': '\u001b[31m',
  '@': '\u001b[36m',
};

/** The difference between two texts of the file at `path`, as a unified diff. */
export function diffOf(path: string, before: string, after: string, colour: boolean): string {
  const patch = createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, '', '', {
    context: 3,
  }).replace(/^=+\n/, '');
  if (!colour) return patch;
  return patch.replace(
    /^([+@-]).*$/gm,
    (line, first: string) => `${COLOURS[first]}${line}\u001b[0m`,
  );
}
