import { quote } from '../bash/quote.ts';

/** Folders that a command was told to use, by option. */
export interface Folders {
  readonly steps?: string;
  readonly out?: string;
}

const DEFAULTS: Folders = { steps: 'steps', out: 'dist-scripts' };

/** The options that make another command use the same folders; nothing for the ones that it takes anyway. */
function options(folders: Folders): string[] {
  return (['steps', 'out'] as const).flatMap((name) => {
    const folder = folders[name];
    return folder === undefined || folder === DEFAULTS[name] ? [] : [`--${name}`, quote(folder)];
  });
}

/** `npx stepwright WORDS` as it is typed to use `folders`, too. */
export function typed(folders: Folders, ...words: readonly string[]): string {
  return ['npx', 'stepwright', ...words, ...options(folders)].join(' ');
}
