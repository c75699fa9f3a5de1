import { parameter } from '../../src/dsl/index.ts';
import type { StepInput } from '../../src/model/step.ts';
import { stepOn, temporaryHost, type Host, type StepOnHost, type Variables } from './kinds.ts';
import { clustersOn, type Clusters } from './postgres.ts';

/** The lists that the steps are given. */
export const clusters = parameter.identifiers('clusters', {
  default: 'main',
  help: 'the clusters',
});
export const databases = parameter.identifiers('databases', { default: '', help: 'the databases' });

/** Both have a database `walt`, with other rows; one name is as bad as a name can be. */
export const MAIN = {
  walt: 'in "walt": table "public"."images" with rows 20000\n',
  shop: 'in "shop"\n',
};
const BAD = 'we"ird $(touch x) *';
export const REPORTS = {
  walt: 'in "walt": table "public"."t" with rows 7\n',
  [BAD]: 'in "weird"\n',
};

/** A pretended server, and its clusters. */
export interface There {
  readonly host: Host;
  readonly server: Clusters;
}

/** The names in a list. */
function namesIn(words: string): string[] {
  return words.split(' ').filter((word) => word !== '');
}

/** A server with two clusters of version 13, and what a package made of version 15. */
export function twoClusters(): There {
  const host = temporaryHost();
  const server = clustersOn(host);
  server.make('13/main', { port: 5432, databases: MAIN });
  server.make('13/reports', { port: 5433, databases: REPORTS });
  server.make('15/main', { port: 5434 });
  return { host, server };
}

/** The step with these clusters and databases, names with spaces between them. */
export function stepWith(
  { host, server }: There,
  input: StepInput,
  named: string,
  wanted = '',
  more: Variables = {},
): StepOnHost {
  return stepOn(host, input, {
    ...server.variables,
    ...more,
    clusters_list: namesIn(named),
    databases_list: namesIn(wanted),
  });
}
