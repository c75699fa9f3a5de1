const BLOCK = 512;

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, 100);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** An archive in tar's ustar format, as a real tar reads it. */
export function makeTar(files: Readonly<Record<string, string>>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, text]) => {
    const data = Buffer.from(text);
    const rest = (BLOCK - (data.length % BLOCK)) % BLOCK;
    return [header(name, data.length), data, Buffer.alloc(rest)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

/** The files in an archive. @throws Error when it was cut short. */
export function readTar(archive: Buffer): Record<string, string> {
  const files: Record<string, string> = {};
  for (let at = 0; at + BLOCK <= archive.length;) {
    const name = archive
      .subarray(at, at + 100)
      .toString()
      .replace(/\0.*$/s, '');
    if (name === '') return files;
    const size = Number.parseInt(archive.subarray(at + 124, at + 135).toString(), 8);
    const end = at + BLOCK + size;
    if (end > archive.length) break;
    // Headers of pax hold times and attributes.
    const type = String.fromCharCode(archive[at + 156] ?? 0);
    if (type !== 'x' && type !== 'g') files[name] = archive.subarray(at + BLOCK, end).toString();
    at = end + ((BLOCK - (size % BLOCK)) % BLOCK);
  }
  throw new Error('unexpected EOF');
}
