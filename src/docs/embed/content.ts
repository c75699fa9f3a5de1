import { listing, type Block } from '../blocks.ts';
import { partManual } from '../by-hand.ts';
import type { PartView, StepView, View } from '../describe.ts';
import { stepTable } from '../markdown-page.ts';
import { parameterTable } from '../sections.ts';
import type { Wanted } from './regions.ts';

/** Why there is nothing to embed. */
export interface Missing {
  readonly what: string;
  readonly mend: string;
}

/** Where content comes from. */
export interface Library {
  /** The procedures that are asked for. */
  readonly views: readonly View[];
  /** The names of all procedures. */
  readonly ids: readonly string[];
}

/** What can be embedded, each with what its name is made of. */
export const KINDS = {
  script: 'PROCEDURE/FILE',
  step: 'PROCEDURE/STEP',
  manual: 'PROCEDURE/FILE',
  steps: 'PROCEDURE/FILE',
  parameters: 'PROCEDURE',
} as const;

type Kind = keyof typeof KINDS;

function isKind(kind: string): kind is Kind {
  return Object.hasOwn(KINDS, kind);
}

/** An error that lists what there is. */
function none(noun: string, name: string, known: readonly string[]): Missing {
  const there = known.length === 0 ? 'there is none' : `there are: ${known.join(', ')}`;
  return { what: `there is no ${noun} ${JSON.stringify(name)}`, mend: there };
}

function findPart(view: View, name: string): PartView | Missing {
  const found = view.parts.find(({ file }) => file === name);
  const files = view.parts.map(({ file }) => `${view.procedure.id}/${file}`);
  return found ?? none('script', `${view.procedure.id}/${name}`, files);
}

function findStep(view: View, name: string): StepView | Missing {
  const steps = view.parts.flatMap((part) => part.steps).filter(({ bash }) => bash !== '');
  const found = steps.find(({ id }) => id === name);
  const ids = steps.map(({ id }) => id);
  return found ?? none('step', `${view.procedure.id}/${name}`, ids);
}

function ofPart(kind: 'script' | 'manual' | 'steps', view: View, part: PartView): Block {
  switch (kind) {
    case 'script':
      return listing('bash', part.script);
    case 'manual':
      return listing('bash', partManual(view.procedure, part.part));
    case 'steps':
      return stepTable(part);
  }
}

/** Whether `found` says that there is nothing. */
export function isMissing(found: object): found is Missing {
  return 'mend' in found;
}

/** What `wanted` asks for, out of `library`. */
export function contentOf({ kind, subject }: Wanted, { views, ids }: Library): Block | Missing {
  if (!isKind(kind)) return none('kind of content', kind, Object.keys(KINDS));
  const slash = subject.indexOf('/');
  const id = slash < 0 ? subject : subject.slice(0, slash);
  const name = slash < 0 ? '' : subject.slice(slash + 1);
  if ((name === '') !== (kind === 'parameters')) {
    return {
      what: `${kind} needs ${KINDS[kind]}, got ${JSON.stringify(subject)}`,
      mend: `write \`begin ${kind} ${KINDS[kind]}\``,
    };
  }
  const view = views.find(({ procedure }) => procedure.id === id);
  if (view === undefined) return none('procedure', id, ids);
  if (kind === 'parameters') return parameterTable(view.procedure.parameters);
  if (kind === 'step') {
    const step = findStep(view, name);
    return isMissing(step) ? step : listing('bash', step.bash);
  }
  const part = findPart(view, name);
  return isMissing(part) ? part : ofPart(kind, view, part);
}
