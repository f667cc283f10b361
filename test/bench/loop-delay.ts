// How long the main thread is held between two turns of the event loop.
/**
 * Starts to watch; the returned function ends it and gives the longest hold in ms. Time on the processor counts, not
 * time on the wall, so that what a busy machine takes away is not blamed on the code.
 */
export function watchHolds(): () => number {
  let longest = 0;
  let last = process.threadCpuUsage();
  let watching = true;
  const look = (): void => {
    const now = process.threadCpuUsage();
    longest = Math.max(longest, (now.user + now.system - last.user - last.system) / 1e3);
    last = now;
  };
  const turn = (): void => {
    if (!watching) return;
    look();
    setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    watching = false;
    look(); // the turn that is not over yet
    return longest;
  };
}
