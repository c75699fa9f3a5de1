export * as apt from './apt.ts';
export * as containers from './containers.ts';
export * as download from './download.ts';
export * as file from './file.ts';
export * as pip from './pip.ts';
export * as postgres from './postgres.ts';
export * as program from './program.ts';
export * as service from './service.ts';
export * as system from './system.ts';
export * as requires from './requires.ts';
export { learn, shell } from './shell.ts';
export { reboot } from './reboot.ts';
export {
  continuedBy,
  prefixed,
  procedure,
  type Further,
  type ProcedureOptions,
  type Steps,
} from './procedure.ts';
export { carried, parameter, path, text, url } from './values.ts';
