import { ProcedureError, type Problem } from '../model/problem.ts';
import type { ArchivePackage } from './debian/archive.ts';
import { CODENAMES, type Codename } from './debian/release.ts';
import type { World } from './world.ts';

/** What the archives of a world have by a package's name: `1.2-3 (http://… bullseye)`, one a version. */
function offersOf({ archives }: World, name: string): string[] {
  return archives.flatMap(({ base, suite, components }) =>
    Object.values(components)
      .flat()
      .filter((item) => item.name === name)
      .map(({ version }) => `${version} (${base} ${suite})`),
  );
}

/**
 * Every package that a server is given is to be had: what is in no archive has no units, no conffiles
 * and no script that dpkg could find again.
 * @throws ProcedureError with what is in none.
 */
export function demandPackages(
  world: World,
  items: readonly Pick<ArchivePackage, 'name' | 'version'>[],
): void {
  const problems = items.flatMap(({ name, version }): Problem[] => {
    const offers = offersOf(world, name);
    if (offers.some((offer) => offer.startsWith(`${version} (`))) return [];
    const has = offers.length === 0 ? 'no package of that name' : offers.join(', ');
    return [
      {
        where: 'preinstall',
        what: `${name} ${version} is in no archive of this world; they have ${has}`,
        mend: `give it to a release, makeWorld({ packages: { RELEASE: [{ name: '${name}', version: '${version}' }] } }), or take a version that is there`,
      },
    ];
  });
  if (problems.length > 0) throw new ProcedureError(problems);
}

/** Each of `names`, given as `where`, is a release that there is here. @throws ProcedureError */
export function demandCodenames(where: string, names: readonly string[]): void {
  const problems = names
    .filter((name) => !CODENAMES.some((known) => known === name))
    .map((name) => ({
      where: 'makeWorld',
      what: `\`${where}\` names ${JSON.stringify(name)}, which is no release that is known here`,
      mend: `name one of ${CODENAMES.join(', ')}`,
    }));
  if (problems.length > 0) throw new ProcedureError(problems);
}

/** The world has the archives of a release. @throws ProcedureError */
export function demandRelease({ archives }: World, codename: Codename): void {
  if (archives.some(({ suite }) => suite === codename)) return;
  const there = CODENAMES.filter((name) => archives.some(({ suite }) => suite === name));
  throw new ProcedureError([
    {
      where: 'installServer',
      what: `this world has no release ${codename}; it has ${there.join(', ') || 'none'}`,
      mend: `name it: makeWorld({ releases: [${[...there, codename].map((name) => `'${name}'`).join(', ')}] })`,
    },
  ]);
}

/** A server of a release can have, or lack, these packages. @throws ProcedureError */
export function demandNames(
  codename: Codename,
  known: readonly string[],
  names: readonly string[],
): void {
  const problems = names
    .filter((name) => !known.includes(name))
    .map((name) => ({
      where: 'installServer',
      what: `there is no package ${name} among those that a server of ${codename} can have`,
      mend: `mend the name, or install it with preinstall; there are: ${known.join(' ')}`,
    }));
  if (problems.length > 0) throw new ProcedureError(problems);
}

/** The same problems, at `place`. */
export function within(place: string, { problems }: ProcedureError): ProcedureError {
  return new ProcedureError(
    problems.map(({ where, ...problem }) => ({ where: `${place}: ${where}`, ...problem })),
  );
}
