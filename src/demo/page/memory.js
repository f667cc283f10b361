// What the browser remembers of this page; a browser that may not remember simply forgets.

export function recall(name) {
  try {
    return localStorage.getItem(`imstats-demo-${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`imstats-demo-${name}`, value);
  } catch {
    // It will be asked again.
  }
}
