import { expect } from 'vitest';
import { quote } from '../../src/bash/quote.ts';
import { postgres } from '../../src/dsl/index.ts';
import { stepOn, temporaryHost, type Host, type StepOnHost } from './kinds.ts';
import { clustersOn, DEFAULT_DATABASES, type Clusters } from './postgres.ts';

/** The step. */
export const about = {
  id: 'cluster',
  why: 'the new release has PostgreSQL 15',
  from: '13',
  to: '15',
};
const WEIRD = 'we"ird db $(touch x) *';
/** Databases of the old cluster; `closed` lets nobody in. */
export const DATABASES = {
  walt: 'in "walt": table "public"."images" with rows 20000\nin "walt": view "public"."v"\n',
  [WEIRD]: 'in "weird": schema "public"\n',
  closed: 'in "closed": table "public"."t" with rows 5\n',
};
/** All that the old cluster has. */
export const ALL = { ...DEFAULT_DATABASES, ...DATABASES };

/** A server after its distribution was upgraded: the old cluster, and the empty new one. */
export function upgradedServer(): { host: Host; clusters: Clusters } {
  const host = temporaryHost();
  const clusters = clustersOn(host);
  clusters.make('13/main', { port: 5432, databases: DATABASES, closed: ['closed'] });
  clusters.make('15/main', { port: 5433 });
  return { host, clusters };
}

/** The step of the upgrade, with `options` of its own. */
export function stepThere(host: Host, clusters: Clusters, options = {}): StepOnHost {
  return stepOn(host, postgres.upgraded({ ...about, ...options }), clusters.variables);
}

/** The new cluster has everything, in the old one's place. */
export function expectUpgraded(host: Host, clusters: Clusters): void {
  expect(clusters.databases('15/main')).toEqual(ALL);
  expect(clusters.databases('13/main')).toBeUndefined();
  expect(clusters.setting('15/main', 'port')).toBe('5432');
  expect(clusters.setting('15/main', 'start')).toBe('# when\nauto');
  expect(clusters.runs('15/main')).toBe('/etc/pg_hba.conf');
  expect(host.read('data/15/main/closed')).toBe('closed\n');
}

/** Runs one of the pretended tools, as an administrator would. */
export function byHand(host: Host, command: string): void {
  const script = `host=${quote(host.directory)}; source "$host/lib.sh"; ${command}`;
  expect(host.bash(script).status).toBe(0);
}
