/** `find`, asked once for each object; what it found is kept as long as the object is. */
export function memoised<K extends WeakKey, V extends {}>(find: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const found = known.get(key) ?? find(key);
    known.set(key, found);
    return found;
  };
}
