// A smooth curve through points that never swings beyond them, as Slack draws its lines.

const short = (number) => Number(number.toFixed(1));

/** The `d` of an SVG path through `[x, y]` in rising order of x: cubic pieces whose slopes are those of a monotone spline. */
export function curveThrough(points) {
  const slopes = slopesOf(points);
  return points.reduce((path, [x, y], index) => {
    if (index === 0) return `M ${short(x)} ${short(y)}`;
    const [beforeX, beforeY] = points[index - 1];
    const third = (x - beforeX) / 3;
    const controls = [
      [beforeX + third, beforeY + third * slopes[index - 1]],
      [x - third, y - third * slopes[index]],
      [x, y],
    ];
    return `${path} C ${controls.map(([cx, cy]) => `${short(cx)} ${short(cy)}`).join(', ')}`;
  }, '');
}

/** Zero at each turn; between two rises their harmonic mean, which is never steeper than three times the smaller. */
function slopesOf(points) {
  const rises = points.slice(1).map(([x, y], index) => (y - points[index][1]) / (x - points[index][0]));
  return points.map((_, index) => {
    const [before = rises[0] ?? 0, after = rises.at(-1) ?? 0] = [rises[index - 1], rises[index]];
    return before * after <= 0 ? 0 : (2 * before * after) / (before + after);
  });
}
