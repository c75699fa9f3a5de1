// Runs ShellCheck in WebAssembly, in a thread of its own. Plain JavaScript, for Node loads the file
// of a thread as it stands: from the sources in tests, from the package elsewhere.
// Gets the path of shellcheck.wasm and of the module that glues it to JavaScript; answers each
// { id, script } with { id, json } or { id, error }.
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { pathToFileURL } from 'node:url';

/** node:wasi calls itself experimental each time; this thread's own `process` lets that pass. */
const warn = process.emitWarning;
process.emitWarning = (warning, ...rest) => {
  if (!String(warning).includes('WASI')) Reflect.apply(warn, process, [warning, ...rest]);
};

async function load({ wasm, glue }) {
  const [{ WASI }, { default: imports }, bytes] = await Promise.all([
    import('node:wasi'),
    import(pathToFileURL(glue).href),
    readFile(wasm),
  ]);
  // Haskell's runtime wants a program's name, and fails without a word when there is none.
  const wasi = new WASI({ version: 'preview1', args: ['shellcheck'], env: {}, returnOnExit: true });
  // The glue reads the exports from here, and is asked for its imports before there are any.
  const exported = {};
  const { instance } = await WebAssembly.instantiate(bytes, {
    ghc_wasm_jsffi: imports(exported),
    wasi_snapshot_preview1: wasi.wasiImport,
  });
  Object.assign(exported, instance.exports);
  wasi.initialize(instance);
  instance.exports.hs_init(0, 0);
  return instance.exports;
}

const loaded = load(workerData);
loaded.catch(() => undefined);

parentPort.on('message', async ({ id, script }) => {
  try {
    const { lintWithOptions } = await loaded;
    const json = await lintWithOptions(script, '{"severity":"style","shell":"bash"}');
    parentPort.postMessage({ id, json: String(json) });
  } catch (error) {
    parentPort.postMessage({ id, error: String(error?.stack ?? error) });
  }
});
