/**
 * The power of the size that a figure grows with, fitted to the logarithms by
 * least squares.
 *
 * Only the last two powers of ten of the sizes count: below, there is more of
 * what does not grow than of what does.
 */
export function exponentOf(sizes: readonly number[], values: readonly number[]): number {
  const largest = Math.max(...sizes);
  const points = sizes.flatMap((size, index) => {
    const value = values[index];
    return size * 100 >= largest && value !== undefined ? [[Math.log(size), Math.log(value)] as const] : [];
  });
  const mean = (index: 0 | 1) => points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
