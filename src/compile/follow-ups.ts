import type { Step } from '../model/step.ts';

/** Steps that are done only as far as apt knows: newer indexes can mean that they are not. */
const KNOWN_BY_INDEXES: ReadonlySet<Step['kind'] | undefined> = new Set([
  'apt.prefetched',
  'apt.minimalUpgrade',
  'apt.distUpgraded',
]);

/** The step that fetches the indexes by which `steps[index]` is judged. */
function indexesBefore(steps: readonly Step[], index: number): string | undefined {
  if (!KNOWN_BY_INDEXES.has(steps[index]?.kind)) return undefined;
  return steps.slice(0, index).findLast((earlier) => earlier.kind === 'apt.indexes')?.id;
}

const OPPOSITES = {
  'service.stopped': 'service.started',
  'service.started': 'service.stopped',
  'service.disabled': 'service.enabled',
  'service.enabled': 'service.disabled',
} as const;

type OfUnit = Extract<Step, { kind: keyof typeof OPPOSITES }>;

function isOfUnit(step: Step | undefined): step is OfUnit {
  return step !== undefined && Object.hasOwn(OPPOSITES, step.kind);
}

/** The last step before `steps[index]` that is about the same of its unit, when it is the opposite. */
function oppositeBefore(steps: readonly Step[], index: number): string | undefined {
  const step = steps[index];
  if (!isOfUnit(step)) return undefined;
  const opposite = OPPOSITES[step.kind];
  const unit = JSON.stringify(step.unit);
  const last = steps
    .slice(0, index)
    .filter(isOfUnit)
    .findLast((earlier) => {
      const same = earlier.kind === step.kind || earlier.kind === opposite;
      return same && JSON.stringify(earlier.unit) === unit;
    });
  return last?.kind === opposite ? last.id : undefined;
}

/** Options of the plan that name the earlier steps of the part after which a done step is not done. */
export function followUps(steps: readonly Step[], index: number): string[] {
  const indexes = indexesBefore(steps, index);
  const opposite = oppositeBefore(steps, index);
  return [
    ...(indexes === undefined ? [] : [`follows=${indexes}`]),
    ...(opposite === undefined ? [] : [`opposite=${opposite}`]),
  ];
}
