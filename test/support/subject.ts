import { expect } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import type { HostModel } from '../../src/simulate/define.ts';
import type { Subject } from '../../src/simulate/proofs/subject.ts';

/** A procedure from `file`, compiled, with the servers that it is tried on. */
export async function subjectOf(file: string, input: unknown, model: HostModel): Promise<Subject> {
  const { procedure, scripts } = await compile(file, input);
  return { id: procedure.id, scripts, model };
}

/** The same with scripts that are wrong: the first `from` of each is `to`, in one of them at least. */
export function spoilt(subject: Subject, from: string | RegExp, to: string): Subject {
  const scripts = subject.scripts.map(({ name, text }) => ({
    name,
    text: text.replace(from, () => to),
  }));
  expect(scripts).not.toEqual(subject.scripts);
  return { ...subject, scripts };
}
