import type { Host } from '../host.ts';
import type { ArchivePackage } from './archive.ts';
import { isPresent, knownPackage } from './known.ts';
import { brokenPackages } from './lost-package.ts';
import { candidateOf, type Offer } from './policy.ts';
import { fits, isMet, relationOf, type Relation } from './relation.ts';
import { unmetOf, type Unmet } from './unmet.ts';

/** What apt would do. */
export interface Plan {
  /** Package by package, dependencies first. */
  readonly install: readonly Offer[];
  readonly remove: readonly string[];
  /** Newer versions that stay away, because of a hold or a conflict. */
  readonly kept: readonly string[];
  /** Why it cannot be done; empty when it can. */
  readonly broken: readonly string[];
}

export interface PlanOptions {
  readonly target?: string | undefined;
  readonly recommends: boolean;
  readonly mayRemove: boolean;
  readonly mayInstall: boolean;
  readonly mayChangeHeld: boolean;
  readonly mayDowngrade: boolean;
  readonly onlyUpgrade: boolean;
  readonly reinstall: boolean;
}

class Solver {
  readonly install = new Map<string, Offer>();
  readonly remove = new Set<string>();
  readonly kept = new Set<string>();
  readonly broken: string[] = [];
  readonly #host: Host;
  readonly #offers: readonly Offer[];
  readonly #options: PlanOptions;

  constructor(host: Host, offers: readonly Offer[], options: PlanOptions) {
    this.#host = host;
    this.#offers = offers;
    this.#options = options;
  }

  candidate(name: string): Offer | undefined {
    return candidateOf(this.#host, name, this.#offers, this.#options.target);
  }

  #itemOf(name: string): ArchivePackage | undefined {
    const planned = this.install.get(name);
    if (planned !== undefined) return planned.item;
    if (this.remove.has(name)) return undefined;
    return knownPackage(this.#host, name);
  }

  /** Whether a relation holds once the plan is carried out. */
  #holds(wanted: Relation): boolean {
    return isMet(wanted, this.#itemOf(wanted.name), () => {
      const providers = [...Object.keys(this.#host.state.packages), ...this.install.keys()];
      return providers.some((name) => this.#itemOf(name)?.provides?.includes(wanted.name) ?? false);
    });
  }

  /** Adds an offer with all that it needs. */
  add(offer: Offer): void {
    const { name } = offer.item;
    if (this.install.has(name)) return;
    const held = this.#host.state.packages[name]?.hold === true;
    if (held && !this.#options.mayChangeHeld) {
      this.kept.add(name);
      return;
    }
    this.remove.delete(name);
    this.install.set(name, offer);
    for (const depend of offer.item.depends ?? []) this.#need(name, depend, true);
    if (this.#options.recommends && !isPresent(this.#host.state.packages[name])) {
      for (const recommended of offer.item.recommends ?? []) this.#need(name, recommended, false);
    }
    for (const conflict of offer.item.conflicts ?? []) this.#leave(conflict, name);
  }

  /** Adds a package's newer version where there is one, and else what it needs. */
  mend({ by, depend }: Unmet): void {
    const offer = this.candidate(by);
    if (offer === undefined || offer.item.version === this.#host.state.packages[by]?.version)
      this.#need(by, depend, true);
    else this.add(offer);
  }

  #need(by: string, text: string, hard: boolean): void {
    const choices = text.split('|').map(relationOf);
    if (choices.some((choice) => this.#holds(choice))) return;
    for (const choice of choices) {
      const offer = this.candidate(choice.name) ?? this.#provider(choice);
      if (
        offer === undefined ||
        !(fits(choice, offer.item.version) || offer.item.name !== choice.name)
      )
        continue;
      const fresh = !isPresent(this.#host.state.packages[offer.item.name]);
      if (fresh && !this.#options.mayInstall) break;
      this.add(offer);
      return;
    }
    if (hard) this.broken.push(`${by} : Depends: ${text} but it is not installable`);
  }

  #provider({ name, relation }: Relation): Offer | undefined {
    if (relation !== undefined) return undefined;
    return this.#offers.find(({ item }) => item.provides?.includes(name));
  }

  #leave(text: string, by: string): void {
    const wanted = relationOf(text);
    const present = this.#host.state.packages[wanted.name];
    if (wanted.name === by || !isPresent(present) || this.install.has(wanted.name)) return;
    if (!fits(wanted, present.version)) return;
    if (this.#options.mayRemove) this.drop(wanted.name);
    else this.broken.push(`${by} : Conflicts: ${text}`);
  }

  /** Removes a package, and what depends on it. */
  drop(name: string): void {
    if (this.remove.has(name)) return;
    this.remove.add(name);
    this.install.delete(name);
    for (const [other, state] of Object.entries(this.#host.state.packages)) {
      if (!isPresent(state) || this.remove.has(other)) continue;
      const item = this.#itemOf(other);
      const needs = (item?.depends ?? []).some(
        (depend) =>
          !depend
            .split('|')
            .map(relationOf)
            .some((choice) => this.#holds(choice)),
      );
      if (needs) this.drop(other);
    }
  }
}

/**
 * A plan of whatever is asked for. What dpkg was killed over comes with it in the version that its sources
 * have; where they have the same one, apt leaves it to dpkg, which does not unpack it.
 */
function beginPlan(host: Host, offers: readonly Offer[], options: PlanOptions): Solver {
  const solver = new Solver(host, offers, options);
  for (const { name, version } of brokenPackages(host)) {
    if (offers.some(({ item }) => item.name === name && item.version === version)) continue;
    const offer = solver.candidate(name);
    if (offer !== undefined) solver.add(offer);
  }
  return solver;
}

function finish(solver: Solver): Plan {
  return {
    install: order([...solver.install.values()]),
    remove: [...solver.remove],
    kept: [...solver.kept],
    broken: solver.broken,
  };
}

/** Dependencies before what needs them. */
function order(offers: readonly Offer[]): Offer[] {
  const ordered = new Map<string, Offer>();
  const visiting = new Set<string>();
  const visit = (offer: Offer): void => {
    const { name } = offer.item;
    if (ordered.has(name) || visiting.has(name)) return;
    visiting.add(name);
    for (const depend of offer.item.depends ?? []) {
      for (const choice of depend.split('|')) {
        const found = offers.find((other) => other.item.name === relationOf(choice).name);
        if (found !== undefined) visit(found);
      }
    }
    ordered.set(name, offer);
  };
  for (const offer of offers) visit(offer);
  return [...ordered.values()];
}

/** `upgrade` (nothing new, nothing removed) or `dist-upgrade`, with what was asked for beside it. */
export function planUpgrade(
  host: Host,
  offers: readonly Offer[],
  request: Request,
  options: PlanOptions,
): Plan {
  const solver = beginPlan(host, offers, options);
  takeRequest(solver, host, request, options);
  for (const [name, state] of Object.entries(host.state.packages).toSorted()) {
    if (!isPresent(state) || request.remove.includes(name)) continue;
    const offer = solver.candidate(name);
    if (offer === undefined || offer.item.version === state.version) continue;
    if (options.mayInstall) solver.add(offer);
    else tryAlone(host, offers, options, solver, offer);
  }
  return finish(solver);
}

/** Upgrades a package that needs nothing new; keeps it back otherwise. */
function tryAlone(
  host: Host,
  offers: readonly Offer[],
  options: PlanOptions,
  into: Solver,
  offer: Offer,
): void {
  const alone = new Solver(host, offers, options);
  alone.add(offer);
  if (alone.broken.length > 0 || alone.remove.size > 0) into.kept.add(offer.item.name);
  else for (const found of alone.install.values()) into.add(found);
}

/** What is asked for, by name: an offer to install, or a removal. */
export interface Request {
  readonly install: readonly Offer[];
  readonly remove: readonly string[];
}

export function planRequest(
  host: Host,
  offers: readonly Offer[],
  request: Request,
  options: PlanOptions,
): Plan {
  const solver = beginPlan(host, offers, options);
  takeRequest(solver, host, request, options);
  return finish(solver);
}

function takeRequest(solver: Solver, host: Host, request: Request, options: PlanOptions): void {
  for (const name of request.remove) solver.drop(name);
  for (const offer of request.install) {
    const present = host.state.packages[offer.item.name];
    const same = isPresent(present) && present.version === offer.item.version;
    if (same && present.status === 'installed' && !options.reinstall) continue;
    if (options.onlyUpgrade && !isPresent(present)) continue;
    solver.add(offer);
  }
}

/** `--fix-broken install`: what the packages that are there lack. */
export function planMending(host: Host, offers: readonly Offer[], options: PlanOptions): Plan {
  const solver = beginPlan(host, offers, options);
  for (const unmet of unmetOf(host)) solver.mend(unmet);
  return finish(solver);
}
