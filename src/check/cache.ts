import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forgetUnused, noteUse } from './keeping.ts';

/** Remembers answers by what they were the answer to. */
export interface Cache {
  /** The answer that `keep` was given for `question`, if `isAnswer` accepts what is there. */
  recall<A>(question: readonly string[], isAnswer: (value: unknown) => value is A): A | undefined;
  /** Remembers an answer. One that cannot be kept is no failure: it is found again next time. */
  keep(question: readonly string[], answer: unknown): void;
}

/** Remembers nothing. */
export const NO_CACHE: Cache = { recall: () => undefined, keep: () => undefined };

/** Names of answers, and of those that were being written when a process ended. */
const ANSWER = /\.json(\.part-\d+)?$/;

function nameOf(question: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of question) hash.update(`${part.length}\n`).update(part);
  return `${hash.digest('hex')}.json`;
}

function keepIn(folder: string, name: string, answer: unknown): void {
  const part = join(folder, `${name}.part-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(part, JSON.stringify(answer));
    renameSync(part, join(folder, name));
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/**
 * A cache in files of `folder`, each written whole; one that is damaged counts as not there, and one
 * that was not asked for in 90 days is removed.
 */
export function fileCache(folder: string): Cache {
  return {
    recall(question, isAnswer) {
      try {
        const file = join(folder, nameOf(question));
        const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
        if (!isAnswer(value)) return undefined;
        noteUse(file);
        return value;
      } catch {
        return undefined;
      }
    },
    keep(question, answer) {
      try {
        keepIn(folder, nameOf(question), answer);
        forgetUnused(folder, ANSWER);
      } catch {
        // A disk that is full, or a folder that is not ours: the next one finds it out again.
      }
    },
  };
}
