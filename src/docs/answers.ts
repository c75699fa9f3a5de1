import type { Step } from '../model/step.ts';
import { code, line, lineOf, type Line } from './blocks.ts';

/** A question that an upgrade may ask, and what to answer. */
export interface Answer {
  readonly question: string;
  readonly answer: Line;
}

/** What to answer when the commands of `step` ask; nothing for a step that cannot ask. */
export function answersOf(step: Step): Answer[] {
  if (step.kind !== 'apt.distUpgraded' && step.kind !== 'apt.minimalUpgrade') return [];
  const { libcUpgrade, restartServices, conffiles, postgresqlNotice, grub } = step.answers;
  return [
    { question: 'Upgrade the C library (libc) now?', answer: [libcUpgrade] },
    {
      question: 'Restart services during package upgrades without asking?',
      answer: [restartServices],
    },
    {
      question: 'A configuration file was changed here, and the package has a new version of it?',
      answer:
        conffiles === 'keep'
          ? ['keep the local version that is installed']
          : ["install the package maintainer's version"],
    },
    {
      question: 'The note of postgresql-common about clusters of an old version?',
      answer: [`${postgresqlNotice} it: clusters are upgraded by steps of their own`],
    },
    {
      question: 'Onto which disk does grub go?',
      answer:
        grub === 'boot-disk'
          ? line`the disk that the machine starts from, usually ${code('/dev/sda')}; see ${code('findmnt /boot')} or ${code('findmnt /')}`
          : lineOf(grub.disk),
    },
  ];
}
