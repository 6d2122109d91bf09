/**
 * Fits the exponent of growth: 1 is linear, 2 is quadratic. Least squares on the logarithms.
 *
 * Uses only the last two powers of ten of the sizes, because constant costs dominate the smaller sizes.
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
