function weight(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === '~') return -1;
  return /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
}

function compareText(a: string, b: string): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = weight(a[at]) - weight(b[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Letters and digits by turns, as `dpkg` reads an upstream version or a revision. */
function comparePart(a: string, b: string): number {
  const [left, right] = [a.split(/(\d+)/), b.split(/(\d+)/)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [one, two] = [left[at] ?? '', right[at] ?? ''];
    const difference =
      at % 2 === 0 ? compareText(one, two) : Number(BigInt(one || 0) - BigInt(two || 0));
    if (difference !== 0) return difference;
  }
  return 0;
}

interface Version {
  readonly epoch: number;
  readonly upstream: string;
  readonly revision: string;
}

function split(text: string): Version {
  const colon = text.indexOf(':');
  const rest = text.slice(colon + 1);
  const hyphen = rest.lastIndexOf('-');
  return {
    epoch: colon < 0 ? 0 : Number(text.slice(0, colon)),
    upstream: hyphen < 0 ? rest : rest.slice(0, hyphen),
    revision: hyphen < 0 ? '' : rest.slice(hyphen + 1),
  };
}

/** Below zero when `a` is the older, above when it is the newer; by deb-version(7). */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  return (
    left.epoch - right.epoch ||
    comparePart(left.upstream, right.upstream) ||
    comparePart(left.revision, right.revision)
  );
}

/** Whether `version` satisfies `relation`: `<<`, `<=`, `=`, `>=`, `>>` or dpkg's words for them. */
export function satisfies(version: string, relation: string, wanted: string): boolean {
  const order = compareVersions(version, wanted);
  switch (relation) {
    case '<<':
    case 'lt':
      return order < 0;
    case '<=':
    case 'le':
      return order <= 0;
    case '=':
    case 'eq':
      return order === 0;
    case '>=':
    case 'ge':
      return order >= 0;
    case '>>':
    case 'gt':
      return order > 0;
    case 'ne':
      return order !== 0;
    default:
      throw new RangeError(`not a relation between versions: ${relation}`);
  }
}
