// Settings of this page in the browser's local storage; without storage they last until it is closed.

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
    // Storage is not available; the setting is not kept.
  }
}
