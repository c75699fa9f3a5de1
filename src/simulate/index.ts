/// <reference types="node" preserve="true" />
// What is declared here speaks of Buffer and the like, in the project that uses it, too.

/** What a procedure's `host.ts` is written with: `import { defineHost, … } from 'stepwright/simulate'`. */
export {
  defineHost,
  installServer,
  makeWorld,
  powerOn,
  preinstall,
  type HostModel,
  type ServerOptions,
  type StartState,
  type WorldParts,
} from './define.ts';
export { Refusal, WouldHang, type Command, type CommandCall, type Outcome } from './command.ts';
export { armor, type Key } from './debian/keys.ts';
export type { Archive, ArchivePackage } from './debian/archive.ts';
export { getPip } from './commands/python.ts';
export { archiveOf, imagesIn, qualified, store, visible, withTag } from './containers/images.ts';
export { contentAt, liveData, listClusters } from './postgres/clusters.ts';
export { Host } from './host.ts';
export { runScript, type RunOptions, type RunResult } from './run.ts';
export type { Database, HostState, Image, Row } from './state.ts';
export type { World } from './world.ts';
export { startUnit } from './units.ts';
